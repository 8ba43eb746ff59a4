//! Locators: an object, its id, its path or its name.

use headwaters::{Locator, dynamic::Arguments, probe::types::Stream};

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

#[tokio::test]
async fn a_locator_is_an_object_an_id_or_a_path_in_the_query() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let streams = probe(&stub).streams();
    let by_path = streams.get("/plugs/meter", 10).await.unwrap();
    streams.get(7, 10).await.unwrap();
    streams.get(&by_path, 10).await.unwrap();
    let targets: Vec<String> = stub
        .seen()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            "/stream?max-rows=10&path=%2Fplugs%2Fmeter",
            "/stream?id=7&max-rows=10",
            "/stream?id=7&max-rows=10"
        ]
    );
}

#[tokio::test]
async fn a_locator_takes_any_name_where_there_are_no_paths() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    let stream = probe.streams().module("no path//at all").await.unwrap();
    probe.streams().module(&stream).await.unwrap();
    probe
        .call("streams_module", [("name", "mean")])
        .await
        .unwrap();
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        [
            "/module?name=no+path%2F%2Fat+all",
            "/module?id=7",
            "/module?name=mean"
        ]
    );
}

#[tokio::test]
async fn locators_fill_the_body_and_bad_paths_are_refused_unsent() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let streams = probe(&stub).streams();
    let stream: Stream =
        serde_json::from_value(serde_json::json!({"id": 7, "name": "meter"})).unwrap();
    streams
        .move_to(&stream, "/attic")
        .rename("old")
        .await
        .unwrap();
    assert_eq!(
        stub.only().json(),
        serde_json::json!({"src_id": 7, "dest_path": "/attic", "rename": "old"})
    );
    for path in ["", "attic", "/a//b", "/a/"] {
        let error = streams.move_to(7, path).await.unwrap_err();
        assert!(
            error.is_request() && !error.maybe_sent(),
            "{path:?}: {error}"
        );
    }
    assert_eq!(stub.seen().len(), 1);
}

#[tokio::test]
async fn locators_of_a_body_are_read_from_it_in_a_call_by_name() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let probe = probe(&stub);
    let call = async |body: &'static str| {
        let arguments = Arguments::new().with_body(body);
        probe.call("streams_move_to", arguments).await
    };
    let body = r#"{"src_id": 7, "src_path": null, "dest_path": "/attic", "rename": "old"}"#;
    call(body).await.unwrap();
    assert_eq!(
        stub.only().json(),
        serde_json::json!({"src_id": 7, "dest_path": "/attic", "rename": "old"})
    );
    for body in [
        "{}",
        "7",
        r#"{"src_id": 7, "src_path": "/a", "dest_path": "/attic"}"#,
        r#"{"src_id": 7, "dest_id": "8"}"#,
        r#"{"src_id": 7, "dest_path": 8}"#,
        r#"{"src_id": 7, "dest_path": "attic"}"#,
    ] {
        let error = call(body).await.unwrap_err();
        assert!(error.is_request() && !error.maybe_sent(), "{body}: {error}");
    }
    assert_eq!(stub.seen().len(), 1);
}

#[test]
fn a_locator_does_not_take_another_type() {
    let _: Locator<Stream> = 7.into();
    let stream: Stream =
        serde_json::from_value(serde_json::json!({"id": 7, "name": "meter"})).unwrap();
    assert_eq!(Locator::from(&stream).id(), Some(7));
}
