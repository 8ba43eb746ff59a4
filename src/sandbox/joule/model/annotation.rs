//! Annotations: notes at a time, or on a range of times, of a data stream.

use super::bounds::Bounds;
use super::time::Micros;

/// A note.
#[derive(Debug)]
pub(crate) struct Annotation {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) content: Option<String>,
    pub(crate) start: Micros,
    pub(crate) end: Option<Micros>,
    /// The number of its data stream.
    pub(crate) stream: i64,
}

impl Annotation {
    pub(crate) fn new(
        stream: i64,
        title: &str,
        content: &str,
        start: Micros,
        end: Option<Micros>,
    ) -> Self {
        Self {
            id: 0,
            title: title.to_owned(),
            content: Some(content.to_owned()),
            start,
            end,
            stream,
        }
    }

    /// Only the start counts, and both bounds are included.
    pub(crate) fn starts_within(&self, bounds: Bounds) -> bool {
        bounds.start.is_none_or(|start| self.start >= start)
            && bounds.end.is_none_or(|end| self.start <= end)
    }
}
