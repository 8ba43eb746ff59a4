//! Savepoints: taking, stopping with and disposing of them, followed to their end.

use serde::{Deserialize, Serialize};

use super::{
    asynchronous::{Status, done, ended, follow, made, new_trigger, trigger},
    calls::{
        JobsSavepointStatus, JobsStop, JobsTriggerSavepoint, SavepointsDisposalStatus,
        SavepointsDispose,
    },
    types::{AsynchronousOperationStatus, JobId, SavepointStatus, TriggerId},
};
use crate::{Poll, Result, transport::Draft};

/// A complete savepoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Savepoint {
    /// Where it was written; `savepoint_path` of a later run takes it.
    pub location: String,
    /// The operation that wrote it.
    pub trigger: TriggerId,
}

impl JobsTriggerSavepoint {
    /// Starts the savepoint and follows it to its end.
    ///
    /// The call gets a trigger id of its own unless one was set, so that a lost answer is asked for again without a second
    /// savepoint.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`](crate::ErrorKind::Failed) with Flink's reason when the savepoint fails, of an unknown job too;
    /// [`is_timeout`](crate::Error::is_timeout) at the deadline.
    pub fn poll(mut self) -> Poll<Savepoint> {
        let status = status_of(&self.draft, &self.job_id, &mut self.body.trigger_id);
        trigger(Self::OPERATION, self, status)
    }
}

impl JobsStop {
    /// Stops the job with a savepoint and follows that to its end; the job ends `FINISHED`.
    ///
    /// The call gets a trigger id of its own unless one was set.
    ///
    /// # Errors
    /// As [`JobsTriggerSavepoint::poll`]; the job runs on when the savepoint fails.
    pub fn poll(mut self) -> Poll<Savepoint> {
        let status = status_of(&self.draft, &self.job_id, &mut self.body.trigger_id);
        trigger(Self::OPERATION, self, status)
    }
}

impl JobsSavepointStatus {
    /// Follows a savepoint, or a stop with one, that was started before.
    ///
    /// # Errors
    /// As [`JobsTriggerSavepoint::poll`]; [`is_not_found`](crate::Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<Savepoint> {
        follow(Self::OPERATION, async move { Ok(self) })
    }
}

/// The question about the savepoint of a job that is about to be triggered, under a new id unless it has one.
fn status_of(draft: &Draft, job: &JobId, trigger: &mut Option<TriggerId>) -> JobsSavepointStatus {
    let trigger = trigger.get_or_insert_with(new_trigger).clone();
    JobsSavepointStatus::from_draft(draft.clone(), job, trigger)
}

impl Status for JobsSavepointStatus {
    type Outcome = Savepoint;

    fn outcome(answer: SavepointStatus, trigger: TriggerId) -> Result<Option<Savepoint>> {
        let Some(info) = ended(&answer.status, answer.operation) else {
            return Ok(None);
        };
        let location = made(
            Self::OPERATION,
            "savepoint",
            info.location,
            info.failure_cause,
        )?;
        Ok(Some(Savepoint { location, trigger }))
    }

    fn trigger(&self) -> &TriggerId {
        &self.trigger_id
    }
}

impl SavepointsDispose {
    /// Starts the disposal and follows it to its end.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`](crate::ErrorKind::Failed) with Flink's reason when it fails; [`is_timeout`](crate::Error::is_timeout) at the deadline.
    pub fn poll(self) -> Poll<()> {
        let draft = self.draft.clone();
        follow(Self::OPERATION, async move {
            let trigger_id = self.await?.request_id;
            Ok(SavepointsDisposalStatus::from_draft(draft, trigger_id))
        })
    }
}

impl SavepointsDisposalStatus {
    /// Follows a disposal that was started before.
    ///
    /// # Errors
    /// As [`SavepointsDispose::poll`]; [`is_not_found`](crate::Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<()> {
        follow(Self::OPERATION, async move { Ok(self) })
    }
}

impl Status for SavepointsDisposalStatus {
    type Outcome = ();

    fn outcome(answer: AsynchronousOperationStatus, _: TriggerId) -> Result<Option<()>> {
        done(Self::OPERATION, "disposal", answer)
    }

    fn trigger(&self) -> &TriggerId {
        &self.trigger_id
    }
}
