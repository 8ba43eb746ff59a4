//! Lamps: changes, what stands around a value, texts said by types written by hand, paths that end early.

use headwaters::{
    Change, Error,
    dynamic::{Answer, Arguments},
    probe::{Filter, types::Lamp},
};
use serde_json::{Map, Value, json};

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

const ONE: &str = r#"{"head": {"ok": true, "references": {"g1": {"name": "hall"}}}, "body": {"id": "l1", "watts": 40}}"#;

fn lamp(text: &str) -> Lamp {
    serde_json::from_str(text).unwrap()
}

fn members(json: Value) -> Map<String, Value> {
    json.as_object().unwrap().clone()
}

#[track_caller]
fn refused(error: &Error, reason: &str) {
    assert!(error.is_request(), "{error}");
    assert!(error.to_string().contains(reason), "{error}");
    assert_eq!(error.attempts(), 0, "{error}");
}

#[tokio::test]
async fn a_whole_object_goes_to_the_path_of_its_own_id_with_the_id_in_it() {
    let stub = RecordingServer::start(Reply::text(ONE)).await;
    let lamps = probe(&stub).lamp();
    let lamp = lamp(r#"{"id": "l 1é", "watts": 40, "novelty": [1]}"#);
    lamps.update(&lamp).await.unwrap();
    let request = stub.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("PUT", "/lamp/l%201%C3%A9")
    );
    assert_eq!(
        request.json(),
        json!({"id": "l 1é", "watts": 40, "novelty": [1]})
    );
}

#[tokio::test]
async fn what_changes_goes_alone_to_the_path_of_the_id() {
    let stub = RecordingServer::start(Reply::text(ONE)).await;
    let change = Change::<Lamp>::members(Some("l1".into()), members(json!({"watts": 60})));
    let lamp = probe(&stub).lamp().update(change).await.unwrap();
    assert_eq!(lamp.watts, Some(40));
    let request = stub.only();
    assert_eq!(request.target, "/lamp/l1");
    assert_eq!(request.json(), json!({"watts": 60}));
}

#[tokio::test]
async fn a_change_that_cannot_be_sent_is_refused() {
    let stub = RecordingServer::start(Reply::text(ONE)).await;
    let lamps = probe(&stub).lamp();
    for (change, reason) in [
        (Change::from(lamp(r#"{"watts": 40}"#)), "has no id"),
        (Change::from(lamp(r#"{"id": ""}"#)), "has no id"),
        (
            Change::members(None, members(json!({"watts": 60}))),
            "has no id",
        ),
        (
            Change::members(Some("l1".into()), members(json!({"id": "l2"}))),
            "sets another id",
        ),
        (
            Change::members(Some("l1".into()), members(json!({"id": null}))),
            "sets another id",
        ),
        (
            Change::members(Some("l1".into()), Map::new()),
            "the change is empty",
        ),
    ] {
        let error = lamps.update(change.clone()).await.unwrap_err();
        refused(&error, reason);
        let error = lamps.update_many([change]).await.unwrap_err();
        refused(&error, reason);
    }
    // Neither changes where the request goes.
    for id in [".", ".."] {
        let change = Change::members(Some(id.into()), members(json!({"watts": 60})));
        let error = lamps.update(change).await.unwrap_err();
        refused(&error, "lampId cannot stand in a path");
    }
    assert_eq!(stub.seen().len(), 0);
    let nothing = Change::<Lamp>::members(Some("l1".into()), Map::new());
    assert!(nothing.is_empty());
    assert!(!Change::from(lamp("{}")).is_empty());
}

#[tokio::test]
async fn several_changes_are_one_map_by_id() {
    let stub = RecordingServer::start(Reply::text(r#"{"head": {"ok": true}, "body": {}}"#)).await;
    let lamps = probe(&stub).lamp();
    let whole = lamp(r#"{"id": "l1", "watts": 1}"#);
    let part = Change::members(Some("l2".into()), members(json!({"watts": 2})));
    lamps
        .update_many([Change::from(&whole), part])
        .await
        .unwrap();
    lamps.update_many([&whole]).await.unwrap();
    lamps.update_many(Vec::<Lamp>::new()).await.unwrap();
    let seen = stub.seen();
    let sent: Vec<Value> = seen.iter().map(|request| request.json()).collect();
    assert_eq!(seen[0].method, "MPUT");
    assert_eq!(seen[0].target, "/lamp");
    assert_eq!(
        sent,
        [
            json!({"l1": {"id": "l1", "watts": 1}, "l2": {"watts": 2}}),
            json!({"l1": {"id": "l1", "watts": 1}}),
            json!({}),
        ]
    );
    let error = lamps.update_many([&whole, &whole]).await.unwrap_err();
    refused(&error, "two changes have the id \"l1\"");
}

#[test]
fn a_change_shows_the_names_of_its_members_alone() {
    let change = Change::<Lamp>::members(Some("l1".into()), members(json!({"token": "hidden"})));
    let shown = format!("{change:?}");
    assert!(
        shown.contains("token") && !shown.contains("hidden"),
        "{shown}"
    );
}

#[tokio::test]
async fn by_name_a_change_is_an_object_or_with_its_id_beside_it_what_changes() {
    let stub = RecordingServer::answering(|request| match request.method.as_str() {
        "MPUT" => Reply::text(r#"{"head": {"ok": true}, "body": {}}"#),
        _ => Reply::text(ONE),
    })
    .await;
    let probe = probe(&stub);
    let update = async |id: &str, arguments: Arguments| probe.call(id, arguments).await;
    let whole = Arguments::new().with_body(r#"{"id": "l1", "watts": 40}"#);
    update("lamp_update", whole).await.unwrap();
    let part = Arguments::from([("lampId", "l1")]).with_body(r#"{"watts": 60}"#);
    update("lamp_update", part).await.unwrap();
    let many = Arguments::new().with_body(r#"{"l1": {"watts": 1}, "l2": {"id": "l2"}}"#);
    update("lamp_update_many", many).await.unwrap();
    // Null clears a member of any type, and of members that nobody knows nothing is known.
    let cleared = Arguments::new().with_body(r#"{"l1": {"rules": null, "novelty": [1]}}"#);
    update("lamp_update_many", cleared).await.unwrap();
    let sent: Vec<_> = stub
        .seen()
        .iter()
        .map(|request| (request.target.clone(), request.json()))
        .collect();
    assert_eq!(
        sent,
        [
            ("/lamp/l1".to_owned(), json!({"id": "l1", "watts": 40})),
            ("/lamp/l1".to_owned(), json!({"watts": 60})),
            (
                "/lamp".to_owned(),
                json!({"l1": {"watts": 1}, "l2": {"id": "l2"}})
            ),
            (
                "/lamp".to_owned(),
                json!({"l1": {"rules": null, "novelty": [1]}})
            ),
        ]
    );
    let part = Arguments::from([("lampId", "l1")]).with_body(r#"{"watts": 1.5}"#);
    let error = update("lamp_update", part).await.unwrap_err();
    refused(&error, "the change does not fit the spec at watts");
    for (id, body, reason) in [
        ("lamp_update", r#"{"watts": 1}"#, "has no id"),
        ("lamp_update", "[]", "does not fit the spec"),
        ("lamp_update_many", "[]", "the body is not an object"),
        (
            "lamp_update_many",
            r#"{"l1": 1}"#,
            "a change is not an object",
        ),
        ("lamp_update_many", r#"{"l1": {"id": "l2"}}"#, "another id"),
        ("lamp_update_many", r#"{"l1": {}}"#, "the change is empty"),
        (
            "lamp_update_many",
            r#"{"l1": {"watts": 1}, "l2": {"watts": "much"}}"#,
            "the change does not fit the spec at watts",
        ),
        (
            "lamp_update_many",
            r#"{"l1": {"rules": [1]}}"#,
            "the change does not fit the spec at rules[0]",
        ),
    ] {
        let arguments = Arguments::new().with_body(body.to_owned());
        let error = update(id, arguments).await.unwrap_err();
        refused(&error, reason);
    }
}

#[tokio::test]
async fn what_stands_beside_the_value_comes_with_it_when_it_is_asked_for() {
    let stub = RecordingServer::start(Reply::text(ONE)).await;
    let lamps = probe(&stub).lamp();
    let lamp: Lamp = lamps.read("l1").await.unwrap();
    let (same, references) = lamps.read("l1").with_references().await.unwrap();
    assert_eq!(lamp, same);
    assert_eq!(
        references["g1"].to_value().unwrap(),
        json!({"name": "hall"})
    );
    let whole = lamps.read("l1").with_references().with_response();
    assert_eq!(whole.await.unwrap().status(), 200);
    let targets: Vec<String> = stub
        .seen()
        .iter()
        .map(|request| request.target.clone())
        .collect();
    assert_eq!(targets, ["/lamp/l1", "/lamp/l1?refs=1", "/lamp/l1?refs=1"]);
}

#[tokio::test]
async fn what_was_asked_for_and_is_not_there_is_empty_beside_the_value() {
    for text in [
        r#"{"head": {"ok": true}, "body": {"id": "l1"}}"#,
        r#"{"head": {"ok": true, "references": null}, "body": {"id": "l1"}}"#,
        r#"{"head": null, "body": {"id": "l1"}}"#,
        r#"{"body": {"id": "l1"}}"#,
    ] {
        let stub = RecordingServer::start(Reply::text(text)).await;
        let read = probe(&stub).lamp().read("l1").with_references();
        let (lamp, references) = read.await.unwrap();
        assert_eq!(
            (lamp, references.len()),
            (self::lamp(r#"{"id": "l1"}"#), 0),
            "{text}"
        );
    }
    let text = r#"{"head": {"references": 5}, "body": {"id": "l1"}}"#;
    let stub = RecordingServer::start(Reply::text(text)).await;
    let read = probe(&stub).lamp().read("l1").with_references();
    let error = read.await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(
        error.to_string().contains("does not fit the spec at head"),
        "{error}"
    );
}

#[tokio::test]
async fn by_name_what_stands_beside_the_value_is_the_second_of_a_pair() {
    for (refs, answer) in [
        (
            Some("true"),
            json!([{"id": "l1", "watts": 40}, {"g1": {"name": "hall"}}]),
        ),
        (Some("false"), json!({"id": "l1", "watts": 40})),
        (None, json!({"id": "l1", "watts": 40})),
    ] {
        let stub = RecordingServer::start(Reply::text(ONE)).await;
        let mut arguments = Arguments::from([("lampId", "l1")]);
        if let Some(refs) = refs {
            arguments = arguments.with("refs", refs);
        }
        let Answer::Json(json) = probe(&stub).call("lamp_read", arguments).await.unwrap() else {
            panic!("it is JSON");
        };
        assert_eq!(json.to_value().unwrap(), answer);
        let asked = stub.only().target.ends_with("?refs=1");
        assert_eq!(asked, refs == Some("true"));
    }
}

#[tokio::test]
async fn an_answer_that_says_of_itself_that_it_is_none_is_an_error_whatever_its_status() {
    let body = r#"{"head": {"ok": false, "errors": ["no such lamp"]}, "body": {"id": "l1"}}"#;
    let stub = RecordingServer::start(Reply::text(body)).await;
    let probe = probe(&stub);
    let error = probe.lamp().read("l1").await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert_eq!(error.messages(), [body]);
    assert!(!error.is_decode() && !error.is_retryable(), "{error}");
    assert!(error.maybe_sent(), "{error}");
    // The reader of the platform's errors may tell another status than that of HTTP.
    let body = r#"{"head": {"ok": false, "status": 404}, "body": null}"#;
    let stub = RecordingServer::start(Reply::text(body)).await;
    let error = self::probe(&stub).lamp().read("l1").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    // A call that does not say so takes the value all the same.
    let body = r#"{"head": {"ok": false}, "body": {}}"#;
    let stub = RecordingServer::start(Reply::text(body)).await;
    self::probe(&stub).things().read_many(["a"]).await.unwrap();
}

#[tokio::test]
async fn a_text_is_said_by_a_type_written_by_hand() {
    let stub = RecordingServer::answering(|request| match request.method.as_str() {
        "GET" => Reply::text(r#"{"head": {"ok": true}, "body": []}"#),
        _ => Reply::text(ONE),
    })
    .await;
    let lamps = probe(&stub).lamp();
    lamps.find().filter(Filter::from(5)).await.unwrap();
    lamps.find().filter("a == 'b c'").limit(2).await.unwrap();
    let lamp = Lamp::new()
        .id("l1")
        .rule(7)
        .rules([Filter::from(1), Filter::from("x")]);
    assert_eq!(lamp.rule, Some(Filter::from("brightness >= 7")));
    lamps.update(lamp).await.unwrap();
    let [least, text, body] = <[_; 3]>::try_from(stub.seen()).unwrap();
    assert_eq!(least.target, "/lamp?filter=brightness+%3E%3D+5");
    assert_eq!(text.target, "/lamp?filter=a+%3D%3D+%27b+c%27&limit=2");
    assert_eq!(
        body.json(),
        json!({"id": "l1", "rule": "brightness >= 7", "rules": ["brightness >= 1", "x"]})
    );
    // What is no text for the server is not sent.
    let dark = lamps.find().filter(-1).await.unwrap_err();
    let darker = Lamp::new()
        .id("l1")
        .rules([Filter::from(1), Filter::from(-5)]);
    let darker = lamps.update(darker).await.unwrap_err();
    for error in [dark, darker] {
        assert!(error.is_request() && !error.maybe_sent(), "{error}");
        let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
        let text = causes.map(ToString::to_string).collect::<Vec<_>>();
        assert!(
            text.join(": ").contains("it is darker than dark"),
            "{text:?}"
        );
    }
    assert_eq!(stub.seen().len(), 3);
}

#[tokio::test]
async fn a_path_ends_where_its_tail_is_left_out() {
    let stub = RecordingServer::start(Reply::text("3")).await;
    let probe = probe(&stub);
    let hours = || probe.lamp().hours("l1");
    assert_eq!(hours().await.unwrap(), 3);
    hours().year(2015).await.unwrap();
    hours()
        .year(2015)
        .month(12)
        .with_query("level", "DAY")
        .await
        .unwrap();
    let by_name = Arguments::from([("lampId", "l1"), ("year", "2015")]);
    let answer = probe.call("lamp_hours", by_name).await.unwrap();
    assert!(matches!(answer, Answer::Json(_)));
    let targets: Vec<String> = stub
        .seen()
        .iter()
        .map(|request| request.target.clone())
        .collect();
    assert_eq!(
        targets,
        [
            "/lamp/l1/hours",
            "/lamp/l1/hours/2015",
            "/lamp/l1/hours/2015/12?level=DAY",
            "/lamp/l1/hours/2015",
        ]
    );
    let error = hours().month(12).await.unwrap_err();
    refused(&error, "month is said without year");
    let error = hours().year(2015).month(13).await.unwrap_err();
    refused(&error, "month is above 12");
    let by_name = Arguments::from([("lampId", "l1"), ("month", "12")]);
    let error = probe.call("lamp_hours", by_name).await.unwrap_err();
    refused(&error, "month is said without year");
    assert_eq!(stub.seen().len(), 4);
}

#[tokio::test]
async fn a_body_of_any_json_is_sent_when_it_was_said() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let probe = probe(&stub);
    let said = [json!(false), json!(0), json!(""), json!({}), json!(null)];
    for json in &said {
        probe.lamp().delete("l1").body(json.clone()).await.unwrap();
    }
    probe.lamp().delete("l1").await.unwrap();
    let by_name = Arguments::from([("lampId", "l1")]);
    probe.call("lamp_delete", by_name).await.unwrap();
    let by_name = Arguments::from([("lampId", "l1")]).with_body("[1]");
    probe.call("lamp_delete", by_name).await.unwrap();
    let seen = stub.seen();
    let texts: Vec<&str> = seen.iter().map(|request| request.text()).collect();
    assert_eq!(texts, ["false", "0", "\"\"", "{}", "null", "", "", "[1]"]);
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    assert_eq!(seen[5].header("content-type"), None);
}

#[tokio::test]
async fn a_null_in_the_place_of_a_list_or_a_map_is_an_empty_one() {
    let head = r#""head": {"ok": true, "references": {}}"#;
    let stub = RecordingServer::start(Reply::text(format!("{{{head}, \"body\": null}}"))).await;
    let lamps = probe(&stub).lamp();
    assert_eq!(lamps.find().await.unwrap(), []);
    assert_eq!(lamps.find().with_references().await.unwrap().0, []);
    let changed = lamps.update_many(Vec::<Lamp>::new()).await.unwrap();
    assert!(changed.is_empty());
    // One object is none where null stands in its place, and a list is none where it is missing or another thing.
    let thing = lamp(r#"{"id": "l1"}"#);
    assert!(lamps.update(&thing).await.unwrap_err().is_decode());
    for body in [
        String::new(),
        r#", "body": {}"#.into(),
        r#", "body": [null]"#.into(),
    ] {
        let stub = RecordingServer::start(Reply::text(format!("{{{head}{body}}}"))).await;
        let error = probe(&stub).lamp().find().await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error}");
    }
}

#[tokio::test]
async fn by_name_a_body_keeps_all_digits_of_its_numbers() {
    let stub = RecordingServer::start(Reply::text(ONE)).await;
    let probe = probe(&stub);
    let digits = "123456789012345678901234567890.12345678901234567890";
    for (arguments, sent) in [
        (
            Arguments::new().with_body(format!(r#"{{"id": "l1", "novelty": {digits}}}"#)),
            format!(r#"{{"id":"l1","novelty":{digits}}}"#),
        ),
        (
            Arguments::from([("lampId", "l1")]).with_body(format!(r#"{{"novelty": [{digits}]}}"#)),
            format!(r#"{{"novelty":[{digits}]}}"#),
        ),
    ] {
        let answer = probe.call("lamp_update", arguments).await.unwrap();
        assert!(matches!(answer, Answer::Json(_)));
        assert_eq!(stub.take_seen()[0].text(), sent);
    }
    let many = format!(r#"{{"l1": {{"novelty": {digits}}}}}"#);
    let _ = probe
        .call("lamp_update_many", Arguments::new().with_body(many))
        .await;
    assert!(stub.take_seen()[0].text().contains(digits));
}
