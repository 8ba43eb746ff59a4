//! What Flink's asynchronous operations have in common: an id, a state to ask for, a failure inside a 200.

use super::types::{AsynchronousOperationStatus, QueueStatus, QueueStatusId, Throwable, TriggerId};
use crate::{
    Error, ErrorKind, Operation, Poll, Result,
    call::{BoxFuture, Call},
};

/// The question about an operation that goes on.
pub(super) trait Status: Call + Clone + Sync {
    /// What the operation makes.
    type Outcome: Send + 'static;

    /// The outcome once the operation has ended.
    ///
    /// # Errors
    /// When it has failed.
    fn outcome(answer: Self::Value, trigger: TriggerId) -> Result<Option<Self::Outcome>>;

    /// The id of the operation.
    fn trigger(&self) -> &TriggerId;
}

/// Follows what `begin` starts to its end.
pub(super) fn follow<S: Status>(
    operation: &'static Operation,
    begin: impl Future<Output = Result<S>> + Send + 'static,
) -> Poll<S::Outcome> {
    Poll::new(operation, async move {
        let status = begin.await?;
        let id = status.trigger().to_string();
        let ask = move || -> BoxFuture<Result<Option<S::Outcome>>> {
            let status = status.clone();
            Box::pin(async move {
                let trigger = status.trigger().clone();
                S::outcome(status.await?, trigger)
            })
        };
        Ok((Some(id), ask))
    })
}

/// Makes this call, whose operation has an id already, and follows what it starts.
pub(super) fn trigger<S: Status>(
    operation: &'static Operation,
    call: impl Call,
    status: S,
) -> Poll<S::Outcome> {
    let id = status.trigger().to_string();
    follow(operation, async move {
        call.await?;
        Ok(status)
    })
    .with_id(id)
}

/// The answer of an operation that has ended. `COMPLETED` means ended: only the answer tells whether it went well.
pub(super) fn ended<A: Default>(status: &QueueStatus, answer: Option<A>) -> Option<A> {
    (status.id == QueueStatusId::Completed).then(|| answer.unwrap_or_default())
}

/// What an operation that has ended has made: `what`, unless there is a cause of a failure.
pub(super) fn made<T>(
    operation: &'static Operation,
    what: &str,
    made: Option<T>,
    failure_cause: Option<Throwable>,
) -> Result<T> {
    match (failure_cause, made) {
        (Some(cause), _) => Err(failure(operation, what, cause)),
        (None, Some(made)) => Ok(made),
        (None, None) => Err(Error::of(
            ErrorKind::Decode,
            operation,
            format!("the {what} has ended with neither a result nor a failure"),
        )),
    }
}

/// An operation that makes nothing: it has ended, or why it failed.
pub(super) fn done(
    operation: &'static Operation,
    what: &str,
    answer: AsynchronousOperationStatus,
) -> Result<Option<()>> {
    match ended(&answer.status, answer.operation) {
        None => Ok(None),
        Some(info) => made(operation, what, Some(()), info.failure_cause).map(Some),
    }
}

/// The reason that a trace ends with is the one that tells; the trace stays in the error's body.
fn failure(operation: &'static Operation, what: &str, cause: Throwable) -> Error {
    let trace = cause.stack_trace.or(cause.class).unwrap_or_default();
    let reasons = super::error_body::reasons(&trace);
    Error::of(ErrorKind::Failed, operation, format!("the {what} failed"))
        .with_messages(reasons)
        .with_body(trace.into())
}

/// 32 hexadecimal digits that nobody else uses.
pub(super) fn new_trigger() -> TriggerId {
    TriggerId::from(format!("{:032x}", fastrand::u128(..)))
}
