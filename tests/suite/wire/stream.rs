//! Answers that are read piece by piece.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _};
use headwaters::{ByteStream, ErrorKind, Timeouts};

use crate::dropped;

use super::{
    assert_readable, client,
    scripted_server::{Answer, Gate, ScriptedServer},
    single,
};

const CHUNKED: &[(&str, &str)] = &[("transfer-encoding", "chunked")];

fn idle(milliseconds: u64) -> headwaters::Config {
    let idle = Duration::from_millis(milliseconds);
    single().with_timeouts(Timeouts::default().with_idle(idle))
}

/// A piece, and another one when the gate is opened.
fn gated(gate: &Gate) -> ScriptedServer {
    let answer = Answer::head(200, CHUNKED)
        .chunk("first\n")
        .until(gate.opened())
        .chunk("second\n")
        .chunk("");
    ScriptedServer::playing([answer])
}

async fn log(stub: &ScriptedServer) -> ByteStream {
    client(stub, idle(10_000))
        .job_manager()
        .log()
        .await
        .unwrap()
}

#[tokio::test]
async fn pieces_are_there_as_soon_as_they_have_come() {
    let gate = Gate::default();
    let stub = gated(&gate);
    let mut log = log(&stub).await;
    assert_eq!(log.next().await.unwrap().unwrap(), "first\n");
    // Only now does the server send more: nobody can have waited for it.
    gate.open();
    assert_eq!(log.next().await.unwrap().unwrap(), "second\n");
    assert!(log.next().await.unwrap().is_none());
    assert!(log.next().await.unwrap().is_none());
}

#[tokio::test]
async fn no_byte_is_lost_when_waits_are_dropped() {
    let lines: Vec<String> = (0..40).map(|number| format!("line {number}\n")).collect();
    let drip = lines
        .iter()
        .fold(Answer::head(200, CHUNKED), |answer, line| {
            answer.chunk(line).wait(Duration::from_millis(3))
        });
    let stub = ScriptedServer::playing([drip.chunk("")]);
    let mut log = log(&stub).await;
    let (pieces, dropped) = dropped::collect(&mut log, ByteStream::next).await;
    assert!(dropped > 10, "only {dropped} waits were dropped");
    assert_eq!(pieces.concat(), lines.concat().as_bytes());
}

#[tokio::test]
async fn an_empty_stream_ends_at_once() {
    let stub = ScriptedServer::playing([Answer::status(200, &[], "")]);
    assert!(log(&stub).await.next().await.unwrap().is_none());
    assert!(log(&stub).await.into_bytes(0).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error_and_no_end() {
    for answer in [
        Answer::head(200, CHUNKED).chunk("half\n").close(),
        Answer::head(200, &[("content-length", "10")])
            .send("half\n")
            .close(),
    ] {
        let stub = ScriptedServer::playing([answer.clone()]);
        let mut stream = log(&stub).await;
        assert_eq!(stream.next().await.unwrap().unwrap(), "half\n");
        let error = stream.next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broken);
        assert_eq!(error.operation(), Some("job_manager_log"));
        assert!(error.is_retryable());
        assert_readable(&error);
        assert!(stream.next().await.unwrap().is_none());

        let error = log(&stub).await.into_bytes(100).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broken);
        let error = log(&stub).await.copy_to(&mut Vec::new()).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Broken);
    }
}

#[tokio::test]
async fn an_error_in_a_stream_tells_how_many_requests_it_took() {
    let cut = Answer::head(200, CHUNKED).chunk("half\n").close();
    let stub = ScriptedServer::playing([Answer::status(503, &[], ""), cut]);
    let flink = client(&stub, headwaters::Config::default());
    let log = flink.job_manager().log().await.unwrap();
    let error = log.into_bytes(100).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Broken, 2));
    assert!(!error.elapsed().is_zero());
}

#[tokio::test]
async fn silence_in_a_stream_ends_it_with_an_error() {
    let stub = ScriptedServer::playing([Answer::head(200, CHUNKED).chunk("first\n").hang()]);
    let flink = client(&stub, idle(100));
    let mut log = flink.job_manager().log().await.unwrap();
    assert_eq!(log.next().await.unwrap().unwrap(), "first\n");
    let error = log.next().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("100ms"), "{error}");
    assert!(log.next().await.unwrap().is_none());
    drop(log);
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
}

#[tokio::test]
async fn each_piece_begins_the_wait_anew() {
    let mut answer = Answer::head(200, CHUNKED);
    for _ in 0..6 {
        answer = answer.chunk("more\n").wait(Duration::from_millis(250));
    }
    let stub = ScriptedServer::playing([answer.chunk("")]);
    let flink = client(&stub, idle(1_000));
    let log = flink.job_manager().log().await.unwrap();
    assert_eq!(log.into_bytes(100).await.unwrap().len(), 30);
}

#[tokio::test]
async fn a_reader_that_takes_its_time_is_not_silence() {
    let gate = Gate::default();
    let stub = gated(&gate);
    let flink = client(&stub, idle(250));
    let mut log = flink.job_manager().log().await.unwrap();
    log.next().await.unwrap().unwrap();
    gate.open();
    // The reader works for longer than the idle time, on the only thread there is: the second piece arrives meanwhile,
    // but nobody can take it off the connection.
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(log.next().await.unwrap().unwrap(), "second\n");
    assert!(log.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_dropped_stream_closes_its_connection() {
    let stub = ScriptedServer::playing([Answer::head(200, CHUNKED).chunk("first\n").hang()]);
    let mut log = log(&stub).await;
    log.next().await.unwrap().unwrap();
    assert_eq!(stub.closed(), 0);
    drop(log);
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
}

#[tokio::test]
async fn a_stream_that_was_read_to_its_end_gives_its_connection_back() {
    let stub = ScriptedServer::playing([Answer::status(200, &[], "log\n")]);
    let flink = client(&stub, single());
    for _ in 0..3 {
        let log = flink.job_manager().log().await.unwrap();
        assert_eq!(log.into_bytes(4).await.unwrap(), "log\n");
    }
    assert_eq!(stub.opened(), 1);
}

#[tokio::test]
async fn past_the_limit_there_are_no_bytes_but_an_error() {
    let answer = Answer::head(200, CHUNKED)
        .chunk("12345")
        .chunk("678")
        .chunk("");
    let stub = ScriptedServer::playing([answer]);
    assert_eq!(log(&stub).await.into_bytes(8).await.unwrap(), "12345678");
    for limit in [0, 4, 5, 7] {
        let error = log(&stub).await.into_bytes(limit).await.unwrap_err();
        assert!(error.is_too_large(), "{limit}: {error:?}");
        assert_readable(&error);
    }
}

#[tokio::test]
async fn a_stream_is_copied_to_a_writer_and_counted() {
    let text = "line\n".repeat(100_000);
    let stub = ScriptedServer::playing([Answer::status(200, &[], &text)]);
    let mut copy = Vec::new();
    let count = log(&stub).await.copy_to(&mut copy).await.unwrap();
    assert_eq!(count, 500_000);
    assert!(copy == text.as_bytes());
}

/// A disk that is full after four bytes.
struct FullDisk(usize);

impl tokio::io::AsyncWrite for FullDisk {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        if self.0 == 0 {
            return Poll::Ready(Err(std::io::ErrorKind::StorageFull.into()));
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_writer_that_fails_gives_its_reason() {
    let stub = ScriptedServer::playing([Answer::status(200, &[], "0123456789")]);
    let error = log(&stub)
        .await
        .copy_to(&mut FullDisk(4))
        .await
        .unwrap_err();
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull).to_string();
    assert!(error.report().contains(&full), "{}", error.report());
    assert_readable(&error);
}

#[tokio::test]
async fn the_pieces_are_a_stream_that_ends_after_an_error() {
    let whole = Answer::status(200, &[], "a\nb\n");
    let cut = Answer::head(200, CHUNKED).chunk("half\n").close();
    let stub = ScriptedServer::playing([whole, cut]);
    let pieces: Vec<_> = log(&stub).await.into_stream().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), b"a\nb\n");
    let mut pieces = log(&stub).await.into_stream();
    assert_eq!(pieces.next().await.unwrap().unwrap(), "half\n");
    assert!(pieces.next().await.unwrap().is_err());
    assert!(pieces.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_is_refused_is_an_error_before_it_begins() {
    let body = r#"{"errors":["This file does not exist in JobManager log dir."]}"#;
    let stub = ScriptedServer::playing([Answer::status(404, &[], body)]);
    let file = client(&stub, single()).job_manager().log_file("x.log");
    let error = file.await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        error.messages()[0],
        "This file does not exist in JobManager log dir."
    );
}
