//! Tasks that make requests.

use tokio::task::JoinError;

use crate::{Error, Result};

/// What a task gave. A panic in it is one of the caller's own code, in a token source perhaps, and goes on to who waits for the task.
pub(super) fn outcome<T>(ended: Result<Result<T>, JoinError>) -> Result<T> {
    ended.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => {
            Err(Error::stopped("the request was stopped with its runtime").with_source(error))
        }
    })
}
