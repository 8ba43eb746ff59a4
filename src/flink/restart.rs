//! Restarts: stopping a job with a savepoint, and going on from there.

use std::{future::IntoFuture, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Savepoint,
    calls::{Jars, JarsRun, Jobs, JobsStop},
    types::{JarId, JarRunResponse, JobStatus},
};
use crate::{
    Error, Result,
    call::{BoxFuture, in_runtime},
};

/// A job that was stopped and goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Restarted {
    /// Where the old job stopped.
    pub savepoint: Savepoint,
    /// What running the jar answered, the new job's id among it.
    pub run: JarRunResponse,
}

/// A restart: stops a job with a savepoint, waits for its end and runs a jar from there.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink, job: headwaters::flink::JobId, jar: headwaters::flink::JarId) -> headwaters::Result<()> {
/// use std::time::Duration;
///
/// let restarted = flink
///     .jobs()
///     .restart(&job, &jar)
///     .with_stop(|stop| stop.target_directory("s3://savepoints/orders"))
///     .with_run(|run| run.parallelism(4))
///     .with_timeout(Duration::from_secs(1800))
///     .await?;
/// println!("goes on as {}", restarted.run.job_id);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is stopped before it is awaited"]
pub struct Restart {
    jobs: Jobs,
    stop: JobsStop,
    run: JarsRun,
    timeout: Option<Duration>,
}

impl Jobs {
    /// Stops a job with a savepoint and runs a jar from there.
    ///
    /// # Errors
    /// As [`stop`](Self::stop) followed with `poll`. The old job runs on where Flink says that the stop has failed; where the error has
    /// a [`pending_id`](Error::pending_id), the stop may go on: follow it with `savepoint_status(job, id).poll()`, and run the jar then.
    /// When the job has stopped and the jar does not run, the error has the savepoint in [`left_behind`](Error::left_behind).
    pub fn restart(&self, job: impl Into<super::JobId>, jar: impl Into<JarId>) -> Restart {
        let jars = Jars {
            client: self.client.clone(),
        };
        Restart {
            jobs: self.clone(),
            stop: self.stop(job),
            run: jars.run(jar),
            timeout: None,
        }
    }
}

impl Restart {
    /// How the job is stopped: the savepoint's directory and format, whether the sources drain.
    pub fn with_stop(mut self, stop: impl FnOnce(JobsStop) -> JobsStop) -> Self {
        self.stop = stop(self.stop);
        self
    }

    /// How the jar is run: its arguments, the parallelism, the entry class. The savepoint is that of the stop.
    pub fn with_run(mut self, run: impl FnOnce(JarsRun) -> JarsRun) -> Self {
        self.run = run(self.run);
        self
    }

    /// How long the savepoint may take, and then the job's end: 10 minutes each by default.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn restarted(self) -> Result<Restarted> {
        // Once the job has stopped it is too late to find that the jar cannot be run so.
        let run = self.run.clone().savepoint_path("of the stop");
        if let Some(fault) = run.into_request().fault() {
            return Err(fault);
        }
        let job = self.stop.job_id.clone();
        let stop = self.stop.poll();
        let end = self.jobs.wait_for(job, JobStatus::Finished);
        let (stop, end) = match self.timeout {
            Some(timeout) => (stop.with_timeout(timeout), end.with_timeout(timeout)),
            None => (stop, end),
        };
        let savepoint = stop.await?;
        let stopped = |error: Error| {
            let context = format!(
                "the job has stopped, its savepoint is {}",
                savepoint.location
            );
            error
                .with_context(context)
                .with_left_behind(&savepoint.location)
        };
        end.await.map_err(stopped)?;
        let run = self.run.savepoint_path(&savepoint.location);
        let run = run.await.map_err(stopped)?;
        Ok(Restarted { savepoint, run })
    }
}

impl IntoFuture for Restart {
    type Output = Result<Restarted>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(in_runtime(self.restarted()))
    }
}
