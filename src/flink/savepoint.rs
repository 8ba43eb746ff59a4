//! Savepoints: taking, stopping with and disposing of them, followed to their end.

use serde::{Deserialize, Serialize};

use super::{
    asynchronous::{failure, new_trigger, outcome},
    calls::{
        JobsSavepointStatus, JobsStop, JobsTriggerSavepoint, SavepointsDisposalStatus,
        SavepointsDispose,
    },
    types::{AsynchronousOperationStatus, SavepointStatus, TriggerId},
};
use crate::{Error, ErrorKind, Operation, Poll, Result, call::BoxFuture};

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
    /// [`ErrorKind::Failed`] with Flink's reason when the savepoint fails, of an unknown job too;
    /// [`is_timeout`](Error::is_timeout) at the deadline.
    pub fn poll(mut self) -> Poll<Savepoint> {
        let trigger = self.body.trigger_id.get_or_insert_with(new_trigger).clone();
        let status = JobsSavepointStatus {
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

impl JobsStop {
    /// Stops the job with a savepoint and follows that to its end; the job ends `FINISHED`.
    ///
    /// The call gets a trigger id of its own unless one was set.
    ///
    /// # Errors
    /// As [`JobsTriggerSavepoint::poll`]; the job runs on when the savepoint fails.
    pub fn poll(mut self) -> Poll<Savepoint> {
        let trigger = self.body.trigger_id.get_or_insert_with(new_trigger).clone();
        let status = JobsSavepointStatus {
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

impl JobsSavepointStatus {
    /// Follows a savepoint, or a stop with one, that was started before.
    ///
    /// # Errors
    /// As [`JobsTriggerSavepoint::poll`]; [`is_not_found`](Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<Savepoint> {
        Poll::new(Self::OPERATION, async move { Ok(question(self)) })
    }
}

fn question(
    status: JobsSavepointStatus,
) -> impl FnMut() -> BoxFuture<Result<Option<Savepoint>>> + Send {
    move || {
        let status = status.clone();
        Box::pin(async move {
            let trigger = status.triggerid.clone();
            written(status.await?, trigger)
        })
    }
}

fn written(status: SavepointStatus, trigger: TriggerId) -> Result<Option<Savepoint>> {
    let operation = JobsSavepointStatus::OPERATION;
    let Some(info) = outcome(&status.status, status.operation) else {
        return Ok(None);
    };
    match (info.location, info.failure_cause) {
        (_, Some(cause)) => Err(failure(operation, "the savepoint failed", cause)),
        (Some(location), None) => Ok(Some(Savepoint { location, trigger })),
        (None, None) => Err(Error::of(
            ErrorKind::Decode,
            operation,
            "the savepoint has ended with neither a location nor a failure",
        )),
    }
}

impl SavepointsDispose {
    /// Starts the disposal and follows it to its end.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] with Flink's reason when it fails; [`is_timeout`](Error::is_timeout) at the deadline.
    pub fn poll(self) -> Poll<()> {
        let draft = self.draft.clone();
        Poll::new(Self::OPERATION, async move {
            let triggerid = self.await?.request_id;
            Ok(disposal(SavepointsDisposalStatus { draft, triggerid }))
        })
    }
}

impl SavepointsDisposalStatus {
    /// Follows a disposal that was started before.
    ///
    /// # Errors
    /// As [`SavepointsDispose::poll`]; [`is_not_found`](Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<()> {
        Poll::new(Self::OPERATION, async move { Ok(disposal(self)) })
    }
}

fn disposal(
    status: SavepointsDisposalStatus,
) -> impl FnMut() -> BoxFuture<Result<Option<()>>> + Send {
    move || {
        let status = status.clone();
        let operation = SavepointsDisposalStatus::OPERATION;
        Box::pin(async move { done(operation, "the disposal failed", status.await?) })
    }
}

/// An operation that makes nothing: it has ended, or why it failed.
pub(super) fn done(
    operation: &'static Operation,
    what: &str,
    status: AsynchronousOperationStatus,
) -> Result<Option<()>> {
    match outcome(&status.status, status.operation) {
        None => Ok(None),
        Some(info) => match info.failure_cause {
            Some(cause) => Err(failure(operation, what, cause)),
            None => Ok(Some(())),
        },
    }
}
