//! The request behind an answer that is still being read.

use std::sync::Arc;

use tokio::time::Instant;

use crate::{Error, ErrorKind, Idempotence, Operation};

/// What errors tell of that request.
#[derive(Clone)]
pub(crate) struct History {
    pub(crate) operation: &'static Operation,
    pub(crate) attempts: u32,
    pub(crate) started: Instant,
    /// Which way the last attempt took, in words.
    pub(crate) route: Option<Arc<str>>,
    /// It must not be sent twice.
    pub(crate) once: bool,
}

impl History {
    /// That of a request which begins now.
    pub(crate) fn begun(operation: &'static Operation) -> Self {
        Self {
            operation,
            attempts: 0,
            started: Instant::now(),
            route: None,
            once: operation.idempotent != Idempotence::Always,
        }
    }

    /// The error with what is known of its past.
    pub(crate) fn of(&self, error: Error) -> Error {
        error
            .with_history(self.attempts, self.started.elapsed())
            .with_route(self.route.clone(), self.once)
    }

    pub(crate) fn error(&self, kind: ErrorKind, detail: impl Into<String>) -> Error {
        self.of(Error::of(kind, self.operation, detail))
    }
}
