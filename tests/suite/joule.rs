//! Joule: what the spec says is what goes over the wire, and what a node said passes through its types.

use axum::{body::Body, http::Response};
use headwaters::{
    dynamic::{Answer, Arguments},
    joule::{
        Node, OPERATIONS,
        types::{DataStream, DataType, DisplayType, Event, EventPage, NewDataStream, NewElement},
    },
};
use serde_json::{Value, json};

use crate::{
    equal::assert_equal,
    stub::{Stub, json as json_response},
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn node(stub: &Stub) -> Node {
    Node::new(&stub.url, KEY).unwrap()
}

fn spec() -> Value {
    serde_norway::from_str(include_str!("../../specs/joule.yaml")).unwrap()
}

/// Operation, name and JSON of every example of a success, with the member that is the value.
fn examples(spec: &Value) -> Vec<(String, String, Value, Option<String>)> {
    let mut examples = Vec::new();
    for item in spec["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            let success = &operation["responses"]["200"];
            let member = success["x-envelope"].as_str().map(str::to_owned);
            let named = success["content"]["application/json"]["examples"].as_object();
            for (name, example) in named.into_iter().flatten() {
                examples.push((
                    id.to_owned(),
                    name.clone(),
                    example["value"].clone(),
                    member.clone(),
                ));
            }
        }
    }
    examples
}

/// Arguments that a node would take.
fn arguments(id: &str) -> Arguments {
    let arguments = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Arguments>();
    let with_body = |pairs, body: Value| arguments(pairs).with_body(body.to_string());
    match id {
        "folders_update" => with_body(
            &[],
            json!({"id": 29, "folder": {"description": "all plugs"}}),
        ),
        "data_streams_update" => with_body(
            &[],
            json!({"id": 15, "stream": {"keep_us": 315360000000000i64}}),
        ),
        "event_streams_update" => {
            with_body(&[], json!({"id": 5, "stream": {"description": "changed"}}))
        }
        "annotations_update" => with_body(&[], json!({"id": 7, "title": "switched off"})),
        "folders_move" | "data_streams_move" | "event_streams_move" => {
            with_body(&[("src_id", "6"), ("dest_path", "/w/attic")], json!({}))
        }
        "data_streams_create" => with_body(&[("dest_id", "13")], json!({"stream": new_stream()})),
        "event_streams_create" => with_body(
            &[("dest_path", "/w")],
            json!({"stream": {"id": null, "name": "more", "description": "", "event_fields": {}, "chunk_duration_us": 0, "keep_us": -1}}),
        ),
        "event_streams_write" => with_body(&[("id", "5")], json!({"events": []})),
        "annotations_create" => with_body(
            &[("stream_id", "20")],
            json!({"title": "switched on", "start": 1790000000000000i64}),
        ),
        "masters_add" => with_body(&[], json!({"master_type": "user", "identifier": "ann"})),
        "followers_add" => with_body(
            &[],
            json!({"key": KEY, "port": 8088, "scheme": "http", "base_uri": "", "name": "x"}),
        ),
        "archive_upload" => arguments(&[]).with_body("PK"),
        "folders_map" => arguments(&[("data_stream_elements", "[25]")]),
        "event_streams_read" => arguments(&[("id", "5"), ("limit", "2")]),
        "data_consolidate" => arguments(&[("id", "20"), ("max_gap", "5")]),
        "annotations_get" | "annotations_info" => arguments(&[("stream_id", "20")]),
        _ => {
            let operation = OPERATIONS
                .iter()
                .find(|operation| operation.id == id)
                .unwrap();
            let has_id = operation
                .parameters
                .iter()
                .any(|parameter| parameter.name == "id");
            arguments(if has_id { &[("id", "1")] } else { &[] })
        }
    }
}

fn new_stream() -> NewDataStream {
    NewDataStream {
        id: None,
        name: "big".into(),
        description: Some(String::new()),
        datatype: DataType::Int64,
        keep_us: -1,
        decimate: true,
        is_configured: false,
        is_source: false,
        is_destination: false,
        elements: vec![NewElement {
            id: None,
            name: "a".into(),
            units: None,
            plottable: Some(true),
            display_type: DisplayType::Continuous,
            offset: 0.0,
            scale_factor: 1.0,
            default_max: None,
            default_min: None,
        }],
    }
}

#[tokio::test]
async fn every_example_passes_through_its_type_and_comes_back_equal() {
    let examples = examples(&spec());
    assert!(examples.len() > 50, "{} examples", examples.len());
    for (id, name, value, member) in examples {
        let text = value.to_string();
        let stub = Stub::new(move |_| json_response(200, &text)).await;
        let answer = node(&stub).call(&id, arguments(&id)).await;
        let Ok(Answer::Json(ours)) = answer else {
            panic!("{id} {name}: {answer:?}");
        };
        let theirs = member.map_or(&value, |member| &value[member]);
        assert_equal(&ours, theirs);
    }
}

#[tokio::test]
async fn every_request_carries_the_key() {
    let stub = Stub::json("[]").await;
    node(&stub).masters().list().await.unwrap();
    assert_eq!(stub.only().header("x-api-key"), Some(KEY));
}

#[tokio::test]
async fn a_prefix_of_the_url_is_kept() {
    let stub = Stub::json("[]").await;
    let node = Node::new(format!("{}/joule/", stub.url), KEY).unwrap();
    node.masters().list().await.unwrap();
    assert_eq!(stub.only().target, "/joule/masters.json");
}

// The targets are those that the Python client 1.0.1 sends, but for the order of the parameters and for flags that say
// no, which it sends as 0.
#[tokio::test]
async fn flags_dashes_and_underscores_are_the_wires_own() {
    let stub = Stub::new(|request| {
        json_response(200, match request.target.split('?').next() {
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
        .consolidate(5, &stream)
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
        .received()
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
    let stub = Stub::new(|_| json_response(400, "x")).await;
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
    let spec = spec();
    let examples = &spec["paths"]["/stream.json"]["get"]["responses"]["200"]["content"]["application/json"]
        ["examples"];
    let mut stream: DataStream =
        serde_json::from_value(examples["empty"]["value"].clone()).unwrap();
    stream.elements[0].default_max = None;
    let stub = Stub::new(|_| json_response(400, "x")).await;
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
    let stub = Stub::json(r#"{"count": 0, "events": []}"#).await;
    let event = Event {
        id: None,
        event_stream_id: None,
        start_time: 1790000000000000,
        end_time: 1790000000500000,
        content: json!({"name": "lamp"}),
    };
    node(&stub)
        .event_streams()
        .write("/w/events", [event])
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
    let stub = Stub::json(
        r#"{"count": 2, "events": [{"id": -1, "start_time": 1, "end_time": 1, "content": {"count": 2}}], "type": "histogram"}"#,
    )
    .await;
    let page = node(&stub).event_streams().read(1, 5).await.unwrap();
    let EventPage::EventHistogram(histogram) = page else {
        panic!("{page:?}");
    };
    assert_eq!((histogram.count, histogram.events[0].content.count), (2, 2));
}

#[tokio::test]
async fn rows_come_as_bytes_with_their_layout_in_a_header() {
    let stub = Stub::new(|_| {
        Response::builder()
            .header("content-type", "application/octet-stream")
            .header("joule-layout", "float32_1")
            .header("joule-decimation", "1")
            .body(Body::from(vec![0; 24]))
            .unwrap()
    })
    .await;
    let answer = node(&stub)
        .data()
        .read("/w/meter")
        .max_rows(10)
        .with_response()
        .await
        .unwrap();
    assert_eq!(answer.headers()["joule-layout"], "float32_1");
    assert_eq!(answer.into_value().into_bytes(100).await.unwrap().len(), 24);
    assert_eq!(stub.only().target, "/data?max-rows=10&path=%2Fw%2Fmeter");
}

#[tokio::test]
async fn an_error_tells_the_nodes_reason_without_the_status_again() {
    let stub = Stub::new(|_| json_response(404, "404: stream does not exist")).await;
    let error = node(&stub).data_streams().get("/nope").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.messages(), ["stream does not exist"]);
    assert_eq!(
        error.to_string(),
        "joule data_streams_get GET /stream.json: 404 Not Found: stream does not exist"
    );
}
