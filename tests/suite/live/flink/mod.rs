//! The client on a real Flink cluster, which `tests/live/run` starts.
//!
//! Every test makes the jobs it needs and leaves none running. `FLINK_URL` and `FLINK_JAR` say where the cluster and the
//! demonstration jobs are.

mod outage;
mod submit;
mod way;

use std::{env, time::Duration};

use headwaters::{
    Batch, Config, Error, ErrorKind,
    dynamic::{Answer, Arguments},
    flink::{
        Flink, JarId, JobId,
        calls::JarsRun,
        types::{AggregationMode, CheckpointStatistics, JobStatus},
    },
};
use tokio::time::{Instant, sleep};

use crate::{equal::assert_equal, mirror::Mirror};

const PATIENCE: Duration = Duration::from_secs(60);

fn url() -> String {
    env::var("FLINK_URL").expect("FLINK_URL names a cluster")
}

fn flink() -> Flink {
    Flink::new(url()).unwrap()
}

/// A job of the demonstration jar; it is cancelled and its jar deleted at the end.
struct Running {
    flink: Flink,
    jar: JarId,
    job: JobId,
}

impl Running {
    async fn start(run: impl FnOnce(JarsRun) -> JarsRun) -> Self {
        let flink = flink();
        let jar = env::var("FLINK_JAR").expect("FLINK_JAR names the demonstration jobs");
        let submission = flink
            .jars()
            .upload_and_run(jar.as_str(), run)
            .await
            .unwrap();
        Self {
            flink,
            jar: submission.jar,
            job: submission.run.job_id,
        }
    }

    async fn class(name: &str) -> Self {
        let class = format!("headwaters.jobs.{name}");
        Self::start(|run| run.entry_class(class)).await
    }

    async fn becomes(&self, state: JobStatus) {
        until(async || {
            let now = self.flink.jobs().status(&self.job).await.unwrap().status;
            (now == state)
                .then_some(())
                .ok_or_else(|| format!("{} is {now}, not {state}", self.job))
        })
        .await;
    }

    /// All tasks run, so that metrics and savepoints are there.
    async fn runs(&self) {
        until(async || {
            let details = self.flink.jobs().get(&self.job).await.unwrap();
            let all = !details.vertices.is_empty()
                && details
                    .vertices
                    .iter()
                    .all(|vertex| vertex.status.as_str() == "RUNNING");
            all.then_some(())
                .ok_or_else(|| "not all vertices run".to_owned())
        })
        .await;
    }

    async fn end(self) {
        let jobs = self.flink.jobs();
        if let Err(error) = jobs.cancel(&self.job).await {
            assert!(error.is_conflict() || error.is_not_found(), "{error}");
        }
        until(async || {
            let state = jobs.status(&self.job).await.unwrap().status;
            let ended = matches!(
                state,
                JobStatus::Canceled | JobStatus::Finished | JobStatus::Failed
            );
            ended.then_some(()).ok_or_else(|| format!("{state}"))
        })
        .await;
        self.flink.jars().delete(&self.jar).await.unwrap();
        let left = self.flink.jars().list().await.unwrap().files;
        assert!(left.iter().all(|file| file.id != self.jar));
    }
}

async fn until<T>(mut check: impl AsyncFnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match check().await {
            Ok(value) => return value,
            Err(last) => assert!(Instant::now() < deadline, "gave up: {last}"),
        }
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_job_runs_measures_saves_and_ends() {
    let running =
        Running::start(|run| run.entry_class("headwaters.jobs.StreamJob").parallelism(2)).await;
    let (flink, job) = (running.flink.clone(), running.job.clone());
    running.becomes(JobStatus::Running).await;
    running.runs().await;

    let overview = flink.overview().await.unwrap();
    assert!(
        overview.jobs_running >= 1 && overview.task_managers == 1,
        "{overview:?}"
    );
    assert!(!flink.config().await.unwrap().flink_version.is_empty());
    assert!(
        flink
            .jobs()
            .list()
            .await
            .unwrap()
            .jobs
            .iter()
            .any(|listed| listed.id == job)
    );
    assert_eq!(
        flink
            .task_managers()
            .list()
            .await
            .unwrap()
            .task_managers
            .len(),
        1
    );

    let details = flink.jobs().get(&job).await.unwrap();
    assert_eq!(details.state, JobStatus::Running);
    let ids: Vec<_> = details
        .vertices
        .iter()
        .map(|vertex| vertex.id.clone())
        .collect();
    let vertices = ids
        .iter()
        .map(|id| flink.vertex(&job, id).get())
        .collect::<Batch<_>>()
        .await
        .unwrap();
    assert!(
        vertices
            .iter()
            .all(|vertex| vertex.parallelism == 2 && vertex.subtasks.len() == 2)
    );

    // Every metric of a vertex is more than one request line can carry.
    let vertex = flink.vertex(&job, &ids[1]);
    let names: Vec<String> = until(async || {
        let names = vertex.metrics().await.unwrap();
        (names.len() > 100)
            .then(|| names.into_iter().map(|metric| metric.id).collect())
            .ok_or_else(|| "few metrics yet".to_owned())
    })
    .await;
    let values = vertex.metrics().names(&names).await.unwrap();
    assert!(values.len() > 100 && values.iter().all(|metric| metric.value.is_some()));
    let records = until(async || {
        let values = vertex
            .subtasks()
            .metrics()
            .names(["numRecordsIn"])
            .aggregations([AggregationMode::Sum])
            .await
            .unwrap();
        let sum = values
            .first()
            .and_then(|metric| metric.sum)
            .map_or(0.0, |sum| sum.get());
        (sum > 0.0)
            .then_some(sum)
            .ok_or_else(|| "no record yet".to_owned())
    })
    .await;
    assert!(records > 0.0);
    let subtask = vertex.subtask(0);
    assert_eq!(subtask.get().await.unwrap().subtask, 0);
    assert!(vertex.subtask(99).get().await.unwrap_err().is_not_found());

    let savepoint = until(async || {
        // Right after the start a task may not run yet.
        flink
            .jobs()
            .trigger_savepoint(&job)
            .poll()
            .await
            .map_err(|error| error.report())
    })
    .await;
    assert!(savepoint.location.starts_with("file:"), "{savepoint:?}");
    let again = flink
        .jobs()
        .savepoint_status(&job, &savepoint.trigger)
        .poll()
        .await
        .unwrap();
    assert_eq!(again, savepoint);

    flink.jobs().cancel(&job).await.unwrap();
    running.becomes(JobStatus::Canceled).await;
    running.end().await;
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_stopped_job_goes_on_from_its_savepoint() {
    let running = Running::class("StreamJob").await;
    running.runs().await;
    let jobs = running.flink.jobs();
    let checkpoint = until(async || {
        // Right after the start a task may not run yet.
        jobs.trigger_checkpoint(&running.job)
            .poll()
            .await
            .map_err(|error| error.report())
    })
    .await;
    let details = jobs.checkpoint(&running.job, checkpoint.id).await.unwrap();
    assert!(
        matches!(
            details,
            CheckpointStatistics::CompletedCheckpointStatistics(_)
        ),
        "{details:?}"
    );

    let class = "headwaters.jobs.StreamJob";
    let restarted = jobs
        .restart(&running.job, &running.jar)
        .with_run(|run| run.entry_class(class))
        .await
        .unwrap();
    assert_eq!(
        jobs.status(&running.job).await.unwrap().status,
        JobStatus::Finished
    );
    let next = Running {
        flink: running.flink.clone(),
        jar: running.jar.clone(),
        job: restarted.run.job_id.clone(),
    };
    next.runs().await;
    let restored = jobs
        .checkpoints(&next.job)
        .await
        .unwrap()
        .latest
        .restored
        .unwrap();
    assert!(restored.is_savepoint);
    assert_eq!(
        restored.external_path.as_deref(),
        Some(restarted.savepoint.location.as_str())
    );

    let mut sampling = jobs
        .sample(&next.job, ["numRecordsOut"])
        .every(Duration::from_millis(500));
    until(async || {
        let sample = sampling.next().await.unwrap().unwrap();
        let metrics = sample.vertices.values().flatten();
        let sum: f64 = metrics
            .filter_map(|metric| metric.sum)
            .map(|sum| sum.get())
            .sum();
        (sum > 0.0)
            .then_some(())
            .ok_or_else(|| format!("{:?}", sample.vertices))
    })
    .await;
    next.end().await;
    running
        .flink
        .savepoints()
        .dispose(&restarted.savepoint.location)
        .poll()
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn what_is_unknown_is_not_found_whatever_the_status() {
    let flink = flink();
    let unknown = "00000000000000000000000000000000";
    for error in [
        flink.jobs().status(unknown).await.unwrap_err(),
        flink.task_manager("no such").get().await.unwrap_err(),
        flink.jars().run("no-such.jar").await.unwrap_err(),
        flink.jars().delete("no-such.jar").await.unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_jobmanager_that_is_gone_is_passed_over() {
    let config = Config::new().with_fallback(url());
    let flink = Flink::with_config("http://127.0.0.1:1", config).unwrap();
    assert_eq!(flink.overview().await.unwrap().task_managers, 1);
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_failing_job_tells_why() {
    let failing = Running::class("FailJob").await;
    failing.becomes(JobStatus::Failed).await;
    let exceptions = until(async || {
        let exceptions = failing
            .flink
            .jobs()
            .exceptions(&failing.job)
            .max_exceptions(5)
            .await
            .unwrap();
        let known = !exceptions.exception_history.entries.is_empty();
        known
            .then_some(exceptions)
            .ok_or_else(|| "no exception yet".to_owned())
    })
    .await;
    let entry = &exceptions.exception_history.entries[0];
    assert!(
        entry
            .stacktrace
            .contains("Caused by: java.lang.IllegalStateException"),
        "{entry:?}"
    );
    let filtered = failing
        .flink
        .jobs()
        .exceptions(&failing.job)
        .failure_label_filter(["no such:label"])
        .await
        .unwrap();
    assert!(filtered.exception_history.entries.is_empty());
    let error = failing.flink.jobs().cancel(&failing.job).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    failing.end().await;
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_savepoint_of_an_unknown_job_fails_with_flinks_words() {
    let error = flink()
        .jobs()
        .trigger_savepoint("00000000000000000000000000000000")
        .poll()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(
        error.messages()[0].contains("Could not find Flink job"),
        "{error:?}"
    );
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn errors_carry_flinks_words() {
    let flink = flink();
    let unknown = flink
        .jobs()
        .get("00000000000000000000000000000000")
        .await
        .unwrap_err();
    assert!(unknown.is_not_found(), "{unknown}");
    assert_eq!(
        unknown.messages(),
        ["Job 00000000000000000000000000000000 not found"]
    );
    let malformed = flink.jobs().get("no such id").await.unwrap_err();
    assert!(malformed.is_bad_request(), "{malformed}");
    let missing = flink.jars().delete("no-such.jar").await.unwrap_err();
    assert!(missing.is_bad_request(), "{missing}");
}

/// Texts that would change the route of a careless client: nothing but the error of this one job may come of them.
#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn no_id_changes_the_route() {
    let flink = flink();
    for id in [
        "",
        ".",
        "..",
        "/",
        "\\",
        "?",
        "#",
        "%",
        "\n",
        "a/b",
        "?mode=cancel",
        "%2e%2e",
        "+",
        "ü",
    ] {
        let error: Error = flink.jobs().get(id).await.unwrap_err();
        assert!(
            error.is_request() || error.is_bad_request(),
            "{id:?}: {error}"
        );
    }
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_log_is_a_stream_of_bytes() {
    let flink = flink();
    let mut log = flink.job_manager().log().await.unwrap();
    let mut bytes = 0;
    while let Some(piece) = log.next().await.unwrap() {
        bytes += piece.len();
    }
    let listed = flink.job_manager().logs().await.unwrap().logs;
    let file = listed
        .iter()
        .find(|file| file.name == "jobmanager.log")
        .unwrap();
    assert!(
        bytes > 1000 && file.size as usize >= bytes,
        "{bytes} of {}",
        file.size
    );
    let named = flink
        .job_manager()
        .log_file(&file.name)
        .await
        .unwrap()
        .into_bytes(64 << 20)
        .await
        .unwrap();
    assert!(named.len() >= bytes);
    let missing = flink
        .job_manager()
        .log_file("no such.log")
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
}

/// What the server says passes through the types and comes back equal: no member is lost, none is invented.
#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn every_answer_decodes_and_comes_back_equal() {
    let running = Running::class("StreamJob").await;
    running.runs().await;
    let bounded = Running::class("BoundedJob").await;
    bounded.becomes(JobStatus::Finished).await;
    let failing = Running::class("FailJob").await;
    failing.becomes(JobStatus::Failed).await;

    let canceled = Running::class("StreamJob").await;
    canceled.runs().await;
    canceled.flink.jobs().cancel(&canceled.job).await.unwrap();
    canceled.becomes(JobStatus::Canceled).await;

    let mirror = Mirror::of(&url()).await;
    let reflected = Flink::new(&mirror.url).unwrap();
    let task_managers = running.flink.task_managers().list().await.unwrap();
    let task_manager = task_managers.task_managers[0].id.to_string();
    let mut compared = 0;
    for job in [&running.job, &bounded.job, &failing.job, &canceled.job] {
        let details = running.flink.jobs().get(job).await.unwrap();
        let vertex = details.vertices[0].id.to_string();
        for operation in headwaters::flink::OPERATIONS
            .iter()
            .filter(|operation| operation.method == "GET")
        {
            let required = operation
                .parameters
                .iter()
                .filter(|parameter| parameter.required);
            let arguments: Option<Arguments> = required
                .map(|parameter| {
                    let value = match parameter.name {
                        "jobid" => job.to_string(),
                        "vertexid" => vertex.clone(),
                        "taskmanagerid" => task_manager.clone(),
                        "subtaskindex" | "attempt" => "0".to_owned(),
                        _ => return None,
                    };
                    Some((parameter.name, value))
                })
                .collect();
            let Some(arguments) = arguments else { continue };
            match reflected.call(operation.id, arguments).await {
                Ok(Answer::Json(ours)) => {
                    assert_equal(operation.id, &ours.to_value().unwrap(), &mirror.last());
                    compared += 1;
                }
                Ok(_) => {}
                // What a later version or the adaptive scheduler has is refused in the server's words.
                Err(refusal) => assert!(
                    refusal.status().is_some_and(|status| !status.is_success()),
                    "{refusal}"
                ),
            }
        }
    }
    assert!(compared >= 4 * 40, "{compared}");
    for job in [running, bounded, failing, canceled] {
        job.end().await;
    }
}
