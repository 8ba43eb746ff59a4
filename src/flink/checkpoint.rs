//! Checkpoints that are asked for, followed to their end.

use serde::{Deserialize, Serialize};

use super::{
    asynchronous::{Status, ended, follow, made, new_trigger, trigger},
    calls::{JobsCheckpointStatus, JobsTriggerCheckpoint},
    types::{CheckpointStatus, TriggerId},
};
use crate::{Poll, Result};

/// A complete checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
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
    /// [`ErrorKind::Failed`](crate::ErrorKind::Failed) with Flink's reason when the checkpoint fails, of an unknown job too;
    /// [`is_timeout`](crate::Error::is_timeout) at the deadline.
    pub fn poll(mut self) -> Poll<Checkpoint> {
        let trigger_id = self.body.trigger_id.get_or_insert_with(new_trigger).clone();
        let status = JobsCheckpointStatus::from_draft(self.draft.clone(), &self.job_id, trigger_id);
        trigger(Self::OPERATION, self, status)
    }
}

impl JobsCheckpointStatus {
    /// Follows a checkpoint that was asked for before.
    ///
    /// # Errors
    /// As [`JobsTriggerCheckpoint::poll`]; [`is_not_found`](crate::Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<Checkpoint> {
        follow(Self::OPERATION, async move { Ok(self) })
    }
}

impl Status for JobsCheckpointStatus {
    type Outcome = Checkpoint;

    fn outcome(answer: CheckpointStatus, trigger: TriggerId) -> Result<Option<Checkpoint>> {
        let Some(info) = ended(&answer.status, answer.operation) else {
            return Ok(None);
        };
        let id = made(
            Self::OPERATION,
            "checkpoint",
            info.checkpoint_id,
            info.failure_cause,
        )?;
        Ok(Some(Checkpoint { id, trigger }))
    }

    fn trigger(&self) -> &TriggerId {
        &self.trigger_id
    }
}
