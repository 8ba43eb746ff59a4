//! Jobs: finding one, and waiting for its health.

use super::{
    calls::{Instance, Job, JobGet},
    types::{self, Health, JobId, JobStatus},
};
use crate::{Error, ErrorKind, Poll, Result, call::BoxFuture};

impl Instance {
    /// The job with this id; `None` when there is none.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_job(&self, id: impl Into<JobId>) -> Result<Option<types::Job>> {
        let id = id.into();
        // Servers that do not filter give all of them.
        let jobs = match id.as_str().contains(',') {
            // A comma would stand between two ids.
            true => self.jobs(),
            false => self.jobs().with_query("id", id.as_str()),
        };
        let jobs = jobs.await?;
        Ok(jobs.into_iter().find(|job| job.id == id))
    }
}

impl Job {
    /// Follows the job until it has this health.
    ///
    /// ```no_run
    /// # async fn f(sc: headwaters::streams::StreamsConnection, job: headwaters::streams::types::Job) -> headwaters::Result<()> {
    /// use headwaters::streams::types::Health;
    ///
    /// sc.job(&job).wait_for(Health::Healthy).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] when the job fails or is cancelled, [`is_not_found`](Error::is_not_found) when it is gone;
    /// [`is_timeout`](Error::is_timeout) when the poll times out; otherwise as any call.
    pub fn wait_for(&self, health: Health) -> Poll<types::Job> {
        let job = self.get();
        Poll::new(JobGet::OPERATION, async move {
            let ask = move || -> BoxFuture<Result<Option<types::Job>>> {
                let (job, health) = (job.clone(), health.clone());
                Box::pin(async move {
                    let job = job.await?;
                    let ended = job.status.as_ref().filter(|status| {
                        let is_over =
                            [JobStatus::Canceled, JobStatus::Canceling, JobStatus::Failed];
                        is_over.contains(status)
                    });
                    match ended {
                        None if job.health.as_ref() == Some(&health) => Ok(Some(job)),
                        None => Ok(None),
                        Some(status) => {
                            let what = format!("the job is {status} and will not be {health}");
                            Err(Error::of(ErrorKind::Failed, JobGet::OPERATION, what))
                        }
                    }
                })
            };
            Ok((None, ask))
        })
    }
}
