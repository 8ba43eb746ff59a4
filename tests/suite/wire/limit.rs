//! Servers that send more than anybody wants.

use headwaters::{ErrorKind, Limits};

use super::{
    JAR, JOB, OVERVIEW, assert_readable, client,
    scripted_server::{Answer, ScriptedServer, chunk},
    single,
};

/// What the buffers of both ends of a connection may hold of a flood.
const IN_BUFFERS: u64 = 32 << 20;
const MIB: usize = 1 << 20;

/// A megabyte of JSON's beginning, or its middle.
fn megabyte() -> Vec<u8> {
    vec![b' '; MIB]
}

#[tokio::test]
async fn of_a_large_error_body_64_kib_are_kept() {
    let body = "x".repeat(5 * MIB);
    let stub = ScriptedServer::playing([Answer::status(500, &[], &body)]);
    let error = client(&stub, single()).overview().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 500);
    assert_eq!(error.body().len(), 64 << 10);
    assert!(error.body().iter().all(|byte| *byte == b'x'));
    assert_readable(&error);
}

#[tokio::test]
async fn an_error_body_without_end_is_not_read_to_it() {
    let flood = Answer::head(500, &[]).flood(megabyte(), 1024).close();
    let stub = ScriptedServer::playing([flood]);
    let limits = Limits::default().with_error(10);
    let flink = client(&stub, single().with_limits(limits));
    let error = flink.overview().await.unwrap_err();
    assert_eq!(error.body(), &"          ");
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    assert!(stub.sent() < IN_BUFFERS, "{} bytes went out", stub.sent());
}

#[tokio::test]
async fn a_gibibyte_that_is_announced_is_not_read() {
    let length = (1 << 30).to_string();
    let flood = Answer::head(200, &[("content-length", &length)]).flood(megabyte(), 1024);
    let stub = ScriptedServer::playing([flood]);
    let error = client(&stub, single()).overview().await.unwrap_err();
    assert!(error.is_too_large(), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.status().unwrap(), 200);
    assert_readable(&error);
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    assert!(stub.sent() < IN_BUFFERS, "{} bytes went out", stub.sent());
}

#[tokio::test]
async fn a_gibibyte_that_is_not_announced_is_read_up_to_the_limit() {
    for headers in [&[("transfer-encoding", "chunked")][..], &[]] {
        let piece = if headers.is_empty() {
            megabyte()
        } else {
            chunk(&megabyte())
        };
        let flood = Answer::head(200, headers).flood(piece, 1024).close();
        let stub = ScriptedServer::playing([flood]);
        let limits = Limits::default().with_json(4 * MIB);
        let flink = client(&stub, single().with_limits(limits));
        let error = flink.overview().await.unwrap_err();
        assert!(error.is_too_large(), "{error:?}");
        assert!(error.body().len() <= 64 << 10);
        assert!(error.to_string().contains("4194304 bytes"), "{error}");
        stub.until("the connection is closed", |stub| stub.closed() == 1)
            .await;
        assert!(stub.sent() < IN_BUFFERS, "{} bytes went out", stub.sent());
    }
}

#[tokio::test]
async fn the_limit_is_the_last_size_that_is_taken() {
    for (limit, fits) in [(OVERVIEW.len(), true), (OVERVIEW.len() - 1, false)] {
        let chunked = Answer::head(200, &[("transfer-encoding", "chunked")])
            .chunk(&OVERVIEW[..20])
            .chunk(&OVERVIEW[20..])
            .chunk("");
        for answer in [Answer::json(OVERVIEW), chunked] {
            let stub = ScriptedServer::playing([answer]);
            let limits = Limits::default().with_json(limit);
            let outcome = client(&stub, single().with_limits(limits)).overview().await;
            assert_eq!(outcome.is_ok(), fits, "{limit}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_head_without_end_is_not_read_to_it() {
    let line = format!("x-noise: {}\r\n", "n".repeat(1_000));
    let one_line = Answer::raw("HTTP/1.1 200 OK\r\nx-noise: ").flood("n".repeat(1_000), 1 << 30);
    let many_lines = Answer::raw("HTTP/1.1 200 OK\r\n").flood(line, 1 << 30);
    for answer in [one_line, many_lines] {
        let stub = ScriptedServer::playing([answer]);
        let error = client(&stub, single()).overview().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broken, "{error:?}");
        assert_readable(&error);
        stub.until("the connection is closed", |stub| stub.closed() == 1)
            .await;
        assert!(stub.sent() < IN_BUFFERS, "{} bytes went out", stub.sent());
    }
}

#[tokio::test]
async fn what_follows_an_answer_without_a_value_is_not_read() {
    let flood = Answer::head(200, &[]).flood(megabyte(), 1024).close();
    let stub = ScriptedServer::playing([flood]);
    let flink = client(&stub, single());
    flink.jars().delete(JAR).await.unwrap();
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    assert!(stub.sent() < IN_BUFFERS, "{} bytes went out", stub.sent());
}

#[tokio::test]
async fn a_stream_has_no_limit_and_holds_nothing() {
    let length = (64 * MIB).to_string();
    let flood = Answer::head(200, &[("content-length", &length)]).flood(megabyte(), 64);
    let stub = ScriptedServer::playing([flood]);
    let limits = Limits::default().with_json(10).with_error(10);
    let flink = client(&stub, single().with_limits(limits));
    let log = flink.job_manager().log().await.unwrap();
    let count = log.copy_to(&mut tokio::io::sink()).await.unwrap();
    assert_eq!(count, 64 << 20);
}

#[tokio::test]
async fn a_reader_that_stops_stops_the_server() {
    let length = (1 << 30).to_string();
    let flood = Answer::head(200, &[("content-length", &length)]).flood(megabyte(), 1024);
    let stub = ScriptedServer::playing([flood, Answer::json(r#"{"status":"RUNNING"}"#)]);
    let flink = client(&stub, single());
    let mut log = flink.job_manager().log().await.unwrap();
    log.next().await.unwrap().unwrap();
    // While nobody reads, the server can send no more than what the buffers take.
    let mut sent = stub.sent();
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if stub.sent() == sent {
            break;
        }
        sent = stub.sent();
    }
    assert!(sent < IN_BUFFERS, "{sent} bytes went out");
    drop(log);
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    flink.jobs().status(JOB).await.unwrap();
}
