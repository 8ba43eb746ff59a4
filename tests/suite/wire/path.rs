//! Ids that look like routes, and base URLs that are none.

use headwaters::{
    ErrorKind, Operation, Place,
    flink::{Flink, OPERATIONS},
};

use crate::{
    document::{Described, Wish},
    platform::Platform,
};

use super::{
    JOB, STATUS, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

/// Ids that no server has.
const REFUSED: [&str; 14] = [
    "",
    ".",
    "..",
    "/",
    "\\",
    "\n",
    "\0",
    "a/b",
    "..\\..",
    "../overview",
    "/overview",
    "x\r\ny: z",
    "\u{7f}",
    "..\n",
];

/// Ids that a server may have, and one segment of the path that says them to a server that decodes twice.
const ENCODED: [(&str, &str); 10] = [
    ("?", "%253F"),
    ("#", "%2523"),
    ("%", "%2525"),
    ("%2e%2e", "%25252e%25252e"),
    ("%2F", "%25252F"),
    ("a b", "a%2520b"),
    ("+", "%252B"),
    (";", "%253B"),
    ("ü.jar", "%25C3%25BC.jar"),
    ("...", "..."),
];

/// Every operation with each of its parameters in the path that is a text.
fn texts_in_paths<'d>(
    described: &'d [Described<'d>],
) -> Vec<(&'static Operation, &'d Described<'d>, &'static str)> {
    let mut all = Vec::new();
    for (operation, described) in OPERATIONS.iter().zip(described) {
        for parameter in operation.parameters {
            let is_text = parameter.place == Place::Path && !parameter.type_.starts_with("int");
            if is_text && !described.is_manual() {
                all.push((operation, described, parameter.name));
            }
        }
    }
    assert!(all.len() >= 15);
    all
}

#[tokio::test]
async fn an_id_that_would_change_the_route_is_refused_before_anything_is_sent() {
    let stub = ScriptedServer::playing([Answer::json("{}")]);
    let flink = client(&stub, single());
    let document = Platform::named("flink").document();
    let described = document.operations();
    for (operation, described, name) in texts_in_paths(&described) {
        for id in REFUSED {
            let arguments = document.arguments(described, Wish::Least, &[(name, id)]);
            let call = flink.call(operation.id, arguments);
            let error = call.await.expect_err(id);
            assert_eq!(error.kind(), ErrorKind::Request, "{} {id:?}", operation.id);
            assert!(error.is_request() && !error.maybe_sent());
            assert_eq!(error.operation(), Some(operation.id));
            assert_eq!(error.attempts(), 0);
            super::assert_readable(&error);
        }
    }
    assert_eq!(stub.opened(), 0);
}

#[tokio::test]
async fn any_other_id_is_one_segment_of_the_route() {
    let stub = ScriptedServer::playing([Answer::status(404, &[], r#"{"errors":["no"]}"#)]);
    let flink = client(&stub, single());
    let document = Platform::named("flink").document();
    let described = document.operations();
    for (operation, described, name) in texts_in_paths(&described) {
        for (id, segment) in ENCODED {
            let before = stub.count();
            let arguments = document.arguments(described, Wish::Least, &[(name, id)]);
            let call = flink.call(operation.id, arguments);
            let error = call.await.expect_err(id);
            assert!(error.is_not_found(), "{id:?}: {error}");
            let request = &stub.requests()[before];
            let path = request.target.split('?').next().unwrap();
            let parts: Vec<&str> = operation.path.split('/').collect();
            let sent: Vec<&str> = path.strip_prefix("/v1").unwrap().split('/').collect();
            assert_eq!(sent.len(), parts.len(), "{} {id:?}: {path}", operation.id);
            for (part, sent) in parts.into_iter().zip(sent) {
                let is_other = part.starts_with('{') && part != format!("{{{name}}}");
                let expected = if part.starts_with('{') { segment } else { part };
                assert!(
                    is_other || sent == expected,
                    "{} {id:?}: {path}",
                    operation.id
                );
            }
            assert_eq!(request.method, operation.method);
        }
    }
}

#[tokio::test]
async fn an_id_in_a_written_call_is_checked_the_same_way() {
    let stub = ScriptedServer::playing([Answer::json(STATUS)]);
    let flink = client(&stub, single());
    for id in REFUSED {
        assert!(flink.jobs().get(id).await.unwrap_err().is_request());
        assert!(flink.jars().run(id).await.unwrap_err().is_request());
        assert!(flink.jars().delete(id).await.unwrap_err().is_request());
        assert!(flink.vertex(JOB, id).get().await.unwrap_err().is_request());
        let trigger = flink.jobs().trigger_savepoint(id);
        assert!(trigger.poll().await.unwrap_err().is_request());
        let file = flink.job_manager().log_file(id);
        assert!(file.await.unwrap_err().is_request());
    }
    assert_eq!(stub.opened(), 0);
}

#[tokio::test]
async fn a_megabyte_of_an_id_stays_out_of_the_text() {
    let flink = Flink::new("http://localhost:8081").unwrap();
    let error = flink.jobs().get("/".repeat(1 << 20)).await.unwrap_err();
    super::assert_readable(&error);
}

#[tokio::test]
async fn what_stands_in_the_query_stays_in_the_query() {
    let stub = ScriptedServer::playing([Answer::json("[]")]);
    let flink = client(&stub, single());
    let call = flink
        .jobs()
        .metrics(JOB)
        .names(["a&b=c", "#?+ %"])
        .with_query("x&y", "1#2 +%\n");
    call.await.unwrap();
    assert_eq!(
        stub.requests()[0].target,
        format!("/v1/jobs/{JOB}/metrics?get=a%26b%3Dc%2C%23%3F%2B+%25&x%26y=1%232+%2B%25%0A")
    );
}

#[test]
fn a_base_url_that_is_none_is_refused() {
    for url in [
        "",
        " ",
        "localhost:8081",
        "localhost",
        "/v1",
        "//localhost:8081",
        "ftp://localhost",
        "ws://localhost",
        "file:///etc/passwd",
        "data:text/plain,x",
        "unix:/run/flink.sock",
        "http://",
        "http://?x",
        "https://:8081",
        "http://localhost:99999",
        "http://local host",
        "http://[::1",
        "http://localhost?x=1",
        "http://localhost/?",
        "http://localhost#top",
        "http://localhost/v1?x#y",
        "http://user@localhost",
        "http://:password@localhost",
        "http://user:password@localhost",
        "\0",
        "http://\u{0}",
        "%",
        "💧",
    ] {
        let error = Flink::new(url).expect_err(url);
        assert_eq!(error.kind(), ErrorKind::Config, "{url}");
        assert!(error.is_request() && !error.maybe_sent() && !error.is_retryable());
        assert_eq!(error.attempts(), 0);
        super::assert_readable(&error);
        assert!(!format!("{error:?}{}", error.report()).contains("password@"));
    }
}

#[test]
fn a_base_url_keeps_its_prefix_and_gets_the_version_once() {
    for (given, base) in [
        ("http://localhost:8081", "http://localhost:8081/v1"),
        ("http://localhost:8081/", "http://localhost:8081/v1"),
        ("http://localhost:8081/v1", "http://localhost:8081/v1"),
        ("http://localhost:8081/v1/", "http://localhost:8081/v1"),
        ("https://proxy/flink", "https://proxy/flink/v1"),
        ("https://proxy/flink//", "https://proxy/flink/v1"),
        (" http://localhost:8081 ", "http://localhost:8081/v1"),
        ("HTTP://LOCALHOST:80", "http://localhost/v1"),
        ("http://[::1]:8081", "http://[::1]:8081/v1"),
    ] {
        assert_eq!(Flink::new(given).unwrap().url().as_str(), base, "{given}");
    }
}
