//! Streams that swallow what is written to them, for measuring writers.

use super::layout::Layout;

/// What has been written to a stream that stores nothing.
#[derive(Debug)]
pub(crate) struct Sink {
    layout: Layout,
    bytes: u64,
}

impl Sink {
    pub(crate) fn new(layout: Layout) -> Self {
        Self { layout, bytes: 0 }
    }

    pub(crate) fn swallow(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// Whole rows, tokens among them.
    pub(crate) fn rows(&self) -> u64 {
        self.bytes / self.layout.row_size() as u64
    }
}
