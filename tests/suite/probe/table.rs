//! The table of operations.

use headwaters::{dynamic::Arguments, probe::OPERATIONS};

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

#[tokio::test]
async fn an_operation_written_by_hand_is_in_the_table_only() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let row = OPERATIONS
        .iter()
        .find(|row| row.id == "pipes_subscribe")
        .unwrap();
    assert_eq!((row.method, row.path), ("GET", "/pipe/subscribe"));
    let error = probe(&stub)
        .call("pipes_subscribe", Arguments::new())
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error}");
}

#[tokio::test]
async fn versions_and_timeouts_are_in_the_table() {
    let row = |id| OPERATIONS.iter().find(|row| row.id == id).unwrap();
    assert_eq!(
        (row("server_ping").since, row("server_ping").until),
        (Some("1.1"), Some("2.0"))
    );
    assert_eq!(row("server_ping").group, "");
    assert_eq!(row("things_create").timeout, headwaters::TimeoutClass::Long);
    assert_eq!(
        row("things_create").idempotent,
        headwaters::Idempotence::With("requestId")
    );
    assert_eq!(row("pipes_read").timeout, headwaters::TimeoutClass::Stream);
    assert_eq!(
        row("pipes_follow").timeout,
        headwaters::TimeoutClass::Endless
    );
    let stub = RecordingServer::answering(|_| Reply::new(204, "")).await;
    #[expect(deprecated)]
    let ping = probe(&stub).ping();
    ping.await.unwrap();
    assert_eq!(stub.only().target, "/ping");
}
