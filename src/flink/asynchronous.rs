//! What Flink's asynchronous operations have in common: an id, a state to ask for, a failure inside a 200.

use super::types::{QueueStatus, QueueStatusId, Throwable, TriggerId};
use crate::{Error, ErrorKind, Operation};

/// The outcome once the operation has ended. `COMPLETED` means ended: only the outcome tells whether it went well.
pub(super) fn outcome<O: Default>(status: &QueueStatus, outcome: Option<O>) -> Option<O> {
    (status.id == QueueStatusId::Completed).then(|| outcome.unwrap_or_default())
}

/// The reason that a trace ends with is the one that tells; the trace stays in the error's body.
pub(super) fn failure(operation: &'static Operation, what: &str, cause: Throwable) -> Error {
    let trace = cause.stack_trace.or(cause.class).unwrap_or_default();
    let reasons = super::words::reasons(&trace);
    Error::of(ErrorKind::Failed, operation, what)
        .with_messages(reasons)
        .with_body(trace.into())
}

/// 32 hexadecimal digits that nobody else uses.
pub(super) fn new_trigger() -> TriggerId {
    TriggerId::from(format!("{:032x}", fastrand::u128(..)))
}
