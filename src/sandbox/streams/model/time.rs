//! Points in time.

/// Milliseconds since the Unix epoch, UTC.
pub(crate) type Millis = i64;

pub(crate) const SECOND: Millis = 1000;
