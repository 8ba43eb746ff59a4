//! How long a call and each attempt at it may take.

use std::time::Duration;

use crate::{Operation, TimeoutClass, Timeouts};

/// The time of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeLimit {
    pub(super) total: Duration,
    pub(super) attempt: Duration,
}

impl TimeLimit {
    /// What the class of the operation allows; `said` for this call alone allows as much to one attempt.
    ///
    /// A body that is `streamed` into a pipe takes as long as its source: only the server's end can say that it is too late.
    pub(super) fn of(
        timeouts: &Timeouts,
        operation: &Operation,
        said: Option<Duration>,
        streamed: bool,
    ) -> Self {
        let normal = Self {
            total: timeouts.total,
            attempt: timeouts.attempt,
        };
        let class = match operation.timeout {
            TimeoutClass::Long => Self {
                total: timeouts.total.max(timeouts.long_attempt),
                attempt: timeouts.long_attempt,
            },
            TimeoutClass::Stream | TimeoutClass::Endless if streamed => Self {
                total: Duration::MAX,
                attempt: Duration::MAX,
            },
            TimeoutClass::Normal | TimeoutClass::Stream | TimeoutClass::Endless => normal,
        };
        match said {
            Some(said) => Self {
                total: said,
                attempt: class.attempt.max(said),
            },
            None => class,
        }
    }
}
