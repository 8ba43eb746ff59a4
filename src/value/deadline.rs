//! Points in time, also those that never come.

use std::time::Duration;

use tokio::time::Instant;

/// Thirty years: as good as never, and far from where clocks end.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// So long after; adding `Duration::MAX`, or what a server sends as seconds, to an [`Instant`] would panic.
pub(crate) fn later(from: Instant, by: Duration) -> Instant {
    from.checked_add(by).unwrap_or_else(|| from + NEVER)
}

/// So long from now.
pub(crate) fn after(duration: Duration) -> Instant {
    later(Instant::now(), duration)
}
