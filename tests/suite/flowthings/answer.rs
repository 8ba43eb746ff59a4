//! What is made of answers, and of bodies that cannot be written.

use std::collections::BTreeMap;

use headwaters::{
    Secret,
    dynamic::Arguments,
    flowthings::types::{GroupId, IdentityId, NewFlow, NewShare, RecipientId, SharePermissions},
    reqwest::Method,
};
use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn what_a_write_has_done_is_not_lost_with_the_references() {
    for head in [
        json!({"status": 201, "ok": true, "references": null}),
        json!({"status": 201, "ok": true}),
    ] {
        let body = json!({"head": head, "body": {"id": "f1"}}).to_string();
        let stub = RecordingServer::start(Reply::new(201, body)).await;
        let create = api(&stub).flow().create("/acc/a").with_references();
        let (flow, references) = create.await.unwrap();
        assert_eq!(flow.id.as_str(), "f1");
        assert!(references.is_empty());
    }
}

#[tokio::test]
async fn a_request_that_no_operation_describes_fails_as_a_call_does() {
    for (http, head, status) in [
        (
            200,
            json!({"status": 403, "ok": false, "errors": ["mine"]}),
            403,
        ),
        (200, json!({"ok": false, "errors": ["mine"]}), 200),
        (
            404,
            json!({"status": 403, "ok": false, "errors": ["mine"]}),
            403,
        ),
        (410, json!({"status": 404, "errors": ["mine"]}), 404),
    ] {
        let body = json!({"head": head, "body": null}).to_string();
        let stub = RecordingServer::start(Reply::new(http, body)).await;
        let request = || api(&stub).request(Method::POST, "/av-connection");
        let as_json = request().json::<Value>().await.map(drop).unwrap_err();
        let as_bytes = request().bytes().await.map(drop).unwrap_err();
        for error in [as_json, as_bytes] {
            assert_eq!(
                error.status().map(|status| status.as_u16()),
                Some(status),
                "{error}"
            );
            assert_eq!(error.messages(), ["mine"]);
        }
    }
    for body in [
        json!({"head": {"status": 200, "ok": true}, "body": {"ok": false}}),
        json!({"head": {"status": 200}, "body": 1}),
        json!([{"head": {"ok": false}}]),
    ] {
        let stub = RecordingServer::start(Reply::text(body.to_string())).await;
        let answer = api(&stub).request(Method::GET, "/x").json::<Value>().await;
        assert_eq!(answer.unwrap().into_value(), body);
    }
}

#[tokio::test]
async fn a_password_in_a_change_by_name_is_hidden_when_the_server_repeats_it() {
    let body = json!({"head": {"status": 400, "ok": false, "errors": ["no: correcthorsebattery"]}});
    let stub = RecordingServer::start(Reply::new(400, body.to_string())).await;
    let change = json!({"password": "correcthorsebattery"});
    let one = Arguments::from([("mqttTaskId", "m1")]).with_body(change.to_string());
    let many = Arguments::new().with_body(json!({"m1": change}).to_string());
    for (id, arguments) in [("mqtt_task_update", one), ("mqtt_task_update_many", many)] {
        let error = api(&stub).call(id, arguments).await.unwrap_err();
        let texts = format!("{error} {error:?} {}", error.messages().join(" "));
        assert!(!texts.contains("correcthorse"), "{texts}");
    }
    assert!(
        stub.seen()
            .iter()
            .all(|request| request.text().contains("correcthorsebattery"))
    );
}

#[tokio::test]
async fn a_body_that_cannot_be_written_says_why_in_its_own_line() {
    let stub = RecordingServer::start(answer(&json!({}))).await;
    let api = api(&stub);
    let filtered = api.flow().create(NewFlow::new("/acc/a").filter("a ~ 1"));
    let raw = api.request(Method::PUT, "/x").with_json(&f64::NAN).bytes();
    let keys = api
        .request(Method::PUT, "/x")
        .with_json(&BTreeMap::from([([1], 2)]));
    for (error, why) in [
        (
            filtered.await.map(drop).unwrap_err(),
            "expected an operator, found '~'",
        ),
        (
            raw.await.map(drop).unwrap_err(),
            "NaN is not a number of JSON",
        ),
        (
            keys.bytes().await.map(drop).unwrap_err(),
            "key must be a string",
        ),
    ] {
        let text = error.to_string();
        let reason = text.split_once("the body cannot be written as JSON: ");
        assert!(
            reason.is_some_and(|(_, reason)| reason.contains(why)),
            "{text}"
        );
    }
    // Neither what was written before it, nor what a type says of itself.
    struct Told;
    impl serde::Serialize for Told {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not with correcthorsebattery"))
        }
    }
    let body = (Secret::from("correcthorsebattery"), Told);
    let request = api.request(Method::PUT, "/x").with_json(&body);
    let error = request.bytes().await.unwrap_err();
    assert!(error.to_string().contains("not with [redacted]"), "{error}");
    assert!(!format!("{error:?}").contains("correcthorse"), "{error:?}");
    assert!(stub.seen().is_empty());
}

#[test]
fn an_id_of_an_identity_or_a_group_says_for_whom_a_share_is() {
    let (ann, team) = (IdentityId::from("i1"), GroupId::from("g1"));
    let paths = || [("/acc/a", SharePermissions::new())];
    for (share, id) in [
        (NewShare::new(&ann, paths()), "i1"),
        (NewShare::new(team, paths()), "g1"),
        (NewShare::new("i2", paths()), "i2"),
    ] {
        assert_eq!(share.issued_to, RecipientId::from(id));
    }
}

#[test]
fn a_path_is_a_new_flow() {
    for flow in [NewFlow::from("/acc/a"), String::from("/acc/a").into()] {
        assert_eq!(
            serde_json::to_value(flow).unwrap(),
            json!({"path": "/acc/a"})
        );
    }
}
