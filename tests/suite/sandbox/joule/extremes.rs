//! The largest and the smallest numbers: each request gets an answer, whatever it is.

use super::*;
use crate::wire::scripted_server::PATIENCE;

const EXTREMES: [&str; 4] = [
    "-9223372036854775809",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551616",
];

/// Rows that a computed stream can have.
const MOST: u64 = (253_402_300_799_999_984 - 1_700_000_000_000_000) / 100;

/// A row of float32_1 for each time.
fn at(times: &[i64]) -> Vec<u8> {
    rows(times.iter().map(|time| (*time, 1.0)))
}

/// Streams whose rows are at the ends of time, or none, or computed, or counted.
async fn node() -> Joule {
    let node = Joule::builder()
        .synthetic("/a/computed", "float32_1", MOST)
        .synthetic("/a/none", "float32_1", 0)
        .sink("/a/counted", "float32_1")
        .start()
        .await
        .unwrap();
    for name in ["empty", "early", "late", "both"] {
        let body = json!({"stream": description(name, "float32_1"), "dest_path": "/a"});
        assert_eq!(post(&node, "/stream.json", body).await.0, 200);
    }
    let body = json!({"stream": {"id": null, "name": "events", "description": "", "event_fields": {}, "chunk_duration_us": 0, "keep_us": -1}, "dest_path": "/a"});
    assert_eq!(post(&node, "/event.json", body).await.0, 200);
    node
}

#[tokio::test]
async fn a_write_at_the_ends_of_time_is_answered_whatever_the_gap_to_merge() {
    let node = node().await;
    for (stream, times) in [
        ("early", &[i64::MIN, i64::MIN + 1][..]),
        ("late", &[i64::MAX - 1, i64::MAX]),
        ("both", &[i64::MIN, -1, 5, i64::MAX]),
        ("counted", &[i64::MIN, i64::MAX]),
    ] {
        for gap in ["0", "1", "9223372036854775807", "9223372036854775808"] {
            let target = format!("/data?path=/a/{stream}&merge-gap={gap}");
            let body = [at(times), TOKEN.to_vec()].concat();
            // Some are refused, as twice the same time is.
            answer(request(&node, "POST", &target).body(body)).await;
            let target = format!("/stream.json?path=/a/{stream}");
            answer(request(&node, "GET", &target)).await;
        }
    }
}

#[tokio::test]
async fn each_request_for_the_ends_of_time_is_answered() {
    let node = node().await;
    for (stream, times) in [
        ("early", &[i64::MIN, i64::MIN + 1][..]),
        ("late", &[i64::MAX - 1, i64::MAX]),
        ("both", &[i64::MIN, -1, 5, i64::MAX]),
    ] {
        let target = format!("/data?path=/a/{stream}");
        answer(request(&node, "POST", &target).body(at(times))).await;
    }
    let now_and_ever = json!({"path": "/a/events", "events": [
        {"event_stream_id": null, "start_time": T, "end_time": T + 1, "content": {}},
        {"event_stream_id": null, "start_time": T + 1, "end_time": i64::MAX, "content": {}},
        {"event_stream_id": null, "start_time": i64::MIN, "end_time": T, "content": {}},
    ]});
    post(&node, "/event/data.json", now_and_ever).await;
    let mut bounds = vec![String::new()];
    for extreme in EXTREMES {
        bounds.push(format!("&start={extreme}"));
        bounds.push(format!("&end={extreme}"));
        let ends = EXTREMES.iter();
        bounds.extend(ends.map(|end| format!("&start={extreme}&end={end}")));
    }
    let numbered = |name: &str| EXTREMES.map(|number| format!("&{name}={number}"));
    let none = || vec![String::new()];
    let data = [
        "empty", "early", "late", "both", "computed", "none", "counted",
    ];
    let routes = [
        (
            "GET",
            "/data",
            [none(), numbered("max-rows").to_vec()].concat(),
        ),
        ("GET", "/data", numbered("decimation-level").to_vec()),
        ("GET", "/data/intervals.json", none()),
        (
            "POST",
            "/data/consolidate.json",
            numbered("max_gap").to_vec(),
        ),
        ("GET", "/stream.json", none()),
        ("POST", "/data/decimate.json", none()),
        ("DELETE", "/stream/annotations.json", none()),
        ("GET", "/annotations.json", none()),
        ("DELETE", "/data", none()),
    ];
    let events = [
        ("GET", "/event/data.json", numbered("limit").to_vec()),
        (
            "GET",
            "/event/data.json",
            vec!["&limit=1&include-ongoing-events=1".into()],
        ),
        ("GET", "/event/data/count.json", none()),
        ("DELETE", "/event/data.json", none()),
    ];
    let data = routes
        .iter()
        .flat_map(|route| data.map(|name| (route, name)));
    let events = events.iter().map(|route| (route, "events"));
    let client = http();
    let mut unanswered = Vec::new();
    for ((method, path, numbers), name) in data.chain(events) {
        for number in numbers {
            for bounds in &bounds {
                let target = format!("{path}?path=/a/{name}{number}{bounds}");
                // The rows that are computed do not end; the head is enough.
                let request =
                    client.request(method.parse().unwrap(), node.url().to_owned() + &target);
                let request = request.header("X-API-KEY", node.key());
                if request.timeout(PATIENCE).send().await.is_err() {
                    unanswered.push(format!("{method} {target}"));
                }
            }
        }
    }
    assert_eq!(unanswered, [""; 0]);
}

#[tokio::test]
async fn a_computed_stream_ends_before_time_does() {
    for rows in [MOST + 2, i64::MAX as u64 / 100, 1 << 63, u64::MAX] {
        let node = Joule::builder().synthetic("/a/s", "int16_1", rows);
        let error = node.start().await.expect_err("no time has so many rows");
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{error}");
    }
    let node = Joule::builder().synthetic("/a/s", "float32_1", MOST);
    let node = node.start().await.unwrap();
    let last = 1_700_000_000_000_000 + 100 * (MOST as i64 - 1);
    let (_, intervals) = get(&node, "/data/intervals.json?path=/a/s").await;
    assert_eq!(intervals, json!([[1_700_000_000_000_000_i64, last + 1]]));
    let (_, _, bytes) = read(&node, &format!("&start={}", last - 250)).await;
    let times: Vec<i64> = bytes
        .chunks_exact(12)
        .map(|row| i64::from_le_bytes(row[..8].try_into().unwrap()))
        .collect();
    assert_eq!(times, [last - 200, last - 100, last]);
}
