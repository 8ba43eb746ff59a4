//! The client of flowthings.io: what it sends, who asks, and what it makes of answers.

mod answer;
mod follow;
mod host;
#[cfg(feature = "outbox")]
mod outbox;
mod pages;
mod request;
mod service;
mod socket;
mod token;

use headwaters::{
    Config,
    flowthings::{Api, Token},
};

use crate::recording_server::{RecordingServer, Reply};

/// An answer with this body.
fn answer(body: &serde_json::Value) -> Reply {
    let head = serde_json::json!({"status": 200, "ok": true, "messages": [], "errors": [], "references": {}});
    Reply::text(serde_json::json!({"head": head, "body": body}).to_string())
}

/// The account and the token of the official client's own samples.
fn api(stub: &RecordingServer) -> Api {
    Api::with_config(stub.url(), Token::new("acc", "tok"), Config::new()).unwrap()
}
