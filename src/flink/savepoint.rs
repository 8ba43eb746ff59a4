//! Savepoints, followed to their end.

use serde::{Deserialize, Serialize};

use super::{
    OPERATIONS,
    calls::{JobsSavepointStatus, JobsTriggerSavepoint},
    types::{QueueStatusId, SavepointStatus, Throwable, TriggerId},
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
    /// The call gets a trigger id of its own unless one was set, so a lost answer is asked for again without
    /// a second savepoint.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] with Flink's reason when the savepoint fails, an unknown job included;
    /// [`is_timeout`](Error::is_timeout) at the deadline.
    pub fn poll(mut self) -> Poll<Savepoint> {
        let trigger = self.body.trigger_id.get_or_insert_with(new_trigger).clone();
        let status = JobsSavepointStatus {
            draft: self.draft.clone(),
            jobid: self.jobid.clone(),
            triggerid: trigger,
        };
        Poll::new(operation("jobs_trigger_savepoint"), async move {
            self.await?;
            Ok(question(status))
        })
    }
}

impl JobsSavepointStatus {
    /// Follows a savepoint that was started before.
    ///
    /// # Errors
    /// As [`JobsTriggerSavepoint::poll`]; [`is_not_found`](Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<Savepoint> {
        Poll::new(operation("jobs_savepoint_status"), async move {
            Ok(question(self))
        })
    }
}

fn question(
    status: JobsSavepointStatus,
) -> impl FnMut() -> BoxFuture<Result<Option<Savepoint>>> + Send {
    move || {
        let status = status.clone();
        Box::pin(async move {
            let trigger = status.triggerid.clone();
            outcome(status.await?, trigger)
        })
    }
}

/// `COMPLETED` means ended: only the operation tells whether it went well.
fn outcome(status: SavepointStatus, trigger: TriggerId) -> Result<Option<Savepoint>> {
    if status.status.id == QueueStatusId::InProgress {
        return Ok(None);
    }
    let operation = operation("jobs_savepoint_status");
    let info = status.operation.unwrap_or_default();
    match (info.location, info.failure_cause) {
        (_, Some(cause)) => Err(failure(operation, cause)),
        (Some(location), None) => Ok(Some(Savepoint { location, trigger })),
        (None, None) => Err(Error::of(
            ErrorKind::Decode,
            operation,
            "the savepoint has ended with neither a location nor a failure",
        )),
    }
}

/// The reason that the trace ends with is the one that tells; the trace stays in the error's body.
fn failure(operation: &'static Operation, cause: Throwable) -> Error {
    let trace = cause.stack_trace.or(cause.class).unwrap_or_default();
    let reasons = super::words::reasons(&trace);
    Error::of(ErrorKind::Failed, operation, "the savepoint failed")
        .with_messages(reasons)
        .with_body(trace.into())
}

/// 32 hexadecimal digits that nobody else uses.
fn new_trigger() -> TriggerId {
    TriggerId::from(format!("{:032x}", fastrand::u128(..)))
}

fn operation(id: &str) -> &'static Operation {
    static NONE: &Operation = &OPERATIONS[0];
    OPERATIONS
        .iter()
        .find(|operation| operation.id == id)
        .unwrap_or(NONE)
}
