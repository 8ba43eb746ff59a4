//! Parameters of the query: flags, numbers and types written by hand.

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

#[tokio::test]
async fn a_flag_is_there_with_its_own_text_or_it_is_not_there() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    let streams = probe.streams();
    streams
        .get(7, 10)
        .no_info(true)
        .ongoing(true)
        .await
        .unwrap();
    streams
        .get(7, 10)
        .no_info(false)
        .ongoing(false)
        .await
        .unwrap();
    let by_name = [
        ("id", "7"),
        ("max-rows", "10"),
        ("no-info", "true"),
        ("ongoing", "false"),
    ];
    probe.call("streams_get", by_name).await.unwrap();
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        [
            "/stream?id=7&max-rows=10&no-info=&ongoing=1",
            "/stream?id=7&max-rows=10",
            "/stream?id=7&max-rows=10&no-info="
        ]
    );
}

#[tokio::test]
async fn a_number_that_the_server_does_not_work_with_is_refused_before_it_is_sent() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    for (rows, bound) in [(0, "below 1"), (1_000_001, "above 1000000")] {
        let error = probe.streams().get(7, rows).await.unwrap_err();
        assert!(error.is_request(), "{error}");
        let reason = format!("max-rows is {bound}");
        assert!(error.to_string().ends_with(&reason), "{error}");
    }
    assert!(stub.seen().is_empty());
    for rows in [1, 1_000_000] {
        probe.streams().get(7, rows).await.unwrap();
    }
    assert_eq!(stub.seen().len(), 2);
}

#[tokio::test]
async fn a_number_can_be_said_with_a_type_written_by_hand() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    let streams = probe.streams();
    streams.get(7, 10).since(1_790_000_000_000).await.unwrap();
    let day = std::time::Duration::from_secs(86_400);
    streams.get(7, 10).since(day).await.unwrap();
    let by_name = [("id", "7"), ("max-rows", "10"), ("since", "5")];
    probe.call("streams_get", by_name).await.unwrap();
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        [
            "/stream?id=7&max-rows=10&since=1790000000000",
            "/stream?id=7&max-rows=10&since=86400000",
            "/stream?id=7&max-rows=10&since=5"
        ]
    );
}
