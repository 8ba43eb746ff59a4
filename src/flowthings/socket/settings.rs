//! What can be said of a socket.

use std::time::Duration;

use crate::{Limits, Retry};

/// How a socket behaves.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) heartbeat: Duration,
    /// How long a request waits for its reply.
    pub(super) timeout: Duration,
    pub(super) reconnect: Retry,
    /// How many events wait at most.
    pub(super) buffer: usize,
    /// Bytes of a message.
    pub(super) limit: usize,
    /// Values in a message.
    pub(super) values: usize,
}

impl Settings {
    /// The defaults within these limits.
    pub(super) fn of(limits: &Limits) -> Self {
        Self {
            heartbeat: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            reconnect: Retry::default()
                .with_attempts(u32::MAX)
                .with_waits(Duration::from_millis(500), Duration::from_secs(30)),
            buffer: 1_000,
            limit: limits.json.min(16 << 20),
            values: limits.values,
        }
    }
}
