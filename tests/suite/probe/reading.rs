//! What an answer is read as, and what is refused.

use headwaters::{
    Config, Json, Limits,
    probe::{
        Probe,
        types::{Check, Thing},
    },
    reqwest::Method,
};

use serde_json::json;

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

async fn read(text: &'static str) -> headwaters::Result<Thing> {
    let server = RecordingServer::start(Reply::text(text)).await;
    probe(&server).things().read("a").await
}

#[tokio::test]
async fn a_list_is_no_object_at_any_depth() {
    for (text, place) in [
        (r#"["a", 1, 2]"#, ""),
        (r#"[["id", "a"]]"#, ""),
        (r#""a""#, ""),
        ("7", ""),
        ("null", ""),
        (
            r#"{"id": "a", "checks": [["done", "p"], {"kind": "failed"}]}"#,
            "checks[0]",
        ),
        (r#"{"id": "a", "map": [["b", 1]]}"#, "map"),
        (r#"{"id": ["a"]}"#, "id"),
    ] {
        let error = read(text).await.unwrap_err();
        assert!(error.is_decode(), "{text}: {error}");
        let told = match place {
            "" => "the answer is not the JSON that the spec describes".to_owned(),
            place => format!("the answer does not fit the spec at {place}"),
        };
        assert!(error.to_string().contains(&told), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_member_that_comes_twice_is_refused() {
    let error = read(r#"{"id": "a", "big": 1, "id": "b"}"#)
        .await
        .unwrap_err();
    assert!(error.report().contains("duplicate field `id`"), "{error:?}");
}

#[tokio::test]
async fn a_name_with_escapes_is_the_name_that_it_says() {
    let thing = read(r#"{"\u0069d": "a", "un\nknown": {"\"": 1}}"#)
        .await
        .unwrap();
    assert_eq!(thing.id.as_str(), "a");
    assert_eq!(thing.extra["un\nknown"], Json::from(json!({"\"": 1})));
    let server = RecordingServer::start(Reply::text(
        r#"{"he\td": 1, "bo\u0064y": {"a": {"id": "a"}}}"#,
    ))
    .await;
    let things = probe(&server).things().read_many(["a"]).await.unwrap();
    assert_eq!(things.len(), 1);
}

#[tokio::test]
async fn a_tag_tells_the_kind_wherever_it_stands() {
    let thing = read(
        r#"{"id": "a", "checks": [{"path": "p", "kind": "done"}, {"other": [{"kind": "failed"}], "kind": "later"}]}"#,
    );
    let checks = thing.await.unwrap().checks.unwrap();
    let [Check::Done(done), Check::Unknown(later)] = checks.as_slice() else {
        panic!("{checks:?}");
    };
    assert_eq!(done.path.as_deref(), Some("p"));
    assert_eq!(later.pointer("/other/0/kind"), Some("failed".into()));
}

#[tokio::test]
async fn what_has_no_tag_or_breaks_its_kind_is_no_unknown_kind() {
    for (check, reason) in [
        ("null", "invalid type: null, expected an object"),
        ("12", "invalid type: integer, expected an object"),
        (r#"{"errors": ["x"]}"#, "missing field `kind`"),
        (
            r#"{"kind": 3}"#,
            "kind: invalid type: integer, expected a string",
        ),
        (
            r#"{"kind": "done", "path": {"s3cret": 1}}"#,
            "path: invalid type: map, expected a string",
        ),
        (
            r#"{"kind": "done", "path": "a", "path": "b"}"#,
            "duplicate field `path`",
        ),
    ] {
        let text = format!(r#"{{"id": "a", "checks": [{{"kind": "failed"}}, {check}, 7]}}"#);
        let server = RecordingServer::start(Reply::text(text)).await;
        let error = probe(&server).things().read("a").await.unwrap_err();
        assert!(error.to_string().contains("checks[1]"), "{check}: {error}");
        assert!(error.report().contains(reason), "{check}: {error:?}");
        assert!(!error.report().contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn numbers_that_json_lacks_arrive_as_what_they_are() {
    let text = r#"{"id": "NaN, Infinity", "ratio": -Infinity, "anything": [NaN, {"Infinity": Infinity}], "list": ["\"NaN"]}"#;
    let thing = read(text).await.unwrap();
    assert_eq!(thing.id.as_str(), "NaN, Infinity");
    assert_eq!(thing.ratio.unwrap().get(), f64::NEG_INFINITY);
    let anything = thing.anything.unwrap();
    assert_eq!(anything, json!(["NaN", {"Infinity": "Infinity"}]).into());
    assert_eq!(thing.list.unwrap(), ["\"NaN"]);
    let error = read(r#"{"id": "a", "exact": NaN}"#).await.unwrap_err();
    assert!(error.to_string().contains("at exact"), "{error}");
    for cut in [
        r#"{"id": "a", "ratio": Infinit"#,
        r#"{"id": "a", "ratio": Infinity"#,
    ] {
        let error = read(cut).await.unwrap_err();
        assert!(
            error.to_string().contains("not whole or not JSON"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_number_that_json_lacks_is_not_sent() {
    let server = RecordingServer::start(Reply::text(r#"{"id": "a"}"#)).await;
    let probe = probe(&server);
    let thing = |exact| {
        let mut thing: Thing = serde_json::from_value(json!({"id": "a"})).unwrap();
        thing.exact = Some(exact);
        thing
    };
    let things = probe.things();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = things.update("a", thing(number)).await.unwrap_err();
        assert!(
            error.is_request() && error.report().contains("exact is"),
            "{error:?}"
        );
        let error = things.find().above(number).await.unwrap_err();
        assert!(
            error.is_request() && error.to_string().contains("above is"),
            "{error:?}"
        );
        let raw = probe
            .request(Method::POST, "/things")
            .with_json(&[[0.5, number]]);
        let error = raw.bytes().await.unwrap_err();
        assert!(
            error.is_request() && error.report().contains("[0][1] is"),
            "{error:?}"
        );
        assert!(Json::new(&[number as f32]).is_err());
    }
    assert_eq!(server.seen().len(), 0);
    things.update("a", thing(-0.1)).await.unwrap();
    assert_eq!(server.only().json()["exact"], -0.1);
}

#[tokio::test]
async fn an_answer_of_more_values_than_the_limit_is_refused() {
    let server = RecordingServer::start(Reply::text(
        r#"{"id": "a", "list": ["1,[{", "2", "3"], "map": {"a": 1}}"#,
    ))
    .await;
    for (values, fits) in [(8, true), (7, false), (1, false)] {
        let config = Config::new().with_limits(Limits::default().with_values(values));
        let probe = Probe::with_config(server.url(), config).unwrap();
        match probe.things().read("a").await {
            Ok(_) => assert!(fits, "{values}"),
            Err(error) => {
                assert!(!fits && error.is_too_large(), "{values}: {error}");
                let told = format!("the answer holds more than {values} values");
                assert!(error.to_string().contains(&told), "{error}");
            }
        }
        let raw = probe.request(Method::GET, "/things/a").json::<Json>().await;
        assert_eq!(raw.is_ok(), fits);
    }
}
