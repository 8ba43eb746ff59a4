//! Writing rows.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use super::*;

/// A body whose pieces are sent through a channel.
fn body(pieces: mpsc::Receiver<Vec<u8>>) -> reqwest::Body {
    let pieces = stream::unfold(pieces, |mut pieces| async {
        let piece = pieces.recv().await?;
        Some((piece, pieces))
    });
    reqwest::Body::wrap_stream(pieces.map(Ok::<_, std::io::Error>))
}

async fn intervals(node: &Joule) -> Value {
    get(node, "/data/intervals.json?path=/a/s").await.1
}

#[tokio::test]
async fn pieces_may_end_anywhere() {
    let node = with_stream("float32_1").await;
    let parts = [
        rows([(T, 1.0), (T + 1, 2.0)]),
        TOKEN.to_vec(),
        rows([(T + 5, 3.0)]),
    ];
    let all = parts.concat();
    let (sender, receiver) = mpsc::channel(1);
    let writing = tokio::spawn(answer(
        request(&node, "POST", "/data?path=/a/s").body(body(receiver)),
    ));
    for byte in &all {
        sender.send(vec![*byte]).await.unwrap();
    }
    drop(sender);
    assert_eq!(writing.await.unwrap(), (200, json!("ok")));
    assert_eq!(read(&node, "").await.2, all);
}

#[tokio::test]
async fn a_partial_row_is_dropped_without_a_word() {
    let node = with_stream("float32_1").await;
    assert_eq!(
        write(&node, [rows([(T, 1.0)]), vec![7; 11]].concat()).await,
        (200, json!("ok"))
    );
    assert_eq!(write(&node, vec![7; 11]).await, (200, json!("ok")));
    assert_eq!(read(&node, "").await.2, rows([(T, 1.0)]));
}

#[tokio::test]
async fn a_token_is_a_row_of_zero_bytes_and_nothing_less() {
    let node = with_stream("float32_1").await;
    // Minus zero is not zero bytes.
    let all = rows([(-5, 0.0), (0, -0.0), (1, 0.0)]);
    write(&node, all.clone()).await;
    assert_eq!(read(&node, "").await.2, all);
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused_and_what_came_before_stays() {
    let node = with_stream("float32_1").await;
    let back = [rows([(T + 10, 1.0)]), TOKEN.to_vec(), rows([(T + 5, 1.0)])];
    let refused = failed(400, "400: Non-monotonic timestamps in new data");
    assert_eq!(write(&node, back.concat()).await, refused);
    assert_eq!(read(&node, "").await.2, rows([(T + 10, 1.0)]));
    let nan = failed(400, "400: Invalid values (NaN) in new data");
    assert_eq!(write(&node, rows([(T + 20, f32::NAN)])).await, nan);
    assert_eq!(write(&node, rows([(T + 20, f32::INFINITY)])).await.0, 200);
    let (_, stream) = get(&node, "/stream.json?path=/a/s&no-info").await;
    let taken = format!(
        "400: duplicate key value violates unique constraint \"stream{}_pkey\" \
         DETAIL:  Key (\"time\")=(2026-09-21 14:13:20.00001) already exists.",
        stream["id"]
    );
    assert_eq!(
        write(&node, rows([(T + 5, 1.0), (T + 10, 1.0)])).await,
        failed(400, &taken)
    );
    assert_eq!(
        read(&node, &format!("&end={}", T + 11)).await.2,
        rows([(T + 10, 1.0)])
    );
}

#[tokio::test]
async fn each_write_begins_an_interval_unless_the_gap_is_merged() {
    let node = with_stream("float32_1").await;
    write(&node, rows([(T, 1.0)])).await;
    write(&node, rows([(T + 10, 1.0)])).await;
    assert_eq!(
        intervals(&node).await,
        json!([[T, T + 1], [T + 10, T + 11]])
    );
    let merging = request(&node, "POST", "/data?path=/a/s&merge-gap=15");
    assert_eq!(answer(merging.body(rows([(T + 20, 1.0)]))).await.0, 200);
    assert_eq!(
        intervals(&node).await,
        json!([[T, T + 1], [T + 10, T + 21]])
    );
    for (gap, why) in [
        ("x", "merge-gap must be an integer"),
        ("-1", "merge-gap must be >= 0"),
    ] {
        let bad = request(&node, "POST", &format!("/data?path=/a/s&merge-gap={gap}"));
        assert_eq!(answer(bad).await, failed(400, &format!("400: {why}")));
    }
}

#[tokio::test]
async fn rows_between_others_run_on_into_them_without_a_closing_token() {
    for (token, expected) in [
        (vec![], json!([[T, T + 11], [T + 12, T + 31]])),
        (
            TOKEN.to_vec(),
            json!([[T, T + 11], [T + 12, T + 15], [T + 20, T + 31]]),
        ),
    ] {
        let node = with_stream("float32_1").await;
        write(&node, rows((0..4).map(|at| (T + at * 10, 1.0)))).await;
        let between = [rows([(T + 12, 1.0), (T + 14, 1.0)]), token].concat();
        assert_eq!(write(&node, between).await.0, 200);
        assert_eq!(intervals(&node).await, expected);
    }
}

#[tokio::test]
async fn a_stream_has_one_writer_at_a_time() {
    let node = with_stream("float32_1").await;
    let (sender, receiver) = mpsc::channel(1);
    let writing = tokio::spawn(answer(
        request(&node, "POST", "/data?path=/a/s").body(body(receiver)),
    ));
    sender.send(rows([(T, 1.0)])).await.unwrap();
    // It is stored before the body ends.
    while read(&node, "").await.2.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    assert_eq!(
        (
            &stream["is_destination"],
            &stream["active"],
            &stream["locked"]
        ),
        (&json!(true), &json!(true), &json!(true))
    );
    let busy = failed(400, "400: DataStream [s] is already being produced");
    assert_eq!(write(&node, Vec::new()).await, busy);
    assert_eq!(
        get(&node, "/data?path=/a/s&subscribe=1").await,
        failed(400, "400: stream is not being produced")
    );
    // A writer that goes away gives the stream free.
    writing.abort();
    drop(sender);
    while get(&node, "/stream.json?path=/a/s").await.1["locked"] == true {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(read(&node, "").await.2, rows([(T, 1.0)]));
}

#[tokio::test]
async fn a_refusal_arrives_while_the_body_is_still_sent() {
    let node = with_stream("float32_1").await;
    let (sender, receiver) = mpsc::channel(1);
    let writing = tokio::spawn(answer(
        request(&node, "POST", "/data?path=/a/s").body(body(receiver)),
    ));
    sender.send(rows([(T + 1, 1.0), (T, 1.0)])).await.unwrap();
    let answered = tokio::time::timeout(Duration::from_secs(5), writing).await;
    let refused = failed(400, "400: Non-monotonic timestamps in new data");
    assert_eq!(answered.expect("the body has not ended").unwrap(), refused);
    drop(sender);
}

#[tokio::test]
async fn old_rows_are_not_kept() {
    let node = with_stream("float32_1").await;
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    let body = json!({"id": stream["id"], "stream": {"keep_us": 1_000_000}});
    assert_eq!(
        put(&node, "/stream.json", body).await.1["keep_us"],
        1_000_000
    );
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_micros() as i64;
    let fresh = now + 60_000_000;
    write(&node, rows([(now - 2_000_000, 1.0), (fresh, 1.0)])).await;
    assert_eq!(intervals(&node).await, json!([[fresh, fresh + 1]]));
}
