//! What can be said of following a flow.

use crate::Retry;

/// How a flow is followed.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Drops on a page.
    pub(super) page: usize,
    /// How many drops wait at most.
    pub(super) buffer: usize,
    /// In milliseconds.
    pub(super) overlap: i64,
    pub(super) retry: Retry,
}
