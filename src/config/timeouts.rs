//! How long a client waits.

use std::time::Duration;

/// How long to wait, by the class of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection: 5 s.
    pub connect: Duration,
    /// For one attempt of a normal operation: 30 s.
    pub attempt: Duration,
    /// For one attempt of an operation that runs a program or moves much data: 10 min.
    pub long_attempt: Duration,
    /// For a whole call, retries and waits included: 120 s. A long operation has at least its attempt.
    pub total: Duration,
    /// For the silence between two pieces of a stream: 60 s.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            long_attempt: Duration::from_secs(600),
            total: Duration::from_secs(120),
            idle: Duration::from_secs(60),
        }
    }
}

impl Timeouts {
    /// Another time for a connection.
    pub fn with_connect(mut self, timeout: Duration) -> Self {
        self.connect = timeout;
        self
    }

    /// Another time for one attempt.
    pub fn with_attempt(mut self, timeout: Duration) -> Self {
        self.attempt = timeout;
        self
    }

    /// Another time for one attempt of a long operation.
    pub fn with_long_attempt(mut self, timeout: Duration) -> Self {
        self.long_attempt = timeout;
        self
    }

    /// Another time for a whole call.
    pub fn with_total(mut self, timeout: Duration) -> Self {
        self.total = timeout;
        self
    }

    /// Another time for the silence in a stream.
    pub fn with_idle(mut self, timeout: Duration) -> Self {
        self.idle = timeout;
        self
    }
}
