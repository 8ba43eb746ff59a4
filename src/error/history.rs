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
    /// The account in whose name it is made, on platforms whose paths begin with one.
    pub(crate) account: Option<Arc<str>>,
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
            account: None,
        }
    }

    /// The error with what is known of its past. That of another call, such as one for a token, took a way of its own.
    pub(crate) fn of(&self, error: Error) -> Error {
        error
            .with_history(self.attempts, self.started.elapsed())
            .with_route(self.route.clone(), self.once)
            .with_account(self.account.clone())
    }

    pub(crate) fn error(&self, kind: ErrorKind, detail: impl Into<String>) -> Error {
        self.of(Error::of(kind, self.operation, detail))
    }
}
