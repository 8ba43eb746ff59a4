//! Answers whose bytes are not what they say, since a proxy has coded them.

use headwaters::{ErrorKind, Result, flink::Flink, joule::Node};

use super::{
    JAR, JOB, OVERVIEW, assert_readable, brisk,
    scripted_server::{Answer, ScriptedServer},
    single,
};
use crate::platform::KEY;

/// `zlib` of an empty text: what matters is that nobody looks into it.
const CODED: &[u8] = b"\x78\x9c\x03\x00\x00\x00\x00\x01";

/// A call of each kind of answer, on both platforms.
async fn outcomes(url: &str) -> Vec<(&'static str, Result<()>)> {
    let flink = Flink::with_config(url, brisk()).unwrap();
    let node = Node::with_config(url, KEY, brisk()).unwrap();
    let raw = flink.request(headwaters::reqwest::Method::GET, "/overview");
    vec![
        ("JSON", flink.overview().await.map(drop)),
        (
            "an envelope",
            node.data().consolidate("/a/b", 5).await.map(drop),
        ),
        ("nothing", flink.jars().delete(JAR).await),
        ("a log", flink.job_manager().log().await.map(drop)),
        ("a pipe", node.data().read("/a/b").await.map(drop)),
        (
            "a subscription",
            node.data().subscribe("/a/b").await.map(drop),
        ),
        ("a raw request", raw.bytes().await.map(drop)),
        ("a post", flink.jars().run(JAR).await.map(drop)),
    ]
}

#[tokio::test]
async fn a_coded_answer_is_refused_by_name_whatever_it_was_to_be() {
    for (codings, named) in [
        (&["br"][..], "br"),
        (&["DEFLATE"], "deflate"),
        (&["s3cret", "gzip"], "of an unknown name, gzip"),
        (&["identity, x-gzip"], "x-gzip"),
        (&["zstd", "gzip"], "zstd, gzip"),
        (&["compress , br"], "compress, br"),
    ] {
        let stub = ScriptedServer::new(move |_| {
            let mut headers: Vec<_> = codings
                .iter()
                .map(|name| ("content-encoding", *name))
                .collect();
            headers.push(("joule-layout", "int32_1"));
            Answer::status(200, &headers, CODED)
        });
        for (what, outcome) in outcomes(&stub.url()).await {
            let error = outcome.expect_err(what);
            assert!(
                error.is_decode() && !error.is_retryable(),
                "{what}: {error:?}"
            );
            assert!(error.to_string().contains(named), "{what}: {error}");
            assert_eq!(error.status().unwrap(), 200, "{what}");
            assert_eq!(error.attempts(), 1, "{what}");
            assert_readable(&error);
        }
    }
}

#[tokio::test]
async fn a_coded_refusal_keeps_its_status_and_its_wait() {
    let headers = [("content-encoding", "br"), ("retry-after", "0")];
    for (status, attempts) in [(400, 1), (403, 1), (404, 1), (500, 1), (503, 4)] {
        let stub = ScriptedServer::playing([Answer::status(status, &headers, CODED)]);
        let flink = Flink::with_config(stub.url(), brisk()).unwrap();
        let error = flink.jobs().status(JOB).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{status}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.attempts(), attempts, "{status}");
        assert_eq!(error.body(), CODED);
        assert!(error.to_string().contains("coding br"), "{error}");
        assert_eq!(error.retry_after(), Some(std::time::Duration::ZERO));
        assert_readable(&error);
    }
}

#[tokio::test]
async fn a_name_of_a_coding_is_cut_and_harmless_on_a_terminal() {
    let long = "x".repeat(5_000);
    let stub = ScriptedServer::playing([
        Answer::status(200, &[("content-encoding", &long)], OVERVIEW),
        Answer::raw(
            "HTTP/1.1 200 OK\r\ncontent-encoding: a\tb\u{202e}c\r\ncontent-length: 0\r\n\r\n",
        ),
    ]);
    let flink = Flink::with_config(stub.url(), single()).unwrap();
    for _ in 0..2 {
        assert_readable(&flink.overview().await.unwrap_err());
    }
}

#[tokio::test]
async fn no_coding_is_asked_for_and_identity_is_none() {
    for coding in ["identity", "Identity", "", " , identity"] {
        let headers = [("content-encoding", coding)];
        let stub = ScriptedServer::playing([Answer::status(200, &headers, OVERVIEW)]);
        let flink = Flink::with_config(stub.url(), single()).unwrap();
        flink.overview().await.unwrap();
        assert_eq!(
            stub.requests()[0].header("accept-encoding"),
            Some("identity")
        );
    }
}

#[tokio::test]
async fn the_coding_of_a_body_that_a_head_only_names_is_left_to_the_caller() {
    let headers = [("content-encoding", "gzip")];
    let stub = ScriptedServer::playing([Answer::head(200, &headers)]);
    let flink = Flink::with_config(stub.url(), single()).unwrap();
    let head = flink.request(headwaters::reqwest::Method::HEAD, "/overview");
    head.bytes().await.unwrap();
}
