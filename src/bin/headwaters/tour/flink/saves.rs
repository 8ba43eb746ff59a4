//! How the walk saves a job's state, stops the job, and finds the state again.

use headwaters::flink::{JobId, types::JobStatus};

use super::{Walk, deeds::PATIENCE};
use crate::failure::Failure;

impl Walk {
    pub(super) async fn checkpoint(&mut self, job: &JobId) -> Result<(), Failure> {
        self.account
            .step("Taking a checkpoint", "jobs_trigger_checkpoint")?;
        self.account.talk("waiting for the checkpoint");
        let trigger = self.flink.jobs().trigger_checkpoint(job).poll();
        let checkpoint = trigger.with_timeout(PATIENCE).await?;
        self.account
            .tell(format_args!("checkpoint {} is complete", checkpoint.id))
    }

    pub(super) async fn savepoint(
        &mut self,
        job: &JobId,
        directory: Option<&str>,
    ) -> Result<(), Failure> {
        self.account
            .step("Taking a savepoint", "jobs_trigger_savepoint")?;
        let mut trigger = self.flink.jobs().trigger_savepoint(job);
        if let Some(directory) = directory {
            trigger = trigger.target_directory(directory);
        }
        self.account.talk("waiting for the savepoint");
        let savepoint = trigger.poll().with_timeout(PATIENCE).await?;
        self.account
            .tell(format_args!("written to {}", savepoint.location))?;
        self.savepoints.push(savepoint.location);
        Ok(())
    }

    /// Stops the job, and gives the savepoint that holds its last state.
    pub(super) async fn stop(
        &mut self,
        job: &JobId,
        directory: Option<&str>,
    ) -> Result<String, Failure> {
        self.account
            .step("Stopping the job with a savepoint", "jobs_stop")?;
        let mut stop = self.flink.jobs().stop(job);
        if let Some(directory) = directory {
            stop = stop.target_directory(directory);
        }
        self.account.talk("waiting for the savepoint");
        let savepoint = stop.poll().with_timeout(PATIENCE).await?;
        self.account
            .tell(format_args!("written to {}", savepoint.location))?;
        self.savepoints.push(savepoint.location.clone());
        self.follow(job, JobStatus::Finished).await?;
        self.job = None;
        Ok(savepoint.location)
    }

    /// Where a job that goes on has its state from.
    pub(super) async fn restored(&mut self, job: &JobId) -> Result<(), Failure> {
        self.account
            .step("What it was restored from", "jobs_checkpoints")?;
        let checkpoints = self.flink.jobs().checkpoints(job).await?;
        let restored = checkpoints.latest.restored;
        let restored =
            restored.ok_or_else(|| Failure::Failed(format!("job {job} has not been restored")))?;
        let path = restored.external_path.as_deref().unwrap_or("nowhere");
        self.account
            .tell(format_args!("checkpoint {} at {path}", restored.id))
    }

    pub(super) async fn dispose(&mut self) -> Result<(), Failure> {
        self.account
            .step("Disposing of the savepoints", "savepoints_dispose")?;
        while let Some(savepoint) = self.savepoints.last() {
            let disposal = self.flink.savepoints().dispose(savepoint).poll();
            disposal.with_timeout(PATIENCE).await?;
            self.account.tell(format_args!("{savepoint} is gone"))?;
            self.savepoints.pop();
        }
        Ok(())
    }
}
