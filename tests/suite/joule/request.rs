//! Joule: what the spec says is what goes over the wire, and what a node said passes through its types.

use headwaters::{
    Auth, Config,
    joule::{
        Node,
        types::{DataStream, DataType, Event, EventPage, NewDataStream},
    },
};
use serde_json::{Value, json};

use crate::{
    platform::KEY,
    recording_server::{RecordingServer, Reply},
};

fn node(stub: &RecordingServer) -> Node {
    Node::new(stub.url(), KEY).unwrap()
}

fn new_stream() -> NewDataStream {
    NewDataStream::new("big", DataType::Int64, ["a"])
}

/// As a proxy before the node may want them.
#[tokio::test]
async fn the_key_goes_beside_the_credentials_of_the_configuration() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    let auth = Auth::basic("Aladdin", "open sesame").and_header("x-api-key", "another");
    let node = Node::with_config(stub.url(), KEY, Config::new().with_auth(auth)).unwrap();
    node.masters().list().await.unwrap();
    let headers = stub.only().headers;
    let keys: Vec<_> = headers.get_all("x-api-key").iter().collect();
    assert_eq!(keys, [KEY]);
    assert_eq!(
        headers["authorization"],
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    );
}

#[tokio::test]
async fn every_request_carries_the_key() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    node(&stub).masters().list().await.unwrap();
    assert_eq!(stub.only().header("x-api-key"), Some(KEY));
}

#[tokio::test]
async fn a_prefix_of_the_url_is_kept() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    let node = Node::new(format!("{}/joule/", stub.url()), KEY).unwrap();
    node.masters().list().await.unwrap();
    assert_eq!(stub.only().target, "/joule/masters.json");
}

// The targets are those that the Python client 1.0.1 sends, but for the order of the parameters and for flags that say
// no, which it sends as 0.
#[tokio::test]
async fn flags_dashes_and_underscores_are_the_wires_own() {
    let stub = RecordingServer::answering(|request| {
        Reply::text(match request.target.split('?').next() {
            Some("/stream.json") => r#"{"id": 7, "name": "meter", "description": null, "datatype": "int16", "layout": "int16_0", "keep_us": -1, "is_configured": false, "is_source": false, "is_destination": false, "updated_at": "2026-11-20T10:14:06+00:00", "locked": false, "active": false, "decimate": true, "elements": []}"#,
            Some("/data/consolidate.json") => r#"{"num_consolidated": 3}"#,
            Some("/event/data/count.json") => r#"{"count": 40}"#,
            Some("/modules.json") => "[]",
            _ => "ok",
        })
    })
    .await;
    let node = node(&stub);
    let stream = node
        .data_streams()
        .get("/w/plugs")
        .no_info(true)
        .await
        .unwrap();
    node.folders().delete("/w").recursive(true).await.unwrap();
    node.folders().delete(12).recursive(false).await.unwrap();
    node.modules().list().statistics(true).await.unwrap();
    let removed = node
        .data()
        .consolidate(&stream, 5)
        .start(1)
        .end(2)
        .await
        .unwrap();
    let count = node
        .event_streams()
        .count(3)
        .include_ongoing_events(true)
        .await
        .unwrap();
    node.data_streams()
        .annotation_delete(&stream)
        .await
        .unwrap();
    assert_eq!((removed, count), (3, 40));
    let requests: Vec<String> = stub
        .seen()
        .into_iter()
        .map(|request| format!("{} {}", request.method, request.target))
        .collect();
    assert_eq!(
        requests,
        [
            "GET /stream.json?no-info=&path=%2Fw%2Fplugs",
            "DELETE /folder.json?path=%2Fw&recursive=1",
            "DELETE /folder.json?id=12",
            "GET /modules.json?statistics=1",
            "POST /data/consolidate.json?end=2&id=7&max_gap=5&start=1",
            "GET /event/data/count.json?id=3&include-ongoing-events=1",
            "DELETE /stream/annotations.json?stream_id=7",
        ]
    );
}

#[tokio::test]
async fn a_new_stream_goes_with_every_member_that_the_node_wants() {
    let stub = RecordingServer::start(Reply::new(400, "x")).await;
    node(&stub)
        .data_streams()
        .create("/w", new_stream())
        .await
        .unwrap_err();
    // Not `assert_equal`: here a null must be there.
    assert_eq!(
        stub.only().json(),
        json!({"dest_path": "/w", "stream": {"id": null, "name": "big", "description": "", "datatype": "int64", "keep_us": -1,
               "decimate": true, "is_configured": false, "is_source": false, "is_destination": false, "elements": [
               {"id": null, "name": "a", "units": null, "plottable": true, "display_type": "CONTINUOUS", "offset": 0.0,
                "scale_factor": 1.0, "default_max": null, "default_min": null}]}})
    );
}

#[tokio::test]
async fn a_stream_that_was_read_is_written_back_with_what_can_change() {
    let spec: Value = serde_norway::from_str(include_str!("../../../specs/joule.yaml")).unwrap();
    let examples = &spec["paths"]["/stream.json"]["get"]["responses"]["200"]["content"]["application/json"]
        ["examples"];
    let mut stream: DataStream =
        serde_json::from_value(examples["empty"]["value"].clone()).unwrap();
    stream.elements[0].default_max = None;
    let stub = RecordingServer::start(Reply::new(400, "x")).await;
    node(&stub)
        .data_streams()
        .update(stream.id, &stream)
        .await
        .unwrap_err();
    let sent = stub.only().json();
    let members: Vec<&str> = sent["stream"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        members,
        ["decimate", "description", "elements", "keep_us", "name"]
    );
    assert_eq!(sent["id"], 15);
    assert_eq!(
        sent["stream"]["elements"][0].get("default_max"),
        Some(&Value::Null)
    );
}

#[tokio::test]
async fn a_new_event_says_that_it_has_no_stream_yet() {
    let stub = RecordingServer::start(Reply::text(r#"{"count": 0, "events": []}"#)).await;
    let event = Event::new(1790000000000000, 1790000000500000, json!({"name": "lamp"}));
    node(&stub)
        .event_streams()
        .write_page("/w/events", [event])
        .await
        .unwrap();
    assert_eq!(
        stub.only().json(),
        json!({"path": "/w/events", "events": [{"id": null, "event_stream_id": null, "start_time": 1790000000000000i64,
               "end_time": 1790000000500000i64, "content": {"name": "lamp"}}]})
    );
}

#[tokio::test]
async fn too_many_events_are_a_histogram() {
    let stub = RecordingServer::start(Reply::text(
        r#"{"count": 2, "events": [{"id": -1, "start_time": 1, "end_time": 1, "content": {"count": 2}}], "type": "histogram"}"#,
    ))
    .await;
    let page = node(&stub).event_streams().read_page(1, 5).await.unwrap();
    let EventPage::EventHistogram(histogram) = page else {
        panic!("{page:?}");
    };
    assert_eq!((histogram.count, histogram.events[0].content.count), (2, 2));
}

#[tokio::test]
async fn an_error_tells_the_nodes_reason_without_the_status_again() {
    let stub = RecordingServer::start(Reply::new(404, "404: stream does not exist")).await;
    let error = node(&stub).data_streams().get("/nope").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.messages(), ["stream does not exist"]);
    assert_eq!(
        error.to_string(),
        format!(
            "joule data_streams_get GET /stream.json: 404 Not Found: stream does not exist ({})",
            stub.url()
        )
    );
}

#[tokio::test]
async fn the_options_of_a_write_hold_for_each_of_its_requests() {
    let sandbox = headwaters::sandbox::Joule::builder()
        .sink("/w/sink", "int32_1")
        .start()
        .await
        .unwrap();
    let node = Node::new(sandbox.url(), sandbox.key()).unwrap();
    let mut pipe = node
        .data()
        .write("/w/sink")
        .start(1)
        .end(2)
        .with_header("x-trace", "seven")
        .await
        .unwrap();
    pipe.write_row(1, &[7]).await.unwrap();
    pipe.close().await.unwrap();
    let told: Vec<_> = sandbox
        .journal()
        .into_iter()
        .map(|sent| {
            let header = sent.headers.iter().find(|(name, _)| name == "x-trace");
            (sent.method, header.map(|(_, value)| value.clone()))
        })
        .collect();
    let with = |method: &str| (method.to_owned(), Some("seven".to_owned()));
    assert_eq!(told, ["GET", "DELETE", "POST"].map(with));
}
