//! What proxies, gateways and forms to sign in answer in a server's place.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use headwaters::{
    Error, ErrorKind, Result,
    flink::{Flink, types::JobStatus},
    joule::Node,
    reqwest::Method,
};
use serde_norway::Value;

use super::{
    JAR, JOB, RUN, STATUS, assert_readable, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};
use crate::platform::KEY;

/// A form to sign in, as an identity provider shows it.
const FORM: &str = "<!doctype html>\n<html><head><title>\n  Sign in &middot; Example</title></head><body><form>secret</form>";

fn node(stub: &ScriptedServer) -> Node {
    Node::with_config(stub.url(), KEY, single()).unwrap()
}

/// The errors of a call of each platform against this answer.
async fn errors_of(answer: Answer) -> [Error; 2] {
    let stub = ScriptedServer::playing([answer]);
    [
        client(&stub, single())
            .jobs()
            .status(JOB)
            .await
            .unwrap_err(),
        node(&stub).folders().get("/a").await.unwrap_err(),
    ]
}

#[tokio::test]
async fn an_answer_in_foreign_words_is_told_as_one_and_shows_its_first_line() {
    for (status, body, shown) in [
        (404, "default backend - 404\n", "default backend - 404"),
        (404, "", ""),
        (
            404,
            r#"{"message":"no Route matched with those values"}"#,
            "no Route matched",
        ),
        (404, "<title>\nOops</title>", "Oops"),
        (
            401,
            "<html><head><title>401 Authorization Required</title>",
            "401 Authorization Required",
        ),
        (
            401,
            r#"{"error":"invalid_token","error_description":"it has expired"}"#,
            "it has expired",
        ),
        (403, "RBAC: access denied", "RBAC: access denied"),
        (
            403,
            r#"{"message":"Forbidden by policy"}"#,
            "Forbidden by policy",
        ),
        (
            407,
            "\r\n\r\nCache Access Denied\r\nmore",
            "Cache Access Denied",
        ),
        (413, "<html><title>413 Too Large</title>", "413 Too Large"),
        (429, "slow down", "slow down"),
        (500, r#"{"error":{"message":"no upstream"}}"#, "no upstream"),
        (
            502,
            r#"{"error":"connection refused"}"#,
            "connection refused",
        ),
        (503, "no healthy upstream", "no healthy upstream"),
        (504, "upstream request timeout", "upstream request timeout"),
    ] {
        for error in errors_of(Answer::status(status, &[], body)).await {
            assert!(error.is_intermediary(), "{status} {body}: {error}");
            assert!(!error.is_not_found(), "{status} {body}: {error}");
            assert_eq!(error.is_unauthorized(), status == 401);
            assert_eq!(error.is_forbidden(), status == 403);
            assert_eq!(error.is_retryable(), matches!(status, 429 | 502..=504));
            assert_eq!(error.kind(), ErrorKind::Status);
            assert!(error.to_string().contains(shown), "{error}");
            assert!(
                error.to_string().contains("not the server's own"),
                "{error}"
            );
            assert_eq!(error.body(), body);
            assert_readable(&error);
        }
    }
}

#[tokio::test]
async fn what_the_servers_themselves_say_is_their_own() {
    for (status, body) in [
        (
            404,
            r#"{"errors":["org.apache.flink.runtime.rest.NotFoundException: Vertex aa not found\n\tat a.B"]}"#,
        ),
        (
            404,
            r#"{"errors":["This file does not exist in JobManager log dir."]}"#,
        ),
        (409, r#"{"errors":["no"]}"#),
        (503, r#"{"errors":[]}"#),
        (413, ""),
    ] {
        let [error, _] = errors_of(Answer::status(status, &[], body)).await;
        assert!(!error.is_intermediary(), "{status} {body}: {error}");
        assert_eq!(error.is_not_found(), status == 404, "{error}");
    }
    for (status, body) in [
        (400, "400: [start] must be before [end]"),
        (400, "400: "),
        (400, "this stream has no data"),
        (
            400,
            r#"{"error": "Cannot contact node at [http://10.0.0.9]"}"#,
        ),
        (403, "403: Forbidden"),
        (404, "404: event stream does not exist"),
        (404, "404: Not Found"),
        (404, "module does not exist"),
        (405, "405: Method Not Allowed"),
        (
            413,
            "Maximum request body size 1048576 exceeded, actual body size 1048577",
        ),
        (
            500,
            "500 Internal Server Error\n\nServer got itself in trouble",
        ),
    ] {
        let [_, error] = errors_of(Answer::status(status, &[], body)).await;
        assert!(!error.is_intermediary(), "{status} {body}: {error}");
        assert_eq!(error.is_not_found(), status == 404, "{error}");
    }
}

/// The texts between backquotes, which the spec writes so since they are the node's.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[tokio::test]
async fn each_reason_for_which_joules_spec_misses_a_thing_is_the_nodes_own() {
    let spec = std::fs::read_to_string("specs/joule.yaml").unwrap();
    let spec: Value = serde_norway::from_str(&spec).unwrap();
    let mut reasons = BTreeSet::new();
    for (_, path) in spec["paths"].as_mapping().unwrap() {
        for (_, operation) in path.as_mapping().unwrap() {
            let response = &operation["responses"]["404"];
            let response = match response["$ref"].as_str() {
                Some(place) => &spec["components"]["responses"][place.rsplit('/').next().unwrap()],
                None => response,
            };
            let description = response["description"].as_str().unwrap_or_default();
            reasons.extend(quoted(description).map(str::to_owned));
        }
    }
    assert!(reasons.len() > 6, "{reasons:?}");
    for reason in reasons {
        for body in [reason.clone(), format!("404: {reason}")] {
            let [_, error] = errors_of(Answer::status(404, &[], &body)).await;
            assert!(error.is_not_found() && !error.is_intermediary(), "{body}");
            assert_eq!(error.messages(), [&*reason]);
        }
    }
}

/// A call of each kind of answer, on both platforms.
async fn outcomes(stub: &ScriptedServer) -> Vec<(&'static str, Result<()>)> {
    let (flink, node) = (client(stub, single()), node(stub));
    vec![
        ("JSON", flink.jobs().list().await.map(drop)),
        ("a post", flink.jars().run(JAR).await.map(drop)),
        (
            "an envelope",
            node.data().consolidate("/a/b", 5).await.map(drop),
        ),
        ("a cancel", flink.jobs().cancel(JOB).await),
        ("a deletion", flink.jars().delete(JAR).await),
        ("a shutdown", flink.shutdown().await),
        ("ok", node.annotations().delete(7).await),
        ("a log", flink.job_manager().log().await.map(drop)),
        ("a pipe", node.data().read("/a/b").await.map(drop)),
    ]
}

#[tokio::test]
async fn a_form_to_sign_in_is_nobodys_success() {
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("joule-layout", "int32_1"),
    ];
    let stub = ScriptedServer::playing([Answer::status(200, &headers, FORM)]);
    for (what, outcome) in outcomes(&stub).await {
        let error = outcome.expect_err(what);
        assert!(
            error.is_decode() && error.is_intermediary(),
            "{what}: {error:?}"
        );
        assert_eq!(error.status().unwrap(), 200, "{what}");
        assert!(error.to_string().contains("Sign in"), "{what}: {error}");
        assert!(!error.report().contains("secret"), "{what}: {error:?}");
        assert_eq!(error.body(), FORM, "{what}");
        assert_readable(&error);
    }
}

#[tokio::test]
async fn pages_that_the_server_itself_may_send_are_handed_out() {
    let headers = [("content-type", "text/html")];
    let stub = ScriptedServer::playing([Answer::status(200, &headers, FORM)]);
    let flink = client(&stub, single());
    let page = flink
        .request(Method::GET, "/index.html")
        .bytes()
        .await
        .unwrap();
    assert_eq!(page.value(), FORM);
    // A profile is a page, and calls itself text (1.20.5).
    let headers = [("content-type", "text/plain")];
    let stub = ScriptedServer::playing([Answer::status(200, &headers, FORM)]);
    let log = client(&stub, single()).job_manager().log().await.unwrap();
    assert_eq!(log.into_bytes(1_000).await.unwrap(), FORM);
}

#[tokio::test]
async fn a_head_tells_nobodys_words() {
    let stub = ScriptedServer::playing([Answer::head(404, &[])]);
    let head = client(&stub, single()).request(Method::HEAD, "/overview");
    let error = head.bytes().await.unwrap_err();
    assert!(error.is_not_found() && !error.is_intermediary(), "{error}");
}

#[tokio::test]
async fn waiting_for_a_job_bears_a_gateway_that_is_set_up_meanwhile() {
    let start = Instant::now();
    let stub = ScriptedServer::new(move |request| match start.elapsed() {
        _ if request.method == "POST" => Answer::json(RUN),
        elapsed if elapsed < Duration::from_millis(300) => Answer::status(404, &[], "no such app"),
        elapsed if elapsed < Duration::from_millis(600) => Answer::status(200, &[], FORM),
        elapsed if elapsed < Duration::from_millis(900) => Answer::status(403, &[], "starting"),
        _ => Answer::json(STATUS),
    });
    let jobs = client(&stub, single()).jobs();
    let state = jobs.wait_for(JOB, JobStatus::Running).await.unwrap();
    assert_eq!(state, JobStatus::Running);
    assert!(stub.count() > 4, "{}", stub.count());
}

#[tokio::test]
async fn a_job_that_flink_does_not_know_is_not_waited_for() {
    let body = r#"{"errors":["Internal server error.","<Exception on server side:\norg.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (ab)\n\tat a.B"]}"#;
    let stub = ScriptedServer::playing([Answer::status(500, &[], body)]);
    let jobs = client(&stub, single()).jobs();
    let error = jobs.wait_for(JOB, JobStatus::Running).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(stub.count(), 1);
}

/// The row's own text, in what a user's program makes of it.
#[tokio::test]
async fn a_post_is_not_sent_again_for_what_a_users_program_met() {
    let flink = |stub: &ScriptedServer| -> Flink { client(stub, super::brisk()) };
    for status in [400, 500, 503] {
        let body = r#"{"errors":["Internal server error.","<Exception on server side:\norg.apache.flink.client.program.ProgramInvocationException: The main method caused an error: Service temporarily unavailable due to an ongoing leader election. Please refresh.\n\tat a.B"]}"#;
        let stub = ScriptedServer::playing([Answer::status(status, &[], body)]);
        flink(&stub).jars().run(JAR).await.unwrap_err();
        flink(&stub).shutdown().await.unwrap_err();
        let trigger = flink(&stub).jobs().trigger_savepoint(JOB);
        trigger.await.unwrap_err();
        let posts = stub
            .requests()
            .iter()
            .filter(|request| request.method == "POST")
            .count();
        assert_eq!(posts, 2, "{status}");
    }
    let election = r#"{"errors":["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}"#;
    let stub = ScriptedServer::playing([Answer::status(503, &[], election), Answer::json(RUN)]);
    flink(&stub).jars().run(JAR).await.unwrap();
    assert_eq!(stub.count(), 2);
}
