//! Connections to the database, which readers that do not read use up.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Response;

use super::*;

/// More bytes than the system holds on the way.
const ROWS: u64 = 4_000_000;

/// A node with two connections, and more rows in /a/s than fit on the way.
async fn node() -> Joule {
    let node = Joule::builder().demo(true).connections(2);
    let node = node.synthetic("/a/s", "float64_1", ROWS).start().await;
    node.unwrap()
}

/// A read that has begun and goes no further.
async fn stalled(node: &Joule) -> Response {
    request(node, "GET", "/data?path=/a/s")
        .send()
        .await
        .unwrap()
}

/// The status, unless there is no answer for a second.
async fn status(node: &Joule, line: &str) -> Option<u16> {
    let (method, path) = line.split_once(' ').unwrap();
    let answer = request(node, method, path)
        .header("content-type", "application/json")
        .body("{}")
        .send();
    let answer = tokio::time::timeout(Duration::from_secs(1), answer).await;
    answer.ok().map(|answer| answer.unwrap().status().as_u16())
}

#[tokio::test]
async fn readers_that_do_not_read_stop_all_that_looks_for_rows_and_events() {
    let node = node().await;
    let _readers = [stalled(&node).await, stalled(&node).await];
    let stopped = [
        "GET /dbinfo",
        "GET /folders.json?data-info",
        "DELETE /folder.json?path=/a",
        "GET /stream.json?path=/plugs/meter",
        "DELETE /stream.json?path=/plugs/meter",
        "GET /data?path=/plugs/meter",
        "GET /data.json?path=/plugs/meter",
        "POST /data?path=/plugs/meter",
        "DELETE /data?path=/plugs/meter",
        "GET /data/intervals.json?path=/plugs/meter",
        "POST /data/consolidate.json?path=/plugs/meter&max_gap=5",
        "POST /data/decimate.json?path=/plugs/meter",
        "DELETE /data/decimate.json?path=/plugs/meter",
        "GET /event.json?path=/plugs/switched",
        "POST /event.json",
        "DELETE /event.json?path=/plugs/switched",
        "GET /event/data.json?path=/plugs/switched&limit=5",
        "GET /event/data/count.json?path=/plugs/switched",
        "POST /event/data.json",
        "DELETE /event/data.json?path=/plugs/switched",
    ];
    let told = join_all(stopped.map(|line| status(&node, line))).await;
    for (line, told) in stopped.iter().zip(told) {
        assert_eq!(told, None, "{line}");
    }
    for line in [
        "GET /version.json",
        "GET /db/connection.json",
        "GET /folders.json",
        "GET /folder.json?path=/plugs",
        "GET /stream.json?path=/plugs/meter&no-info=",
        "GET /data?path=/live/rand&subscribe=1",
        "GET /annotations.json?stream_path=/plugs/meter",
        "GET /annotations/info.json?stream_path=/plugs/meter",
        "GET /folder/map.json?data_stream_elements=[1]",
        "GET /modules.json",
        "GET /masters.json",
        "GET /followers.json",
        "GET /proxies.json",
    ] {
        assert_eq!(status(&node, line).await, Some(200), "{line}");
    }
}

#[tokio::test]
async fn a_connection_is_free_again_when_its_reader_has_read_or_goes_away() {
    let node = node().await;
    let intervals = "GET /data/intervals.json?path=/plugs/meter";
    let (reads, leaves) = (stalled(&node).await, stalled(&node).await);
    assert_eq!(status(&node, intervals).await, None);
    drop(leaves);
    assert_eq!(status(&node, intervals).await, Some(200));
    let again = stalled(&node).await;
    assert_eq!(status(&node, intervals).await, None);
    assert_eq!(reads.bytes().await.unwrap().len() as u64, ROWS * 16);
    assert_eq!(status(&node, intervals).await, Some(200));
    drop(again);
}

#[tokio::test]
async fn what_waits_is_answered_when_a_connection_is_free() {
    let node = Joule::builder().connections(1);
    let node = node.synthetic("/a/s", "float64_1", ROWS).start().await;
    let node = node.unwrap();
    let reader = stalled(&node).await;
    let waits = get(&node, "/data/intervals.json?path=/a/s");
    let leaves = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(reader);
    };
    let ((status, _), ()) = tokio::join!(waits, leaves);
    assert_eq!(status, 200);
}

#[tokio::test]
async fn without_a_limit_readers_that_do_not_read_stop_nobody() {
    let node = Joule::builder().synthetic("/a/s", "float64_1", ROWS);
    let node = node.start().await.unwrap();
    let readers = join_all((0..20).map(|_| stalled(&node))).await;
    let intervals = "GET /data/intervals.json?path=/a/s";
    assert_eq!(status(&node, intervals).await, Some(200));
    drop(readers);
}

#[tokio::test]
async fn a_node_may_have_any_number_of_connections() {
    for connections in [0, usize::MAX] {
        let node = Joule::builder().demo(true).connections(connections);
        let node = node.start().await.unwrap();
        let answer = status(&node, "GET /data.json?path=/plugs/meter").await;
        assert_eq!(answer, Some(200), "{connections}");
    }
}
