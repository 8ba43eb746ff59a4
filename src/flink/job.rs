//! Jobs: waiting for a state.

use super::{
    calls::{Jobs, JobsStatus},
    types::{JobId, JobStatus},
};
use crate::{Error, ErrorKind, Poll, Result, call::BoxFuture};

impl JobStatus {
    /// Whether a job in this state stays in it: finished, cancelled or failed.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Finished | Self::Canceled | Self::Failed)
    }
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
            let ask = move || -> BoxFuture<Result<Option<JobStatus>>> {
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
            };
            Ok((None, ask))
        })
    }
}
