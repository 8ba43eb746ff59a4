//! Requests that no operation describes.

use std::time::Duration;

use headwaters::{
    Auth, Config, Retry,
    probe::Probe,
    reqwest::Method,
    serde_json::{Value, json},
};

use super::probe;
use crate::{
    recording_server::{RecordingServer, Reply, Seen},
    wire::secret::{TOKEN, assert_error_hides, assert_hidden},
};

#[tokio::test]
async fn a_request_to_a_path_of_ones_own_passes_like_a_call() {
    let stub = RecordingServer::start(Reply::text(r#"{"a": 1}"#)).await;
    let config = Config::new().with_auth(Auth::bearer("s3cret"));
    let probe = Probe::with_config(&format!("{}/base", stub.url()), config).unwrap();
    let answer = probe
        .request(Method::PUT, "/some%20where/else")
        .with_query("q", "a b&c")
        .with_header("x-trace", "7")
        .with_json(&json!({"b": [1]}))
        .json::<Value>()
        .await
        .unwrap();
    assert_eq!(answer.value()["a"], 1);
    let seen = stub.only();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("PUT", "/base/some%20where/else?q=a+b%26c")
    );
    assert_eq!(seen.json(), json!({"b": [1]}));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("x-trace"), Some("7"));
    assert_eq!(seen.header("authorization"), Some("Bearer s3cret"));

    let bytes = probe.request(Method::GET, "/x").bytes().await.unwrap();
    assert_eq!(bytes.value().as_ref(), br#"{"a": 1}"#);
    let stream = probe
        .request(Method::POST, "/x")
        .with_body("text")
        .stream()
        .await
        .unwrap();
    assert_eq!(
        stream.into_value().into_bytes(100).await.unwrap().as_ref(),
        br#"{"a": 1}"#
    );
    let seen = stub.take_seen();
    assert_eq!(seen.last().map(Seen::text), Some("text"));
}

#[tokio::test]
async fn a_path_or_a_method_that_cannot_be_sent_is_refused() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let probe = probe(&stub);
    let odd = Method::from_bytes(b"DANCE").unwrap();
    for (method, path) in [
        (Method::GET, "x"),
        (Method::GET, "/a/../b"),
        (Method::GET, "/a?b=c"),
        (Method::GET, "//host/%2e%2e"),
        (odd, "/x"),
    ] {
        let error = probe.request(method, path).bytes().await.unwrap_err();
        assert!(error.is_request(), "{path}: {error}");
        assert_eq!(error.operation(), Some("request"));
    }
    assert!(stub.take_seen().is_empty());
}

#[tokio::test]
async fn a_raw_request_is_repeated_by_its_method_unless_the_caller_says_otherwise() {
    let stub = RecordingServer::start(Reply::new(503, "later")).await;
    let retry = Retry::default()
        .with_attempts(3)
        .with_waits(Duration::from_millis(1), Duration::from_millis(2));
    let probe = Probe::with_config(stub.url(), Config::new().with_retry(retry)).unwrap();
    for (method, repeats, times) in [
        (Method::GET, None, 3),
        (Method::DELETE, None, 3),
        (Method::POST, None, 1),
        (Method::PATCH, None, 1),
        (Method::POST, Some(true), 3),
        (Method::GET, Some(false), 1),
    ] {
        let mut request = probe.request(method.clone(), "/x");
        if let Some(repeats) = repeats {
            request = request.with_repeats(repeats);
        }
        request.bytes().await.unwrap_err();
        assert_eq!(stub.take_seen().len(), times, "{method} {repeats:?}");
    }
}

#[test]
fn the_debug_text_of_a_raw_request_has_no_path_no_value_of_the_query_and_no_body() {
    let probe = Probe::with_config("http://localhost:1", Config::new()).unwrap();
    let request = || {
        probe
            .request(Method::PUT, format!("/users/{TOKEN}"))
            .with_query("token", TOKEN)
            .with_header("x-key", TOKEN)
    };
    for (request, body) in [
        (request(), "none"),
        (request().with_json(&json!({"password": TOKEN})), "JSON"),
        (request().with_body(TOKEN), "bytes"),
    ] {
        let text = format!("{request:?} {request:#?}");
        assert_hidden(body, &text);
        for shown in ["PUT", body, r#"["token"]"#] {
            assert!(text.contains(shown), "{text} lacks {shown}");
        }
    }
}

#[tokio::test]
async fn the_error_of_a_path_that_is_refused_shows_no_secret_of_it() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let probe = probe(&stub);
    for path in [
        format!("/x?token={TOKEN}"),
        format!("/x#{TOKEN}"),
        format!("x?token={TOKEN}"),
        format!("/a/../b?token={TOKEN}#top"),
        format!("/a b?{TOKEN}"),
        format!("http://user:{TOKEN}@localhost/x"),
        format!("//user:{TOKEN}@localhost/.."),
    ] {
        let request = probe
            .request(Method::POST, &path)
            .with_query("key", TOKEN)
            .with_json(&TOKEN);
        let error = request.bytes().await.unwrap_err();
        assert!(error.is_request(), "{error}");
        assert_error_hides(&path, &error);
    }
    assert!(stub.seen().is_empty());
}
