//! Streams of either kind.

use std::fmt::Debug;

use super::time::Micros;

/// A stream, of the kind that its facts tell.
#[derive(Debug)]
pub(crate) struct Stream<F: Facts> {
    pub(crate) id: i64,
    pub(crate) folder: i64,
    pub(crate) facts: F,
    /// Whether a configuration file describes it.
    pub(crate) is_configured: bool,
    /// Whether something writes to it; to event streams nothing does for long.
    pub(crate) is_destination: bool,
    pub(crate) content: F::Content,
    pub(crate) updated_at: Micros,
}

/// What can be said of a stream when it is made.
pub(crate) trait Facts: Clone + Debug {
    /// What is in such a stream.
    type Content: Debug + Default;

    fn name(&self) -> &str;
}

impl<F: Facts> Stream<F> {
    pub(crate) fn is_locked(&self) -> bool {
        self.is_configured || self.is_destination
    }
}
