//! Drops that wait on disk for the platform.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use futures_util::FutureExt as _;
use headwaters::flowthings::{Outbox, Recipient, types::NewDrop};

use super::*;
use crate::wire::scripted_server::{Answer, Gate, PATIENCE, Request, ScriptedServer};

fn api_at(url: &str) -> Api {
    Api::with_config(url, Token::new("acc", "tok"), Config::new()).unwrap()
}

fn drop_of(number: u64) -> NewDrop {
    NewDrop::new([("number", number)])
}

/// The platform has the drop.
fn taken() -> Answer {
    let head = serde_json::json!({"status": 201, "ok": true, "messages": [], "errors": [], "references": {}});
    let body = serde_json::json!({"head": head, "body": {"id": "d1", "elems": {}}});
    Answer::status(
        201,
        &[("content-type", "application/json")],
        body.to_string(),
    )
}

fn refused(status: u16) -> Answer {
    let head = serde_json::json!({"status": status, "ok": false, "messages": [], "errors": ["no"], "references": {}});
    let body = serde_json::json!({"head": head, "body": null});
    Answer::status(
        status,
        &[("content-type", "application/json")],
        body.to_string(),
    )
}

fn body(request: &Request) -> serde_json::Value {
    serde_json::from_slice(&request.body).unwrap()
}

fn number(request: &Request) -> u64 {
    body(request)["elems"]["number"].as_u64().unwrap()
}

#[tokio::test]
async fn drops_leave_in_their_order_when_the_platform_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drops");
    // Nobody is there.
    let outbox = Outbox::open(&api_at("http://127.0.0.1:9"), &path)
        .await
        .unwrap();
    for number in 0..5 {
        outbox.push("f1", drop_of(number)).await.unwrap();
    }
    assert!(outbox.deliver().await.unwrap_err().is_connect());
    assert_eq!(outbox.count().await, 5);
    drop(outbox);
    // Another program, later.
    let server = ScriptedServer::new(|_| taken());
    let outbox = Outbox::open(&api_at(&server.url()), &path).await.unwrap();
    assert_eq!(outbox.count().await, 5);
    outbox.push("/acc/greenhouse", drop_of(5)).await.unwrap();
    assert_eq!(outbox.deliver().await.unwrap(), 6);
    assert_eq!(
        (outbox.count().await, outbox.deliver().await.unwrap()),
        (0, 0)
    );
    let requests = server.requests();
    let numbers: Vec<u64> = requests.iter().map(number).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
    let targets: Vec<&str> = requests.iter().map(|request| &*request.target).collect();
    assert_eq!(targets[..5], ["/v0.1/acc/drop/f1"; 5]);
    assert_eq!(targets[5], "/v0.1/acc/drop");
    assert_eq!(body(&requests[5])["path"], "/acc/greenhouse");
    let hashes: HashSet<_> = requests
        .iter()
        .map(|request| body(request)["fhash"].to_string())
        .collect();
    assert_eq!(hashes.len(), 6, "{hashes:?}");
}

#[tokio::test]
async fn drops_leave_with_members_that_nobody_knows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drops");
    // Nobody is there.
    let api = api_at("http://127.0.0.1:9");
    let outbox = Outbox::open(&api, &path).await.unwrap();
    let written = serde_json::json!({"elems": {"a": 1}, "fhash": "h", "novelty": {"b": [2]}});
    for flow in ["f1", "/acc/a"] {
        let drop: NewDrop = serde_json::from_value(written.clone()).unwrap();
        outbox.push(flow, drop).await.unwrap();
    }
    drop(outbox);
    let server = ScriptedServer::new(|_| taken());
    let outbox = Outbox::open(&api_at(&server.url()), &path).await.unwrap();
    assert_eq!(outbox.deliver().await.unwrap(), 2);
    let requests = server.requests();
    assert_eq!(body(&requests[0]), written);
    let mut at_path = written;
    at_path["path"] = "/acc/a".into();
    assert_eq!(body(&requests[1]), at_path);
}

#[tokio::test]
async fn a_drop_whose_answer_was_lost_is_sent_again_as_the_same_drop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drops");
    let seen: Arc<Mutex<HashSet<String>>> = Arc::default();
    let known = Arc::clone(&seen);
    // Of each drop the first three answers are cut.
    let server = ScriptedServer::new(move |request| {
        let is_new = known
            .lock()
            .unwrap()
            .insert(body(request)["fhash"].to_string());
        match is_new || request.number % 4 < 3 {
            true => Answer::nothing(),
            false => taken(),
        }
    });
    let config = Config::new().with_retry(headwaters::Retry::none());
    let api = Api::with_config(server.url(), Token::new("acc", "tok"), config).unwrap();
    let outbox = Outbox::open(&api, &path).await.unwrap();
    for number in 0..3 {
        outbox.push("f1", drop_of(number)).await.unwrap();
    }
    let mut outbox = outbox;
    loop {
        match outbox.deliver().await {
            Ok(_) => break,
            Err(error) => assert!(error.maybe_sent(), "{error}"),
        }
        // As after a crash: what is on the disk is all that is left.
        drop(outbox);
        outbox = Outbox::open(&api, &path).await.unwrap();
    }
    assert_eq!(seen.lock().unwrap().len(), 3);
    let numbers: Vec<u64> = server.requests().iter().map(number).collect();
    assert_eq!(numbers, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
}

#[tokio::test]
async fn a_refused_drop_stays_the_first_until_it_is_discarded() {
    let folder = tempfile::tempdir().unwrap();
    let server = ScriptedServer::new(|request| match number(request) {
        1 => refused(400),
        _ => taken(),
    });
    let outbox = Outbox::open(&api_at(&server.url()), folder.path().join("drops"))
        .await
        .unwrap();
    for number in 0..3 {
        let drop = drop_of(number).fhash(format!("mine-{number}"));
        outbox.push("f1", drop).await.unwrap();
    }
    for _ in 0..2 {
        let error = outbox.run().await.unwrap_err();
        assert!(error.is_bad_request(), "{error}");
        assert_eq!(outbox.count().await, 2);
    }
    let first = outbox.first().await.unwrap().unwrap();
    assert_eq!(first.flow, Recipient::from("f1"));
    assert_eq!(first.drop.fhash.as_deref(), Some("mine-1"));
    assert!(outbox.discard(&first).await.unwrap());
    assert!(!outbox.discard(&first).await.unwrap());
    assert_eq!(outbox.deliver().await.unwrap(), 1);
    assert!(outbox.first().await.unwrap().is_none());
}

#[tokio::test]
async fn what_runs_bears_the_absence_of_the_platform_and_sends_what_comes_later() {
    for status in [500, 503] {
        bears(move || refused(status)).await;
    }
    // A gateway that stands in for the platform.
    bears(|| Answer::status(302, &[("location", "https://maintenance.example.com/")], "")).await;
    let json = [("content-type", "application/json")];
    bears(move || Answer::status(200, &json, r#"{"status": "ok"}"#)).await;
    bears(|| Answer::status(200, &[], "<html><title>Sign in</title></html>")).await;
}

async fn bears(absent: impl Fn() -> Answer + Send + Sync + 'static) {
    let folder = tempfile::tempdir().unwrap();
    let back = Gate::default();
    let is_back = back.opened();
    let server = ScriptedServer::new(move |_| match is_back() {
        true => taken(),
        false => absent(),
    });
    let config = Config::new().with_retry(headwaters::Retry::none());
    let api = Api::with_config(server.url(), Token::new("acc", "tok"), config).unwrap();
    let opened = Outbox::open(&api, folder.path().join("drops")).await;
    let outbox = opened.unwrap().on_failure(move |error| {
        assert!(error.status().is_some(), "{error}");
        back.open();
    });
    outbox.push("f1", drop_of(0)).await.unwrap();
    let running = outbox.clone();
    let running = tokio::spawn(async move { running.run().await });
    let until = async |count| {
        while outbox.count().await > 0 || server.requests().len() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, until(2)).await.unwrap();
    outbox.push("f1", drop_of(1)).await.unwrap();
    tokio::time::timeout(PATIENCE, until(3)).await.unwrap();
    let numbers: Vec<u64> = server.requests().iter().map(number).collect();
    assert_eq!(numbers, [0, 0, 1]);
    running.abort();
}

#[tokio::test]
async fn a_push_that_nobody_waits_for_is_sent_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = ScriptedServer::new(|_| taken());
    let opened = Outbox::open(&api_at(&server.url()), folder.path().join("drops")).await;
    let outbox = opened.unwrap();
    let running = outbox.clone();
    let running = tokio::spawn(async move { running.run().await });
    // It has sent the first, and waits for another one.
    outbox.push("f1", drop_of(0)).await.unwrap();
    let until = async |count| {
        while server.requests().len() < count || outbox.count().await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, until(1)).await.unwrap();
    let mut push = Box::pin(outbox.push("f1", drop_of(1)));
    assert!((&mut push).now_or_never().is_none());
    drop(push);
    tokio::time::timeout(PATIENCE, until(2)).await.unwrap();
    running.abort();
}

#[test]
fn without_a_runtime_there_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (api, path) = (api_at("http://127.0.0.1:9"), folder.path().join("drops"));
    let error = Outbox::open(&api, &path)
        .now_or_never()
        .unwrap()
        .unwrap_err();
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}

#[tokio::test]
async fn what_has_no_room_or_can_never_be_sent_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drops");
    let api = api_at("http://127.0.0.1:9");
    let outbox = Outbox::open(&api, &path).await.unwrap().with_limit(1_000);
    let error = outbox.push("..", drop_of(0)).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    // It would go where nobody has said.
    let astray = serde_json::json!({"elems": {}, "path": "/acc/b"});
    let astray: NewDrop = serde_json::from_value(astray).unwrap();
    let error = outbox.push("/acc/a", astray).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    let large = NewDrop::new([("text", "x".repeat(600))]);
    outbox.push("f1", large.clone()).await.unwrap();
    let error = outbox.push("f1", large).await.unwrap_err();
    assert!(
        error.is_request() && error.to_string().contains("more than 1000"),
        "{error}"
    );
    assert_eq!(outbox.count().await, 1);
    // The file is this program's.
    let error = Outbox::open(&api, &path).await.unwrap_err();
    assert_eq!(error.kind(), headwaters::ErrorKind::Config, "{error}");
    let error = Outbox::open(&api, folder.path().join("none/drops"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), headwaters::ErrorKind::Config, "{error}");
    drop(outbox);
    std::fs::write(&path, "no drops").unwrap();
    let error = Outbox::open(&api, &path).await.unwrap_err();
    assert!(error.to_string().contains("cannot be opened"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "no drops");
}
