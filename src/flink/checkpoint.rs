//! Checkpoints that are asked for, followed to their end.

use super::{
    asynchronous::{failure, new_trigger, outcome},
    calls::{JobsCheckpointStatus, JobsTriggerCheckpoint},
    types::{CheckpointStatus, TriggerId},
};
use crate::{Error, ErrorKind, Poll, Result, call::BoxFuture};

/// A complete checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checkpoint {
    /// Its number; `jobs().checkpoint(job, id)` tells more.
    pub id: i64,
    /// The operation that made it.
    pub trigger: TriggerId,
}

impl JobsTriggerCheckpoint {
    /// Starts the checkpoint and follows it to its end.
    ///
    /// The call gets a trigger id of its own unless one was set, so that a lost answer is asked for again without a second
    /// checkpoint.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] with Flink's reason when the checkpoint fails, of an unknown job too;
    /// [`is_timeout`](Error::is_timeout) at the deadline.
    pub fn poll(mut self) -> Poll<Checkpoint> {
        let trigger = self.body.trigger_id.get_or_insert_with(new_trigger).clone();
        let status = JobsCheckpointStatus {
            draft: self.draft.clone(),
            jobid: self.jobid.clone(),
            triggerid: trigger,
        };
        Poll::new(Self::OPERATION, async move {
            self.await?;
            Ok(question(status))
        })
    }
}

impl JobsCheckpointStatus {
    /// Follows a checkpoint that was asked for before.
    ///
    /// # Errors
    /// As [`JobsTriggerCheckpoint::poll`]; [`is_not_found`](Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<Checkpoint> {
        Poll::new(Self::OPERATION, async move { Ok(question(self)) })
    }
}

fn question(
    status: JobsCheckpointStatus,
) -> impl FnMut() -> BoxFuture<Result<Option<Checkpoint>>> + Send {
    move || {
        let status = status.clone();
        Box::pin(async move {
            let trigger = status.triggerid.clone();
            made(status.await?, trigger)
        })
    }
}

fn made(status: CheckpointStatus, trigger: TriggerId) -> Result<Option<Checkpoint>> {
    let operation = JobsCheckpointStatus::OPERATION;
    let Some(info) = outcome(&status.status, status.operation) else {
        return Ok(None);
    };
    match (info.checkpoint_id, info.failure_cause) {
        (_, Some(cause)) => Err(failure(operation, "the checkpoint failed", cause)),
        (Some(id), None) => Ok(Some(Checkpoint { id, trigger })),
        (None, None) => Err(Error::of(
            ErrorKind::Decode,
            operation,
            "the checkpoint has ended with neither a number nor a failure",
        )),
    }
}
