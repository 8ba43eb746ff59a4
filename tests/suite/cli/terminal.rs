//! Texts of a server on the terminal of a person.

use serde_json::json;

use super::{Ended, command, ended};
use crate::recording_server::{RecordingServer, Reply};

/// Clears the screen, sets the title, turns the rest of the line around, hides a character, begins a line of its own.
const EVIL: &str =
    "\u{1b}[2J\u{9b}31m\u{7}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}\r\n! all is well\u{8}";

async fn told(arguments: Vec<String>) -> Ended {
    let run = move || ended(command(arguments).output().unwrap());
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn arguments(words: &[&str], url: &str) -> Vec<String> {
    let words = words.iter().chain([&"--url", &url]);
    words.map(|word| (*word).to_owned()).collect()
}

#[track_caller]
fn assert_fit(text: &str) {
    let unfit = |character: &char| {
        character.is_control() && *character != '\n'
            || EVIL.contains(*character) && !character.is_ascii()
    };
    let found: Vec<char> = text.chars().filter(unfit).collect();
    assert!(found.is_empty(), "{found:?} in {text}");
    assert!(!text.contains("\n! all is well"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_drift_obeys_no_word_of_the_server() {
    let server = RecordingServer::answering(|seen| match seen.target.as_str() {
        "/v1/config" => Reply::json(&json!({"flink-version": "1.20.5", EVIL: EVIL})),
        "/v1/overview" => Reply::new(500, json!({"errors": [EVIL]}).to_string())
            .with("content-type", "application/json"),
        "/v1/jobs" => Reply::json(&json!({"jobs": [{"id": "x", "status": EVIL}]})),
        _ => Reply::new(404, json!({"errors": [EVIL]}).to_string())
            .with("content-type", "application/json"),
    })
    .await;
    let report = told(arguments(&["drift", "flink"], server.url())).await;
    assert_eq!(report.status, Some(1), "{report:?}");
    assert!(report.text().contains("all is well"), "{}", report.text());
    assert_fit(report.text());
    assert_fit(&report.stderr);
    let report = told(arguments(&["drift", "flink", "--json"], server.url())).await;
    assert_fit(report.text());
    let json: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert!(json.to_string().contains('\u{202e}'), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_json_escapes_what_nobody_sees_and_says_the_same() {
    let server = RecordingServer::start(Reply::json(
        &json!({"jobs": [{"id": EVIL, "status": "RUNNING"}]}),
    ))
    .await;
    let answer = told(arguments(&["call", "flink", "jobs_list"], server.url())).await;
    assert_fit(answer.text());
    assert_eq!(answer.json()["jobs"][0]["id"], EVIL);
    assert!(answer.text().contains("\\u202e"), "{}", answer.text());
    assert!(
        answer.text().contains("\\udb40\\udc41"),
        "{}",
        answer.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_obeys_no_word_of_the_server() {
    for body in [
        json!({"errors": [EVIL]}).to_string(),
        json!({"message": EVIL}).to_string(),
        format!("<html><title>{EVIL}</title>"),
        EVIL.to_owned(),
    ] {
        let server = RecordingServer::start(Reply::new(403, body)).await;
        let refused = told(arguments(&["call", "flink", "jobs_list"], server.url())).await;
        assert_fit(refused.failure());
    }
}
