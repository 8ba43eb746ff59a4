//! The request behind an answer that is still being read.

use tokio::time::Instant;

use crate::{Error, ErrorKind, Operation};

/// What errors tell of that request.
#[derive(Clone, Copy)]
pub(crate) struct History {
    pub(crate) operation: &'static Operation,
    pub(crate) attempts: u32,
    pub(crate) started: Instant,
}

impl History {
    /// The error with what is known of its past.
    pub(crate) fn of(&self, error: Error) -> Error {
        error.with_history(self.attempts, self.started.elapsed())
    }

    pub(crate) fn error(&self, kind: ErrorKind, detail: impl Into<String>) -> Error {
        self.of(Error::of(kind, self.operation, detail))
    }
}
