//! Things: verbs, envelopes, members and the objects that callers make.

use headwaters::{
    Secret,
    dynamic::Arguments,
    probe::types::{Check, State, Thing},
};

use super::probe;
use crate::{
    equal::assert_equal,
    recording_server::{RecordingServer, Reply},
};

fn thing(text: &str) -> Thing {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn a_literal_verb_goes_out_as_it_is_and_the_value_comes_out_of_its_envelope() {
    let stub = RecordingServer::start(Reply::text(
        r#"{"head": {"ok": true}, "body": {"a": {"id": "a"}, "b": {"id": "b"}}}"#,
    ))
    .await;
    let things = probe(&stub).things().read_many(["a", "b"]).await.unwrap();
    assert_eq!(things.keys().collect::<Vec<_>>(), ["a", "b"]);
    let request = stub.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("MGET", "/things")
    );
    assert_eq!(request.text(), r#"["a","b"]"#);
    assert_eq!(request.header("api-version"), None);
}

#[tokio::test]
async fn an_envelope_without_its_value_is_an_error() {
    let stub = RecordingServer::start(Reply::text(r#"{"head": {"ok": true}}"#)).await;
    let error = probe(&stub).things().read_many(["a"]).await.unwrap_err();
    assert!(error.is_decode());
    assert!(error.to_string().contains("no member `body`"), "{error}");
}

#[tokio::test]
async fn mput_takes_a_map() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let thing = thing(r#"{"id": "a", "type": "x"}"#);
    probe(&stub)
        .things()
        .update_many([("a", thing)])
        .await
        .unwrap();
    let request = stub.only();
    assert_eq!(request.method, "MPUT");
    assert_equal(
        "the map",
        &request.json(),
        &serde_json::json!({"a": {"id": "a", "type": "x"}}),
    );
}

#[tokio::test]
async fn delete_has_a_body_only_when_something_was_said() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let things = probe(&stub);
    things.things().delete("a").await.unwrap();
    things.things().delete("a").reason("old").await.unwrap();
    let [bare, said] = <[_; 2]>::try_from(stub.seen()).unwrap();
    assert_eq!((bare.body.len(), bare.header("content-type")), (0, None));
    assert_eq!(said.text(), r#"{"reason":"old"}"#);
    assert_eq!(said.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn twins_have_no_setter_and_fill_the_body_by_name() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": "a"}"#)).await;
    let probe = probe(&stub);
    probe
        .things()
        .create("thing")
        .entry_class("x.Y")
        .limit(3)
        .items(["a", "b"])
        .await
        .unwrap();
    let arguments = Arguments::from([("entry-class", "x.Y"), ("limit", "3"), ("item", "a,b")]);
    probe
        .call("things_create", arguments.with_body(r#"{"name": "thing"}"#))
        .await
        .unwrap();
    let [typed, by_name] = <[_; 2]>::try_from(stub.seen()).unwrap();
    let expected =
        serde_json::json!({"name": "thing", "entryClass": "x.Y", "limit": 3, "items": ["a", "b"]});
    assert_eq!(typed.json(), expected);
    assert_eq!(by_name.json(), expected);
    assert_eq!(typed.target, "/things");
}

#[tokio::test]
async fn a_repeat_is_safe_only_with_the_member_that_makes_it_so() {
    let stub = RecordingServer::answering(|_| Reply::new(503, "busy")).await;
    let things = probe(&stub).things();
    things.create("thing").await.unwrap_err();
    assert_eq!(stub.seen().len(), 1);
    things.create("thing").request_id("r1").await.unwrap_err();
    assert_eq!(stub.seen().len(), 1 + 4);
}

#[tokio::test]
async fn every_kind_of_member_comes_back_as_it_went() {
    let text = r#"{
        "id": "a", "start-time": 1, "start_time": 2, "type": "t", "ratio": "NaN", "state": "brand-new",
        "nothing": null, "list": [], "map": {}, "anything": [1, {"x": null}], "free": {}, "token": "s3cret",
        "big": 9223372036854775807, "exact": 0.1000000000000000055511151231257827,
        "checks": [{"kind": "done", "path": "p"}, {"kind": "failed"}, {"kind": "new", "more": [1]}],
        "novelty": {"kept": [1, 2]}
    }"#;
    let stub = RecordingServer::answering(move |_| Reply::text(text)).await;
    let probe = probe(&stub);
    let thing = probe.things().read("a").await.unwrap();
    assert_eq!(
        (thing.start_time, thing.start_time_again),
        (Some(1), Some(2))
    );
    assert_eq!(thing.state, Some(State::Unknown("brand-new".into())));
    assert!(thing.ratio.unwrap().get().is_nan());
    assert_eq!(thing.list, Some(vec![]));
    assert_eq!(thing.token, Some(Secret::from("s3cret")));
    assert!(!format!("{thing:?}").contains("s3cret"));
    assert!(matches!(
        thing.checks.as_deref(),
        Some([Check::Done(_), Check::Failed(_), Check::Unknown(_)])
    ));
    probe.things().update("a", thing).await.unwrap();
    let sent = &stub.seen()[1];
    assert_equal(
        "what was sent",
        &sent.json(),
        &serde_json::from_str(text).unwrap(),
    );
}

#[tokio::test]
async fn a_new_object_has_what_is_required_and_the_rest_by_default_or_by_setters() {
    use headwaters::probe::types::NewPart;

    let stub = RecordingServer::start(Reply::text(r#"{"id": "a"}"#)).await;
    let door = NewPart::new("door");
    let wall = NewPart::new("wall")
        .size(3)
        .note("load-bearing")
        .tags(["brick", "old"])
        .weight(800.0)
        .state("in-use");
    let make = probe(&stub).things().create("house");
    make.parts([door, wall]).await.unwrap();
    assert_equal(
        "the parts",
        &stub.only().json(),
        &serde_json::json!({"name": "house", "parts": [
            {"name": "door", "size": 1, "note": null, "tags": [], "weight": 0.5, "state": "NEW"},
            {"name": "wall", "size": 3, "note": "load-bearing", "tags": ["brick", "old"], "weight": 800.0, "state": "in-use"},
        ]}),
    );
}

#[tokio::test]
async fn a_value_of_a_map_may_be_null_and_a_secret_in_it_does_not_show() {
    let stub =
        RecordingServer::answering(|request| Reply::new(400, request.text().to_owned())).await;
    let make = probe(&stub).things().create("house");
    let make = make
        .keys([("front", Some("s3cret")), ("back", None)])
        .sizes([("hall", Some(3)), ("attic", None)]);
    assert!(!format!("{make:?}").contains("s3cret"), "{make:?}");
    let error = make.await.unwrap_err();
    assert!(!error.report().contains("s3cret"), "{}", error.report());
    let expected = serde_json::json!({
        "name": "house", "keys": {"front": "s3cret", "back": null}, "sizes": {"hall": 3, "attic": null},
    });
    assert_eq!(stub.only().json(), expected);
    let by_name = Arguments::new().with_body(expected.to_string());
    let by_name = probe(&stub).call("things_create", by_name).await;
    assert!(!by_name.unwrap_err().report().contains("s3cret"));
    assert_eq!(stub.seen()[1].json(), expected);
}
