//! Event streams and events.

use super::*;

async fn create(node: &Joule, changes: Value) -> Answer {
    let mut stream = json!({
        "id": null, "name": "e", "description": "", "event_fields": {"n": "numeric"}, "chunk_duration_us": 0, "keep_us": -1,
    });
    stream
        .as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    post(
        node,
        "/event.json",
        json!({"stream": stream, "dest_path": "/a"}),
    )
    .await
}

/// A node whose event stream /a/e has ten events, a second apart and two and a half long.
async fn with_events() -> Joule {
    let node = Joule::start().await.unwrap();
    assert_eq!(create(&node, json!({})).await.0, 200);
    let event = |at: i64| {
        let start = T + at * 1_000_000;
        json!({"event_stream_id": null, "start_time": start, "end_time": start + 2_500_000, "content": {"n": at}})
    };
    let (_, written) = write(&node, (0..10).map(event).collect()).await;
    assert_eq!(written["count"], 10);
    node
}

async fn write(node: &Joule, events: Value) -> Answer {
    post(
        node,
        "/event/data.json",
        json!({"path": "/a/e", "events": events}),
    )
    .await
}

/// What is in the events that a query finds.
async fn found(node: &Joule, query: &str) -> Vec<i64> {
    let (_, answer) = get(
        node,
        &format!("/event/data.json?path=/a/e&return-subset=1&{query}"),
    )
    .await;
    assert_eq!(answer["type"], "events", "{answer}");
    let events = answer["events"].as_array().unwrap().iter();
    events
        .map(|event| event["content"]["n"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn an_event_stream_is_checked_without_the_status_in_the_text() {
    let node = with_events().await;
    let invalid = |why: &str| failed(400, &format!("Invalid stream specification: {why}"));
    assert_eq!(
        create(&node, json!({})).await,
        invalid("stream with the same name exists in the folder")
    );
    let kinds = "invalid value in event_fields, must be [numeric|string|category:cat1,cat2,...]";
    assert_eq!(
        create(&node, json!({"name": "f", "event_fields": {"a": "text"}})).await,
        invalid(kinds)
    );
    // The text is split at colons.
    for choice in ["category:[]", "category", "category:[\"a:b\"]"] {
        let (status, _) = create(&node, json!({"name": "f", "event_fields": {"a": choice}})).await;
        assert_eq!(status, 400, "{choice}");
    }
    assert_eq!(
        create(
            &node,
            json!({"name": "f", "event_fields": {"a": "category:[\"x\"]"}})
        )
        .await
        .0,
        200
    );
    let nothing = failed(404, "404: stream does not exist");
    assert_eq!(get(&node, "/stream.json?path=/a/e").await, nothing);
}

#[tokio::test]
async fn an_event_stream_knows_its_events() {
    let node = with_events().await;
    let (_, stream) = get(&node, "/event.json?path=/a/e").await;
    let info = json!({"start": T, "end": T + 11_500_000, "event_count": 10, "bytes": 0, "total_time": 11_500_000});
    assert_eq!(stream["data_info"], info);
    let body = json!({"id": stream["id"], "stream": {"description": "d"}});
    assert_eq!(put(&node, "/event.json", body).await.1["description"], "d");
    let body = json!({"src_path": "/a/e", "dest_path": "/b"});
    assert_eq!(
        put(&node, "/event/move.json", body).await.1["stream"]["name"],
        "e"
    );
    assert_eq!(
        delete(&node, "/event.json?path=/b/e").await,
        (200, json!("ok"))
    );
    assert_eq!(get(&node, "/event.json?path=/b/e").await.0, 404);
}

#[tokio::test]
async fn an_event_stream_of_a_configuration_file_is_locked() {
    let node = Joule::builder().configured_events("/a/noted");
    let node = node.start().await.unwrap();
    let (_, folder) = get(&node, "/folder.json?path=/a").await;
    // Of such locks folders know nothing.
    assert_eq!(folder["locked"], false);
    let stream = &folder["event_streams"][0];
    assert_eq!(
        (&stream["name"], stream.get("locked")),
        (&json!("noted"), None)
    );
    let locked = failed(400, "400: stream is locked");
    for body in [
        json!({"id": stream["id"], "stream": {"name": "x"}}),
        json!({"id": stream["id"]}),
    ] {
        assert_eq!(put(&node, "/event.json", body).await, locked);
    }
    let body = json!({"src_path": "/a/noted", "dest_path": "/x"});
    assert_eq!(put(&node, "/event/move.json", body).await, locked);
    assert_eq!(delete(&node, "/event.json?path=/a/noted").await, locked);
}

#[tokio::test]
async fn an_event_stream_of_a_configuration_file_has_no_table() {
    let node = Joule::builder().configured_events("/a/e");
    let node = node.start().await.unwrap();
    let missing =
        "asyncpg.exceptions.UndefinedTableError: relation \"data.event1\" does not exist\n";
    let untabled = |(status, text): Answer| {
        let text = text.as_str().unwrap().to_owned();
        assert!(status == 500 && text.ends_with(missing), "{status} {text}");
    };
    for path in [
        "/event.json?path=/a/e",
        "/event/data.json?path=/a/e&limit=5",
        "/event/data/count.json?path=/a/e",
        "/folders.json?data-info",
    ] {
        untabled(get(&node, path).await);
    }
    untabled(delete(&node, "/event/data.json?path=/a/e").await);
    let event = json!({"event_stream_id": null, "start_time": T, "end_time": T + 1, "content": {}});
    assert_eq!(write(&node, json!([event])).await.0, 500);
    // What needs no table is answered.
    let none = json!({"count": 0, "events": []});
    assert_eq!(write(&node, json!([])).await, (200, none));
    assert_eq!(get(&node, "/folders.json").await.0, 200);
    let refused = failed(400, "400: limit parameter is required");
    assert_eq!(get(&node, "/event/data.json?path=/a/e").await, refused);
}

#[tokio::test]
async fn events_that_go_on_are_found_when_they_are_asked_for() {
    let node = with_events().await;
    let range = format!("limit=99&start={}&end={}", T + 4_000_000, T + 6_000_000);
    assert_eq!(found(&node, &range).await, [4, 5]);
    assert_eq!(
        found(&node, &format!("{range}&include-ongoing-events=1")).await,
        [2, 3, 4, 5]
    );
    // One that ends exactly there counts.
    let touching = format!("limit=99&start={}&include-ongoing-events=1", T + 11_500_000);
    assert_eq!(found(&node, &touching).await, [9]);
}

#[tokio::test]
async fn with_an_end_alone_the_last_events_are_meant() {
    let node = with_events().await;
    assert_eq!(found(&node, "limit=2").await, [0, 1]);
    assert_eq!(
        found(&node, &format!("limit=2&end={}", T + 5_000_000)).await,
        [3, 4]
    );
    let bounded = format!("limit=2&start={T}&end={}", T + 5_000_000);
    assert_eq!(found(&node, &bounded).await, [0, 1]);
}

#[tokio::test]
async fn limits_are_checked() {
    let node = with_events().await;
    assert_eq!(
        get(&node, "/event/data.json?path=/a/e").await,
        failed(400, "400: limit parameter is required")
    );
    for limit in ["x", "-1", "1.5"] {
        let refused = failed(400, "400: limit parameter must be an integer > 0");
        assert_eq!(
            get(&node, &format!("/event/data.json?path=/a/e&limit={limit}")).await,
            refused
        );
    }
    assert_eq!(
        get(&node, "/event/data.json?path=/a/e&limit=0&return-subset=1")
            .await
            .0,
        500
    );
}

#[tokio::test]
async fn too_many_events_are_a_histogram() {
    let node = with_events().await;
    let (_, answer) = get(&node, "/event/data.json?path=/a/e&limit=9").await;
    assert_eq!(
        (&answer["type"], &answer["count"]),
        (&json!("histogram"), &json!(10))
    );
    let buckets = answer["events"].as_array().unwrap();
    assert!((99..=101).contains(&buckets.len()), "{}", buckets.len());
    let counts = buckets
        .iter()
        .map(|bucket| bucket["content"]["count"].as_i64().unwrap());
    assert_eq!(counts.sum::<i64>(), 10);
    let last = buckets.last().unwrap();
    assert_eq!(last["start_time"], last["end_time"]);
    assert_eq!(
        (&last["id"], last.get("event_stream_id")),
        (&json!(-1), None)
    );
}

#[tokio::test]
async fn known_events_change_and_all_others_are_added() {
    let node = with_events().await;
    let (_, answer) = get(&node, "/event/data.json?path=/a/e&limit=99").await;
    let mut known = answer["events"][0].clone();
    known["content"] = json!({"n": 100});
    let mut stranger = known.clone();
    stranger["event_stream_id"] = json!(999);
    let mut unknown = known.clone();
    unknown["id"] = json!(999);
    let (_, answer) = write(&node, json!([known, stranger, unknown])).await;
    let ids: Vec<i64> = answer["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [1, 11, 12]);
    assert_eq!(found(&node, "limit=4").await, [100, 100, 100, 1]);
}

#[tokio::test]
async fn bad_events_are_refused() {
    let node = with_events().await;
    let event = json!({"event_stream_id": null, "start_time": T, "end_time": T, "content": {}});
    assert_eq!(write(&node, json!([event])).await.0, 500);
    let refused = failed(400, "400: all events must have an event_stream_id");
    assert_eq!(write(&node, json!([{"start_time": T}])).await, refused);
    let none = failed(400, "400: specify events to add");
    assert_eq!(
        post(&node, "/event/data.json", json!({"path": "/a/e"})).await,
        none
    );
}

#[tokio::test]
async fn removing_takes_events_that_began_earlier() {
    let node = with_events().await;
    let path = format!(
        "/event/data.json?path=/a/e&start={}&end={}",
        T + 4_000_000,
        T + 5_000_000
    );
    assert_eq!(delete(&node, &path).await, (200, json!("ok")));
    assert_eq!(found(&node, "limit=99").await, [0, 1, 5, 6, 7, 8, 9]);
    delete(&node, "/event/data.json?path=/a/e").await;
    assert_eq!(
        get(&node, "/event/data/count.json?path=/a/e").await.1,
        json!({"count": 0})
    );
}
