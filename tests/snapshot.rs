//! What a reviewer must see when a spec changes: the public API and the requests, of every platform.
//!
//! A changed snapshot fails with a diff; `specs/accept` accepts it. It is a binary of its own, so that `specs/look` links no more
//! than what it shows.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

#[path = "../codegen/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "specs are read with it, and nothing is generated"
)]
mod codegen;
// The suite uses more of these.
#[allow(dead_code)]
#[path = "suite/document.rs"]
mod document;
#[path = "suite/manual.rs"]
mod manual;
#[allow(dead_code)]
#[path = "suite/platform.rs"]
mod platform;
#[allow(dead_code)]
#[path = "suite/recording_server.rs"]
mod recording_server;

use std::fmt::Write as _;

use document::Wish;
use platform::Platform;
use recording_server::{RecordingServer, Reply, Seen};

#[test]
fn outlines() {
    for platform in Platform::all() {
        hold(&format!("{}_outline", platform.name), &platform.outline);
    }
}

#[tokio::test]
async fn requests() {
    for platform in Platform::all() {
        let requests = requests_of(&platform).await;
        hold(&format!("{}_requests", platform.name), &requests);
    }
}

fn hold(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What every generated call sends.
async fn requests_of(platform: &Platform) -> String {
    let document = platform.document();
    // The answer does not matter, and no 404 is asked for twice.
    let stub = RecordingServer::start(Reply::new(404, "")).await;
    let server = platform::server(platform.name, stub.url(), &headwaters::Config::new());
    let mut text = String::new();
    let described = document.operations();
    for (operation, described) in platform.operations.iter().zip(&described) {
        let mut requests: Vec<String> = Vec::new();
        for wish in [Wish::Least, Wish::Most, Wish::Twins] {
            let outcome = platform
                .call_as_wished(&server, &document, described, operation, wish)
                .await;
            let error = outcome.expect_err("the stub answers 404 only");
            assert_eq!(
                error.status().map(|status| status.as_u16()),
                Some(404),
                "{error}"
            );
            let request: String = stub.take_seen().iter().map(request).collect();
            if !requests.contains(&request) {
                requests.push(request);
            }
        }
        let _ = write!(text, "{}\n{}\n", operation.id, requests.join("\n"));
    }
    text
}

/// A request in lines: what differs from run to run is left out.
fn request(seen: &Seen) -> String {
    let mut text = format!("    {} {}\n", seen.method, seen.target);
    let content_type = seen.headers.get("content-type");
    let boundary = content_type
        .and_then(|value| value.to_str().ok()?.split_once("boundary="))
        .map(|(_, boundary)| boundary.to_owned());
    let stable = |text: &str| match &boundary {
        Some(boundary) => text.replace(boundary.as_str(), "BOUNDARY"),
        None => text.to_owned(),
    };
    for name in [
        "accept",
        "content-type",
        "content-length",
        "transfer-encoding",
    ] {
        if let Some(value) = seen.headers.get(name) {
            let _ = writeln!(text, "    {name}: {}", stable(value.to_str().unwrap()));
        }
    }
    let body = match serde_json::from_slice::<serde_json::Value>(&seen.body) {
        Ok(json) => serde_json::to_string_pretty(&json).unwrap(),
        Err(_) => stable(&String::from_utf8_lossy(&seen.body)),
    };
    for line in body.lines() {
        let _ = writeln!(text, "      {}", line.trim_end());
    }
    text
}
