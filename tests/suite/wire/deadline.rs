//! Time that runs out, and time that must not.

use std::time::Duration;

use headwaters::{Config, ErrorKind, Limits, Retry, Timeouts, flink::Flink};

use super::{
    JOB, STATUS, brisk, client, hurried,
    scripted_server::{Answer, ScriptedServer},
    single,
};

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[tokio::test]
async fn a_silent_server_is_left_when_the_attempt_has_had_its_time() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let error = client(&stub, hurried(100)).overview().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.is_retryable() && error.maybe_sent());
    assert!(error.elapsed() >= ms(100));
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
}

#[tokio::test]
async fn the_time_of_a_call_holds_for_all_its_attempts_and_waits() {
    let busy = Answer::status(503, &[("retry-after", "1")], "");
    let stub = ScriptedServer::playing([busy]);
    let call = client(&stub, brisk()).overview();
    let error = call.with_timeout(ms(1_900)).await.unwrap_err();
    // The second wait would have ended too late: it was not begun.
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (503, 2)
    );
    assert!(error.elapsed() >= ms(990) && error.elapsed() < ms(1_900));

    let stub = ScriptedServer::playing([Answer::silence()]);
    let timeouts = Timeouts::default().with_attempt(ms(60)).with_total(ms(200));
    let flink = client(&stub, brisk().with_timeouts(timeouts));
    let error = flink.overview().await.unwrap_err();
    assert!(error.is_timeout());
    assert!(error.elapsed() >= ms(60) && error.attempts() > 1);
}

#[tokio::test]
async fn a_body_that_trickles_is_cut_off_by_the_attempts_time() {
    let mut trickle = Answer::head(200, &[("content-length", "1000")]);
    for _ in 0..1_000 {
        trickle = trickle.send(" ").wait(ms(20));
    }
    let stub = ScriptedServer::playing([trickle]);
    let error = client(&stub, hurried(200)).overview().await.unwrap_err();
    assert!(error.is_timeout());
}

#[tokio::test]
async fn the_status_of_an_error_is_kept_when_its_body_stays_away() {
    let silent = Answer::head(503, &[("content-length", "1000"), ("retry-after", "7")])
        .send("<html>")
        .hang();
    let stub = ScriptedServer::playing([silent]);
    let error = client(&stub, hurried(500)).overview().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(&error.body()[..], b"<html>");
}

#[tokio::test]
async fn a_stream_may_last_longer_than_a_call() {
    let log = Answer::head(200, &[("transfer-encoding", "chunked")])
        .chunk("first\n")
        .wait(ms(1_300))
        .chunk("second\n")
        .chunk("");
    let stub = ScriptedServer::playing([log]);
    let timeouts = Timeouts::default()
        .with_attempt(ms(1_000))
        .with_total(ms(1_000));
    let flink = client(&stub, single().with_timeouts(timeouts));
    let log = flink.job_manager().log().await.unwrap();
    assert_eq!(log.into_bytes(100).await.unwrap(), "first\nsecond\n");
}

#[tokio::test]
async fn a_stream_must_begin_within_the_attempts_time() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let error = client(&stub, hurried(100)).job_manager().log().await;
    assert!(error.unwrap_err().is_timeout());
}

#[tokio::test]
async fn times_without_end_are_allowed() {
    let log = Answer::head(200, &[("transfer-encoding", "chunked")])
        .chunk("a")
        .wait(ms(20))
        .chunk("b")
        .chunk("");
    let stub = ScriptedServer::playing([Answer::status(503, &[], ""), Answer::json(STATUS), log]);
    let forever = Timeouts::default()
        .with_connect(Duration::MAX)
        .with_attempt(Duration::MAX)
        .with_long_attempt(Duration::MAX)
        .with_total(Duration::MAX)
        .with_idle(Duration::MAX);
    let flink = client(&stub, brisk().with_timeouts(forever));
    let call = flink.jobs().status(JOB).with_timeout(Duration::MAX);
    call.await.unwrap();
    let log = flink.job_manager().log().await.unwrap();
    assert_eq!(log.into_bytes(2).await.unwrap(), "ab");
}

#[tokio::test]
async fn waits_without_end_fail_at_once() {
    let stub = ScriptedServer::playing([Answer::status(503, &[], "")]);
    let never = Retry::default().with_waits(Duration::MAX, Duration::MAX);
    let flink = client(&stub, Config::new().with_retry(never));
    let error = flink.overview().await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (503, 1)
    );
}

#[tokio::test]
async fn no_time_at_all_is_a_timeout() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let call = client(&stub, brisk()).jobs().status(JOB);
    let error = call.with_timeout(Duration::ZERO).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

/// Linux answers no handshake beyond a full backlog: connecting takes for ever.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_is_not_made_in_time_is_no_request() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) =
        tokio::time::timeout(ms(200), tokio::net::TcpStream::connect(address)).await
    {
        waiting.push(stream.unwrap());
    }
    let timeouts = Timeouts::default().with_connect(ms(100));
    let flink = Flink::with_config(
        format!("http://{address}"),
        single().with_timeouts(timeouts),
    )
    .unwrap();
    let error = flink.overview().await.unwrap_err();
    assert!(error.is_connect() && !error.maybe_sent(), "{error:?}");
    assert!(error.elapsed() < Duration::from_secs(4), "{error:?}");
}

#[tokio::test]
async fn limits_without_end_are_allowed() {
    let stub = ScriptedServer::playing([Answer::json(STATUS)]);
    let limits = Limits::default()
        .with_json(usize::MAX)
        .with_error(usize::MAX);
    let flink = client(&stub, single().with_limits(limits));
    flink.jobs().status(JOB).await.unwrap();
}
