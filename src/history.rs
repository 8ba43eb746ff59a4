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
    pub(crate) fn error(&self, kind: ErrorKind, detail: impl Into<String>) -> Error {
        Error::of(kind, self.operation, detail).with_history(self.attempts, self.started.elapsed())
    }
}
