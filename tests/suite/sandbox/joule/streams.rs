//! Data streams, apart from their rows.

use super::*;

async fn create(node: &Joule, stream: Value) -> Answer {
    post(
        node,
        "/stream.json",
        json!({"stream": stream, "dest_path": "/a"}),
    )
    .await
}

#[tokio::test]
async fn a_stream_is_made_as_it_is_described() {
    let node = Joule::start().await.unwrap();
    let mut described = description("s", "float32_2");
    described["is_configured"] = json!(true);
    described["datatype"] = json!("FLOAT32");
    let (_, made) = create(&node, described).await;
    assert_eq!(made["layout"], "float32_2");
    assert_eq!(made["elements"][1]["display_type"], "CONTINUOUS");
    assert_eq!(
        (&made["is_configured"], &made["locked"], &made["active"]),
        (&json!(false), &json!(false), &json!(false))
    );
    assert!(made.get("data_info").is_none());
    let (_, told) = get(&node, "/stream.json?path=/a/s").await;
    let empty = json!({"start": null, "end": null, "rows": 0, "bytes": 0, "total_time": 0});
    assert_eq!(told["data_info"], empty);
    assert!(
        get(&node, "/stream.json?path=/a/s&no-info=")
            .await
            .1
            .get("data_info")
            .is_none()
    );
}

#[tokio::test]
async fn a_stream_that_is_not_well_described_is_not_made() {
    let node = with_stream("float32_1").await;
    let with = |key: &str, value: Value| {
        let mut stream = description("t", "float32_2");
        stream[key] = value;
        create(&node, stream)
    };
    let invalid = |why: &str| failed(400, &format!("400: Invalid stream specification: {why}"));
    assert_eq!(
        with("name", json!("s")).await,
        invalid("stream with the same name exists in the folder")
    );
    assert_eq!(with("name", json!("")).await, invalid("missing name"));
    assert_eq!(
        with("elements", json!([])).await,
        invalid("stream must have at least one element")
    );
    let choice = "invalid datatype [UINT8], choose from [float64, float32, int64, int32, int16]";
    assert_eq!(with("datatype", json!("uint8")).await, invalid(choice));
    let mut stream = description("t", "float32_1");
    stream.as_object_mut().unwrap().remove("keep_us");
    let missing = failed(400, "400: Invalid or missing stream attribute: 'keep_us'");
    assert_eq!(create(&node, stream).await, missing);
    assert_eq!(
        post(&node, "/stream.json", json!({})).await,
        failed(400, "400: provide a stream")
    );
    // A failure leaves no folders behind.
    let body = json!({"stream": description("", "float32_1"), "dest_path": "/x/y"});
    assert_eq!(post(&node, "/stream.json", body).await.0, 400);
    assert_eq!(get(&node, "/folder.json?path=/x").await.0, 404);
}

#[tokio::test]
async fn elements_change_by_their_place() {
    let node = with_stream("float32_2").await;
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    let update = |attributes: Value| {
        put(
            &node,
            "/stream.json",
            json!({"id": stream["id"], "stream": attributes}),
        )
    };
    let (_, changed) = update(json!({"elements": [{"units": "W"}, {"default_max": 2}]})).await;
    assert_eq!(changed["elements"][0]["units"], "W");
    assert_eq!(changed["elements"][1]["default_max"], 2.0);
    assert_eq!(changed["elements"][1]["name"], "e1");
    let invalid = |why: &str| failed(400, &format!("400: Invalid stream specification: {why}"));
    assert_eq!(
        update(json!({"elements": [{}]})).await,
        invalid("incorrect number of elements")
    );
    // The wrong way round, as Joule says it.
    let limits = update(json!({"elements": [{}, {"default_min": 3}]})).await;
    assert_eq!(limits, invalid("[default_min] must be > [default_max]"));
}

#[tokio::test]
async fn configured_and_live_streams_are_locked() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    for path in ["/configured/fixed", "/live/rand"] {
        let (_, stream) = get(&node, &format!("/stream.json?path={path}")).await;
        assert_eq!(stream["locked"], true);
        let locked = failed(400, "400: stream is locked");
        let body = json!({"id": stream["id"], "stream": {"name": "x"}});
        assert_eq!(put(&node, "/stream.json", body).await, locked);
        let body = json!({"src_path": path, "dest_path": "/x"});
        assert_eq!(put(&node, "/stream/move.json", body).await, locked);
        assert_eq!(
            delete(&node, &format!("/stream.json?path={path}")).await,
            locked
        );
    }
    let body = json!({"src_path": "/live", "dest_path": "/x"});
    assert_eq!(
        put(&node, "/folder/move.json", body).await,
        failed(400, "400: folder is locked")
    );
}

#[tokio::test]
async fn what_names_no_stream_is_refused_in_the_words_of_its_kind() {
    let node = with_stream("float32_1").await;
    let null = json!({"id": null, "stream": {}});
    let missing = failed(404, "404: stream does not exist");
    assert_eq!(put(&node, "/stream.json", null.clone()).await, missing);
    let refused = failed(400, "400: Invalid request: specify id");
    assert_eq!(put(&node, "/event.json", null).await, refused);
    let nothing = json!({"dest_path": "/x"});
    let source = failed(400, "400: specify a source id or a path");
    assert_eq!(
        put(&node, "/stream/move.json", nothing.clone()).await,
        source
    );
    let source = failed(400, "400: specify an id or a path");
    assert_eq!(put(&node, "/event/move.json", nothing).await, source);
}

#[tokio::test]
async fn a_stream_may_take_the_name_of_one_of_the_other_kind_that_has_its_number() {
    let node = with_stream("float32_1").await;
    let mut ids = Vec::new();
    for name in ["e", "f"] {
        let stream = json!({
            "id": null, "name": name, "description": "", "event_fields": {}, "chunk_duration_us": 0, "keep_us": -1,
        });
        let body = json!({"stream": stream, "dest_path": "/a"});
        ids.push(post(&node, "/event.json", body).await.1["id"].clone());
    }
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    assert_eq!(stream["id"], ids[0]);
    let rename = |name: &str| {
        let body = json!({"id": stream["id"], "stream": {"name": name}});
        put(&node, "/stream.json", body)
    };
    let twice = "400: Invalid stream specification: stream with the same name exists in the folder";
    assert_eq!(rename("f").await, failed(400, twice));
    assert_eq!(rename("e").await.1["name"], "e");
}

#[tokio::test]
async fn a_path_wins_over_a_number_and_one_of_them_must_be_there() {
    let node = with_stream("float32_1").await;
    assert_eq!(get(&node, "/stream.json?id=99&path=/a/s").await.0, 200);
    assert_eq!(
        get(&node, "/stream.json").await,
        failed(400, "400: specify an id or a path")
    );
    let nothing = failed(404, "404: stream does not exist");
    assert_eq!(get(&node, "/stream.json?path=/a/S").await, nothing);
    assert_eq!(
        delete(&node, "/stream.json?path=/a/s").await,
        (200, json!("ok"))
    );
    assert_eq!(delete(&node, "/stream.json?path=/a/s").await, nothing);
}
