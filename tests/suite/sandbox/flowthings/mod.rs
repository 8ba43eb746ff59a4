//! The sandbox of flowthings.io: statuses, members and texts are those of the platform's documentation and of what its official
//! clients send and take.

mod aggregates;
mod controls;
mod drops;
mod envelope;
mod finding;
mod identities;
mod objects;
mod session_ends;
mod sessions;
mod shares;
mod statistics;
mod tokens;
mod tracks;

use headwaters::Config;
use headwaters::flowthings::{Api, Token};
use headwaters::sandbox::Flowthings;
use serde_json::{Value, json};

use super::{Answer, http};

/// What the platform says where there is nothing.
const NOT_FOUND: &str = "The requested resource could not be located at this address.";

/// An id that nothing has.
fn none(letter: char) -> String {
    format!("{letter}{}", "0".repeat(24))
}

async fn start() -> Flowthings {
    Flowthings::start().await.unwrap()
}

fn api(flowthings: &Flowthings) -> Api {
    api_as(flowthings, flowthings.account(), flowthings.token())
}

fn api_as(flowthings: &Flowthings, account: &str, token: &str) -> Api {
    Api::with_config(flowthings.url(), Token::new(account, token), Config::new()).unwrap()
}

/// Status and body of a request of the account, to a path below it.
async fn send(flowthings: &Flowthings, method: &str, path: &str, body: Option<Value>) -> Answer {
    let (account, token) = (flowthings.account(), flowthings.token());
    send_as(flowthings, (account, token), method, path, body).await
}

/// The same of anybody's.
async fn send_as(
    flowthings: &Flowthings,
    (account, token): (&str, &str),
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let url = format!("{}/v0.1/{account}{path}", flowthings.url());
    let mut request = http().request(method.parse().unwrap(), url);
    request = request.header("x-auth-token", token);
    request = request.header("x-auth-account", account);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["head"]["status"], status);
    assert_eq!(body["head"]["ok"], status < 300);
    (status, body)
}

/// The body of an answer that must be a success.
async fn done(flowthings: &Flowthings, method: &str, path: &str, body: Option<Value>) -> Value {
    let (status, answer) = send(flowthings, method, path, body).await;
    assert!(status < 300, "{method} {path}: {answer}");
    answer["body"].clone()
}

async fn get(flowthings: &Flowthings, path: &str) -> Value {
    done(flowthings, "GET", path, None).await
}

async fn post(flowthings: &Flowthings, path: &str, body: Value) -> Value {
    done(flowthings, "POST", path, Some(body)).await
}

/// Status and error of an answer that must be one.
async fn refused(
    flowthings: &Flowthings,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (u16, String) {
    error(send(flowthings, method, path, body).await)
}

#[track_caller]
fn error((status, answer): Answer) -> (u16, String) {
    assert!(status >= 400, "{answer}");
    assert_eq!(answer["body"], Value::Null);
    (
        status,
        answer["head"]["errors"][0].as_str().unwrap().to_owned(),
    )
}

/// Makes a flow, and returns its id.
async fn flow(flowthings: &Flowthings, path: &str) -> String {
    id(&post(flowthings, "/flow", json!({"path": path})).await)
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// A member of each object of a list.
fn all(list: &Value, member: &str) -> Vec<Value> {
    let objects = list.as_array().unwrap().iter();
    objects
        .map(|object| object.pointer(member).unwrap().clone())
        .collect()
}

/// Whether a text is an id that begins with this letter.
fn is_id(text: &Value, letter: char) -> bool {
    let text = text.as_str().unwrap();
    let digits = text.strip_prefix(letter).unwrap_or_default();
    digits.len() == 24
        && digits
            .bytes()
            .all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit))
}
