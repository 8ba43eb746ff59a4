//! Savepoints that are followed to their end.

use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::Duration,
};

use headwaters::{
    Batch, ErrorKind, Upload,
    flink::{Flink, types::JobStatus},
    sandbox::{self, Fault},
};

use super::{
    JOB, TRIGGER, TRIGGERED, assert_readable, brisk, client,
    scripted_server::{Answer, PATIENCE, Request, ScriptedServer, playing},
    single,
};

/// Captured on 1.20.5, as the next two: `GET /jobs/{jobid}/savepoints/{triggerid}`.
const IN_PROGRESS: &str = r#"{"status":{"id":"IN_PROGRESS"},"operation":null}"#;
const COMPLETED: &str = r#"{"status":{"id":"COMPLETED"},"operation":{"location":"file:/srv/flink/sp/savepoint-987654-e6f3fc88dfd1"}}"#;
/// Shortened in its trace.
const FAILED: &str = r#"{"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"java.util.concurrent.CompletionException","stack-trace":"java.util.concurrent.CompletionException: org.apache.flink.runtime.checkpoint.CheckpointException: An Exception occurred while triggering the checkpoint. IO-problem detected.\n\tat java.base/java.util.concurrent.CompletableFuture.encodeRelay(CompletableFuture.java:368)\nCaused by: org.apache.flink.runtime.checkpoint.CheckpointException: An Exception occurred while triggering the checkpoint. IO-problem detected.\n\t... 3 more\nCaused by: java.io.IOException: Failed to create savepoint directory at /proc/nope/zzz\n\tat org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess.initializeLocationForSavepoint(AbstractFsCheckpointStorageAccess.java:191)\n\t... 3 more\n","serialized-throwable":"rO0ABXNyAClvcmcuYXBhY2hlLmZsaW5rLnV0aWwuU2VyaWFs"}}}"#;

/// Accepts the trigger, then answers the questions in turn.
fn savepoints(answers: impl IntoIterator<Item = Answer>) -> ScriptedServer {
    let answers = playing(std::iter::once(Answer::status(202, &[], TRIGGERED)).chain(answers));
    ScriptedServer::new(answers)
}

fn lines(requests: &[Request]) -> Vec<String> {
    requests.iter().map(Request::line).collect()
}

#[tokio::test]
async fn a_savepoint_is_triggered_once_and_asked_about_until_it_has_ended() {
    let stub = savepoints([IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, COMPLETED].map(Answer::json));
    let trigger = client(&stub, single())
        .jobs()
        .trigger_savepoint(JOB)
        .trigger_id(TRIGGER);
    let savepoint = trigger.poll().await.unwrap();
    assert_eq!(
        savepoint.location,
        "file:/srv/flink/sp/savepoint-987654-e6f3fc88dfd1"
    );
    assert_eq!(savepoint.trigger.as_str(), TRIGGER);
    let requests = stub.requests();
    let question = format!("GET /v1/jobs/{JOB}/savepoints/{TRIGGER}");
    assert_eq!(
        lines(&requests)[0],
        format!("POST /v1/jobs/{JOB}/savepoints")
    );
    assert!(lines(&requests)[1..].iter().all(|line| *line == question));
    for (two, wait) in requests[1..].windows(2).zip([10, 20, 40]) {
        let gap = two[1].at - two[0].at;
        assert!(gap >= Duration::from_millis(wait), "{gap:?} for {wait} ms");
    }
}

#[tokio::test]
async fn a_failure_inside_a_success_is_an_error_with_flinks_reason() {
    let stub = savepoints([IN_PROGRESS, FAILED].map(Answer::json));
    let poll = client(&stub, single()).jobs().trigger_savepoint(JOB).poll();
    let error = poll.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert_eq!(
        error.messages()[0],
        "Failed to create savepoint directory at /proc/nope/zzz"
    );
    assert!(error.to_string().contains("/proc/nope/zzz"), "{error}");
    assert!(error.maybe_sent() && !error.is_retryable());
    assert!(error.body().starts_with(b"java.util.concurrent"));
    assert_readable(&error);
}

#[tokio::test]
async fn questions_that_fail_in_a_way_that_passes_are_asked_again() {
    let stub = savepoints([
        Answer::status(503, &[], ""),
        Answer::nothing(),
        Answer::status(429, &[], ""),
        Answer::json(IN_PROGRESS),
        Answer::raw("noise\r\n\r\n").close(),
        Answer::json(COMPLETED),
    ]);
    // With single attempts it is the poll that asks again.
    let poll = client(&stub, single()).jobs().trigger_savepoint(JOB).poll();
    poll.await.unwrap();
    assert_eq!(stub.count(), 7);
}

#[tokio::test]
async fn progress_tells_why_a_question_will_be_asked_again() {
    let stub = savepoints([
        Answer::json(IN_PROGRESS),
        Answer::status(503, &[], ""),
        Answer::json(COMPLETED),
    ]);
    let poll = client(&stub, single()).jobs().trigger_savepoint(JOB).poll();
    let (told, progress) = std::sync::mpsc::channel();
    poll.on_progress(move |progress| {
        let status = progress.error.and_then(|error| error.status());
        told.send((progress.requests, status)).unwrap();
    })
    .await
    .unwrap();
    let unavailable = headwaters::reqwest::StatusCode::SERVICE_UNAVAILABLE;
    let progress: Vec<_> = progress.iter().collect();
    assert_eq!(progress, [(1, None), (2, Some(unavailable))]);
}

#[tokio::test]
async fn polls_run_together_in_a_batch() {
    // None is done before all three have been triggered.
    let triggered = AtomicUsize::new(0);
    let stub = ScriptedServer::new(move |request| match request.method.as_str() {
        "POST" => {
            triggered.fetch_add(1, SeqCst);
            Answer::status(202, &[], TRIGGERED)
        }
        _ if triggered.load(SeqCst) < 3 => Answer::json(IN_PROGRESS),
        _ => Answer::json(COMPLETED),
    });
    let jobs = client(&stub, single()).jobs();
    let poll = || jobs.trigger_savepoint(JOB).poll().with_timeout(PATIENCE);
    let mut batch: Batch<_> = (0..2).map(|_| poll()).collect();
    batch.push(poll());
    assert_eq!(batch.await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_question_that_is_refused_ends_the_poll() {
    let body = r#"{"errors":["org.apache.flink.runtime.rest.handler.RestHandlerException: There is no savepoint operation with triggerId=00000000000000000000000000000000 for job 9876543210fedcba9876543210fedcba.\n\tat org.apache.flink"]}"#;
    let stub = ScriptedServer::playing([Answer::json(IN_PROGRESS), Answer::status(404, &[], body)]);
    let jobs = client(&stub, brisk()).jobs();
    let error = jobs
        .savepoint_status(JOB, TRIGGER)
        .poll()
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.operation(), Some("jobs_savepoint_status"));
    assert_eq!(stub.count(), 2);
}

#[tokio::test]
async fn a_trigger_that_is_refused_is_the_error_of_the_poll() {
    let stub = ScriptedServer::playing([Answer::status(400, &[], r#"{"errors":["no"]}"#)]);
    let poll = client(&stub, brisk()).jobs().trigger_savepoint(JOB).poll();
    let error = poll.await.unwrap_err();
    assert!(error.is_bad_request());
    assert_eq!(error.operation(), Some("jobs_trigger_savepoint"));
    assert_eq!(stub.count(), 1);
}

#[tokio::test]
async fn at_its_timeout_only_the_poll_ends() {
    let stub = savepoints([Answer::json(IN_PROGRESS)]);
    let poll = client(&stub, single()).jobs().trigger_savepoint(JOB).poll();
    let limit = Duration::from_millis(200);
    let error = poll.with_timeout(limit).await.unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent(), "{error:?}");
    assert_eq!(error.operation(), Some("jobs_trigger_savepoint"));
    assert!(error.to_string().contains("200ms"), "{error}");
    assert!(error.elapsed() > Duration::from_millis(10), "{error:?}");
    assert_readable(&error);
}

#[tokio::test]
async fn the_timeout_holds_for_a_server_that_does_not_answer() {
    for stub in [
        savepoints([Answer::silence()]),
        ScriptedServer::playing([Answer::silence()]),
    ] {
        let poll = client(&stub, single()).jobs().trigger_savepoint(JOB).poll();
        let error = poll.with_timeout(Duration::from_millis(200)).await;
        assert!(error.unwrap_err().is_timeout());
    }
}

#[tokio::test]
async fn the_error_of_a_timeout_tells_what_the_last_question_met() {
    let stub = savepoints([Answer::status(
        503,
        &[],
        r#"{"errors":["leader election"]}"#,
    )]);
    let poll = client(&stub, single()).jobs().trigger_savepoint(JOB).poll();
    let limit = Duration::from_millis(500);
    let error = poll.with_timeout(limit).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    let report = error.report();
    assert!(
        report.contains("503") && report.contains("leader election"),
        "{report}"
    );
}

#[tokio::test]
async fn a_poll_may_go_on_for_ever() {
    let stub = savepoints([IN_PROGRESS, COMPLETED].map(Answer::json));
    let poll = client(&stub, single()).jobs().trigger_savepoint(JOB).poll();
    poll.with_timeout(Duration::MAX).await.unwrap();
}

#[tokio::test]
async fn nothing_is_triggered_until_the_poll_is_awaited() {
    let stub = savepoints([Answer::json(COMPLETED)]);
    drop(client(&stub, single()).jobs().trigger_savepoint(JOB).poll());
    assert_eq!(stub.opened(), 0);
}

/// What each operation that goes on is called, when nobody knows how it ended.
#[tokio::test]
async fn an_error_of_a_poll_names_the_operation_so_that_another_poll_goes_on() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let jar = Upload::bytes("StreamJob.jar", "no real jar");
    let job = flink
        .jars()
        .upload_and_run(jar, |run| run)
        .await
        .unwrap()
        .run
        .job_id;
    flink
        .jobs()
        .wait_for(&job, JobStatus::Running)
        .await
        .unwrap();
    let jobs = flink.jobs();
    let none = Duration::from_nanos(1);
    // The server has the request, and what it says comes too late.
    server.inject(Fault::delay(Duration::from_secs(1)).on("POST", "/jobs/"));
    let late = jobs
        .trigger_savepoint(&job)
        .trigger_id("ab".repeat(16))
        .poll();
    let error = late.with_timeout(none).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.pending_id(), Some(&*"ab".repeat(16)), "{error}");
    assert!(error.to_string().contains("; its id is abab"), "{error}");
    assert!(
        error.to_string().contains("not started after 1ns"),
        "{error}"
    );
    // Its own id, and an operation that is not done at the deadline.
    let saved = jobs.trigger_checkpoint(&job).await.unwrap().request_id;
    let status = jobs.checkpoint_status(&job, &saved);
    server.inject(Fault::delay(Duration::from_secs(1)).on("GET", "/jobs/"));
    let error = status.clone().poll().with_timeout(none).await.unwrap_err();
    assert_eq!(error.pending_id(), Some(saved.as_str()), "{error}");
    status.poll().await.unwrap();
    // Of what has ended, and of what the server never had, no id is left.
    let unknown = jobs.savepoint_status(&job, "cd".repeat(16));
    let error = unknown.poll().await.unwrap_err();
    assert!(
        error.is_not_found() && error.pending_id().is_none(),
        "{error}"
    );
    let error = jobs
        .trigger_savepoint("ef".repeat(16))
        .poll()
        .await
        .unwrap_err();
    assert!(error.pending_id().is_none(), "{error}");
    let nobody = Flink::new("http://127.0.0.1:9").unwrap().jobs();
    let error = nobody.stop(&job).poll().await.unwrap_err();
    assert!(
        error.is_connect() && error.pending_id().is_none(),
        "{error}"
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_the_id_that_the_call_made() {
    let stub = ScriptedServer::playing([Answer::head(202, &[("content-length", "100")])
        .send("{")
        .close()]);
    let jobs = client(&stub, single()).jobs();
    let error = jobs.stop(JOB).poll().await.unwrap_err();
    let id = error.pending_id().unwrap();
    let sent = String::from_utf8(stub.requests()[0].body.clone()).unwrap();
    assert!(sent.contains(id) && id.len() == 32, "{sent}: {error}");
}
