//! Jobs: waiting for a state, and going on from a savepoint.

use serde::{Deserialize, Serialize};

use super::{
    Savepoint,
    calls::{Jars, JarsRun, Jobs, JobsStatus},
    types::{JarId, JarRunResponse, JobId, JobStatus},
};
use crate::{Error, ErrorKind, Poll, Result, call::BoxFuture};

impl JobStatus {
    /// Whether a job in this state stays in it: finished, cancelled or failed.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Finished | Self::Canceled | Self::Failed)
    }
}

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

impl Jobs {
    /// Follows a job until it is in a state.
    ///
    /// ```no_run
    /// # async fn f(flink: headwaters::flink::Flink, job: headwaters::flink::JobId) -> headwaters::Result<()> {
    /// use headwaters::flink::types::JobStatus;
    ///
    /// flink.jobs().wait_for(&job, JobStatus::Running).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] when the job ends in another state; [`is_timeout`](Error::is_timeout) when the poll times out;
    /// [`is_intermediary`](Error::is_intermediary) when a gateway has answered in Flink's place for 30 s; otherwise as
    /// [`status`](Self::status).
    pub fn wait_for(&self, job: impl Into<JobId>, state: JobStatus) -> Poll<JobStatus> {
        let status = self.status(job);
        Poll::new(JobsStatus::OPERATION, async move {
            Ok(move || -> BoxFuture<Result<Option<JobStatus>>> {
                let (status, state) = (status.clone(), state.clone());
                Box::pin(async move {
                    let now = status.await?.status;
                    match now {
                        now if now == state => Ok(Some(now)),
                        now if now.is_terminal() => Err(Error::of(
                            ErrorKind::Failed,
                            JobsStatus::OPERATION,
                            format!("the job is {now} and will not be {state}"),
                        )),
                        _ => Ok(None),
                    }
                })
            })
        })
    }

    /// Stops a job with a savepoint and runs a jar from there; `run` may say how.
    ///
    /// # Errors
    /// As [`stop`](Self::stop) followed with `poll`: the old job runs on then. When the jar does not run, the error says where
    /// the savepoint is.
    pub async fn restart(
        &self,
        job: impl Into<JobId>,
        jar: impl Into<JarId>,
        run: impl FnOnce(JarsRun) -> JarsRun,
    ) -> Result<Restarted> {
        let job = job.into();
        let savepoint = self.stop(&job).poll().await?;
        let stopped = |error: Error| {
            error.with_context(format!(
                "the job has stopped, its savepoint is {}",
                savepoint.location
            ))
        };
        self.wait_for(&job, JobStatus::Finished)
            .await
            .map_err(stopped)?;
        let jars = Jars {
            client: self.client.clone(),
        };
        let run = run(jars.run(jar).savepoint_path(&savepoint.location))
            .await
            .map_err(stopped)?;
        Ok(Restarted { savepoint, run })
    }
}
