//! Lists in the query.

use std::time::Duration;

use headwaters::{
    Config, Limits,
    dynamic::Arguments,
    probe::{Probe, types::State},
};

use super::probe;
use crate::{
    recording_server::{RecordingServer, Reply},
    wire::scripted_server::{Answer, ScriptedServer},
};

#[tokio::test]
async fn lists_go_with_commas_or_with_their_key_again() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    probe(&stub)
        .things()
        .find()
        .only(["id", "a b"])
        .tag(["x", "y&z"])
        .x_refs(true)
        .state(State::InUse)
        .await
        .unwrap();
    let request = stub.only();
    assert_eq!(
        request.target,
        "/things?only=id%2Ca+b&state=in-use&tag=x&tag=y%26z"
    );
    assert_eq!(request.header("x-refs"), Some("true"));
}

#[tokio::test]
async fn an_empty_list_is_said_and_an_item_with_a_comma_is_refused() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    let things = probe(&stub).things();
    let none: [&str; 0] = [];
    things.find().only(none).await.unwrap();
    assert_eq!(stub.only().target, "/things?only=");
    let error = things.find().only(["a,b"]).await.unwrap_err();
    assert!(error.is_request(), "{error}");
}

#[tokio::test]
async fn a_required_list_is_an_argument() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    let probe = probe(&stub);
    probe.things().pick(["a", "b"]).await.unwrap();
    probe.call("things_pick", [("ids", "a,b")]).await.unwrap();
    for request in stub.seen() {
        assert_eq!(request.target, "/things-picked?ids=a%2Cb");
    }
    let none = Arguments::new();
    let error = probe.call("things_pick", none).await.unwrap_err();
    assert!(
        error.to_string().contains("argument ids is missing"),
        "{error}"
    );
}

#[tokio::test]
async fn a_long_list_is_spread_over_requests_and_the_answers_are_joined() {
    let stub = RecordingServer::answering(|request| {
        let names = request.target.split("get=").nth(1).unwrap();
        let things: Vec<_> = names
            .split("%2C")
            .map(|name| serde_json::json!({"id": name}))
            .collect();
        Reply::text(serde_json::to_string(&things).unwrap())
    })
    .await;
    let names: Vec<String> = (0..40).map(|number| format!("name{number}")).collect();
    let things = probe(&stub).things().find().names(&names).await;
    let things: Vec<String> = things
        .unwrap()
        .into_iter()
        .map(|thing| thing.id.to_string())
        .collect();
    assert_eq!(things, names);
    let requests = stub.seen();
    assert!(requests.len() > 3);
    for request in requests {
        let line = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
        assert!(line.len() <= 120, "{line}");
    }
    let error = probe(&stub)
        .things()
        .find()
        .names(["x".repeat(200)])
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error}");
}

/// Names for four requests, each of which the stub answers after this time.
async fn four_parts(wait: Duration) -> (ScriptedServer, Vec<String>) {
    let stub = ScriptedServer::new(move |_| Answer::raw("").wait(wait).then(Answer::json("[]")));
    let names = (0..4).map(|number| format!("{}{number}", "x".repeat(60)));
    (stub, names.collect())
}

#[tokio::test]
async fn the_time_of_a_call_is_that_of_all_its_requests() {
    let (stub, names) = four_parts(Duration::from_millis(300)).await;
    let probe = Probe::with_config(&stub.url(), Config::new()).unwrap();
    let all = probe.things().find().names(&names);
    assert!(all.await.unwrap().is_empty());
    assert_eq!(stub.count(), 4);
    let time = Duration::from_millis(450);
    let error = probe.things().find().names(&names).with_timeout(time);
    let error = error.await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.elapsed() >= time, "{:?}", error.elapsed());
}

#[tokio::test]
async fn the_answers_of_a_call_are_as_large_together_as_one_may_be() {
    let thing = r#"[{"id": "a"}]"#;
    for (limits, fits) in [
        (Limits::default().with_json(4 * thing.len()), true),
        (Limits::default().with_json(4 * thing.len() - 1), false),
        (Limits::default().with_values(4 * 3), true),
        (Limits::default().with_values(4 * 3 - 1), false),
    ] {
        let stub = RecordingServer::start(Reply::text(thing)).await;
        let config = Config::new().with_limits(limits);
        let probe = Probe::with_config(stub.url(), config).unwrap();
        let names = (0..4).map(|number| format!("{}{number}", "x".repeat(60)));
        let things = probe.things().find().names(names.collect::<Vec<_>>()).await;
        assert_eq!(things.is_ok(), fits, "{limits:?}: {things:?}");
        if let Err(error) = things {
            assert!(error.is_too_large(), "{error}");
        }
    }
}
