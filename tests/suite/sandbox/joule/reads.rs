//! Reading rows.

use super::*;

/// Three rows of float32_3, a break, and one more row: as a real node sent them.
#[rustfmt::skip]
const BYTES: [u8; 100] = [
    0x00, 0xe0, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x40, 0x40,
    0xe8, 0xe3, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0x40, 0x00, 0x00, 0xa0, 0x40, 0x00, 0x00, 0xc0, 0x40,
    0xd0, 0xe7, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0xe0, 0x40, 0x00, 0x00, 0x00, 0x41, 0x00, 0x00, 0x18, 0x41,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x88, 0xf3, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0xbf, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x40, 0xc0,
];

async fn with_bytes() -> Joule {
    let node = with_stream("float32_3").await;
    assert_eq!(write(&node, BYTES.to_vec()).await, (200, json!("ok")));
    node
}

#[tokio::test]
async fn rows_and_breaks_come_back_as_they_were_written() {
    let node = with_bytes().await;
    assert_eq!(
        read(&node, "").await,
        ("float32_3".to_owned(), "1".to_owned(), BYTES.to_vec())
    );
    let (_, json) = get(&node, "/data.json?path=/a/s").await;
    assert_eq!(
        json["data"][0][2],
        json!([1.790000000002e15, 7.0, 8.0, 9.5])
    );
    assert_eq!(
        (
            json["data"].as_array().unwrap().len(),
            &json["decimation_factor"]
        ),
        (2, &json!(1))
    );
    let intervals = json!([[T, T + 2001], [T + 5000, T + 5001]]);
    assert_eq!(
        get(&node, "/data/intervals.json?path=/a/s").await,
        (200, intervals)
    );
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    let info = &stream["data_info"];
    assert_eq!(
        (&info["start"], &info["end"], &info["rows"]),
        (&json!(T), &json!(T + 5000), &json!(4))
    );
}

#[tokio::test]
async fn a_break_is_told_where_a_read_reaches_over_it() {
    let node = with_bytes().await;
    let range = |start: i64, end: i64| format!("&start={}&end={}", T + start, T + end);
    assert_eq!(read(&node, &range(2000, 2001)).await.2, BYTES[40..60]);
    assert_eq!(read(&node, &range(2000, 2002)).await.2, BYTES[40..80]);
    // Where the read begins at the break, there is nothing before it to end.
    assert_eq!(read(&node, &range(2001, 9000)).await.2, BYTES[80..]);
    assert_eq!(read(&node, &range(2002, 9000)).await.2, BYTES[80..]);
    // The end is no part of the range.
    assert_eq!(read(&node, &range(-5, 1000)).await.2, BYTES[..20]);
}

#[tokio::test]
async fn scattered_reads_carry_the_same_bytes() {
    let node = Joule::builder()
        .scatter(true)
        .seed(3)
        .start()
        .await
        .unwrap();
    let body = json!({"stream": description("s", "float32_3"), "dest_path": "/a"});
    post(&node, "/stream.json", body).await;
    write(&node, BYTES.to_vec()).await;
    let mut odd = 0;
    for _ in 0..20 {
        let mut response = request(&node, "GET", "/data?path=/a/s")
            .send()
            .await
            .unwrap();
        let mut all = Vec::new();
        while let Some(piece) = response.chunk().await.unwrap() {
            odd += usize::from(piece.len() % 20 != 0);
            all.extend(piece);
        }
        assert_eq!(all, BYTES);
    }
    assert!(odd > 0);
}

#[tokio::test]
async fn a_block_has_fifty_thousand_rows() {
    let node = with_stream("float32_1").await;
    let all = rows((0..120_000).map(|at| (T + at, at as f32)));
    write(&node, all.clone()).await;
    let (_, _, bytes) = read(&node, "").await;
    assert!(bytes == all);
}

#[tokio::test]
async fn nothing_to_read_is_told_in_many_ways() {
    let node = with_stream("float32_1").await;
    let empty = |layout: &str, level: &str| (layout.to_owned(), level.to_owned(), Vec::new());
    let json = |data: Value| (200, json!({"data": data, "decimation_factor": 1}));
    // Never written.
    assert_eq!(read(&node, "").await, empty("float32_1", "1"));
    assert_eq!(read(&node, "&max-rows=5").await, empty("float32_1", "1"));
    assert_eq!(get(&node, "/data.json?path=/a/s").await, json(json!([[]])));
    assert_eq!(
        get(&node, "/data/intervals.json?path=/a/s").await.1,
        json!([])
    );
    // Written, but not there: text that calls itself JSON.
    write(&node, rows([(T, 1.0), (T + 10, 2.0)])).await;
    let gap = format!("?path=/a/s&start={}&end={}", T + 1, T + 9);
    let response = request(&node, "GET", &format!("/data{gap}"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["content-type"]
        ),
        (400, &"application/json; charset=utf-8".parse().unwrap())
    );
    assert_eq!(response.text().await.unwrap(), "this stream has no data");
    assert_eq!(
        get(&node, &format!("/data.json{gap}")).await,
        json(json!([]))
    );
    let range = format!("&start={}&end={}", T + 1, T + 9);
    assert_eq!(
        read(&node, &format!("{range}&max-rows=5")).await,
        empty("float32_1", "1")
    );
    // A level that is not there.
    assert_eq!(
        read(&node, "&decimation-level=64").await,
        empty("float32_3", "64")
    );
    // Emptied.
    assert_eq!(delete(&node, "/data?path=/a/s").await, (200, json!("ok")));
    assert_eq!(
        get(&node, "/data?path=/a/s").await,
        failed(400, "this stream has no data")
    );
    assert_eq!(get(&node, "/data.json?path=/a/s").await, json(json!([])));
}

#[tokio::test]
async fn parameters_are_checked() {
    let node = with_bytes().await;
    for (query, why) in [
        ("start=5&end=5", "[start] must be before [end]"),
        ("start=1.5", "parameter start must be an int"),
        ("max-rows=0", "[max-rows] must be > 0"),
        ("decimation-level=0", "[decimation-level] must be > 0"),
    ] {
        let refused = failed(400, &format!("400: {why}"));
        assert_eq!(
            get(&node, &format!("/data?path=/a/s&{query}")).await,
            refused
        );
    }
    // Years that Python does not have.
    assert_eq!(
        get(
            &node,
            "/data/intervals.json?path=/a/s&start=999999999999999999"
        )
        .await
        .0,
        500
    );
}

#[tokio::test]
async fn integers_are_told_to_the_digit() {
    let node = with_stream("int64_1").await;
    let value = 9_007_199_254_740_993_i64;
    write(&node, [T.to_le_bytes(), value.to_le_bytes()].concat()).await;
    assert_eq!(
        get(&node, "/data.json?path=/a/s").await.1["data"],
        json!([[[T, value]]])
    );
}

#[tokio::test]
async fn deleting_leaves_a_break() {
    let node = with_stream("float32_1").await;
    write(&node, rows((0..4).map(|at| (T + at * 10, 1.0)))).await;
    let range = format!("/data?path=/a/s&start={}&end={}", T + 10, T + 20);
    assert_eq!(delete(&node, &range).await, (200, json!("ok")));
    let intervals = json!([[T, T + 1], [T + 20, T + 31]]);
    assert_eq!(
        get(&node, "/data/intervals.json?path=/a/s").await.1,
        intervals
    );
    // Up to a time there is nothing before the hole to end.
    delete(&node, &format!("/data?path=/a/s&end={}", T + 30)).await;
    assert_eq!(
        get(&node, "/data/intervals.json?path=/a/s").await.1,
        json!([[T + 30, T + 31]])
    );
}

#[tokio::test]
async fn small_gaps_are_consolidated() {
    let node = with_stream("float32_1").await;
    let parts = [
        rows([(T, 1.0)]),
        TOKEN.to_vec(),
        rows([(T + 10, 1.0)]),
        TOKEN.to_vec(),
        rows([(T + 100, 1.0)]),
    ];
    write(&node, parts.concat()).await;
    let consolidate = |query: &'static str| {
        answer(request(
            &node,
            "POST",
            &format!("/data/consolidate.json?path=/a/s{query}"),
        ))
    };
    assert_eq!(
        consolidate("").await,
        failed(400, "400: specify max_gap as us integer")
    );
    assert_eq!(
        consolidate("&max_gap=0").await,
        failed(400, "400: max_gap must be postive integer")
    );
    assert_eq!(
        consolidate("&max_gap=9").await.1,
        json!({"num_consolidated": 1})
    );
    let intervals = json!([[T, T + 11], [T + 100, T + 101]]);
    assert_eq!(
        get(&node, "/data/intervals.json?path=/a/s").await.1,
        intervals
    );
}
