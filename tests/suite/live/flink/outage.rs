//! The JobManager dies in the middle of an operation that is followed, and another one takes its place.
//!
//! The cluster has no high availability: jobs and operations are gone with their JobManager, and what is followed ends in an
//! error that says so.

use std::process::Command;

use headwaters::Poll;
use tokio::task::{JoinHandle, spawn_blocking};

use super::*;

/// A command of `cluster.sh`, to its end.
async fn cluster(command: &'static str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/flink/cluster.sh");
    let state = env::var("FLINK_STATE").expect("FLINK_STATE names the cluster's folder");
    let run = move || Command::new(script).args([command, &state]).status();
    let status = spawn_blocking(run).await.unwrap().unwrap();
    assert!(status.success(), "{command}: {status}");
}

/// Follows on a task of its own, until it is told otherwise.
fn followed<T: Send + 'static>(poll: Poll<T>) -> JoinHandle<Result<T, Error>> {
    let poll = poll.with_timeout(Duration::from_secs(300));
    tokio::spawn(async move { poll.await })
}

/// The end of what was followed while the JobManager died and came back. There must be one soon after.
async fn end_after_outage<T>(following: JoinHandle<Result<T, Error>>) -> Result<T, Error> {
    sleep(Duration::from_secs(1)).await;
    assert!(!following.is_finished(), "it has ended before the outage");
    cluster("kill").await;
    // Longer than a call tries by itself.
    sleep(Duration::from_secs(5)).await;
    assert!(!following.is_finished(), "it has ended in the outage");
    cluster("restart").await;
    let ended = tokio::time::timeout(Duration::from_secs(10), following).await;
    ended.expect("it goes on after the outage").unwrap()
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn the_wait_for_a_job_ends_when_the_next_jobmanager_does_not_know_it() {
    let running = Running::class("StreamJob").await;
    running.runs().await;
    let jobs = running.flink.jobs();
    let waiting = followed(jobs.wait_for(&running.job, JobStatus::Finished));
    let error = end_after_outage(waiting).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    let why = format!("Could not find Flink job ({})", running.job);
    assert_eq!(error.messages()[0], why);
    // The same client goes on.
    assert_eq!(running.flink.overview().await.unwrap().task_managers, 1);
    let next = Running::class("StreamJob").await;
    next.runs().await;
    next.end().await;
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_savepoint_ends_when_the_next_jobmanager_does_not_know_it() {
    let running = Running::class("SlowSnapshotJob").await;
    running.runs().await;
    let jobs = running.flink.jobs();
    let saving = followed(jobs.trigger_savepoint(&running.job).poll());
    let error = end_after_outage(saving).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.operation(), Some("jobs_savepoint_status"));
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn an_outage_that_goes_on_ends_at_the_deadline() {
    let running = Running::class("StreamJob").await;
    running.runs().await;
    let jobs = running.flink.jobs();
    let wait = jobs.wait_for(&running.job, JobStatus::Finished);
    let started = Instant::now();
    let waiting = tokio::spawn(async { wait.with_timeout(Duration::from_secs(6)).await });
    sleep(Duration::from_secs(1)).await;
    cluster("kill").await;
    let error = waiting.await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(7));
    let report = error.report();
    assert!(report.contains("no connection was made"), "{report}");
    cluster("restart").await;
}
