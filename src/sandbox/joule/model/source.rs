//! Where the rows of a stream are.

use super::layout::Layout;
use super::sink::Sink;
use super::store::Store;
use super::synthetic::Synthetic;
use super::time::Micros;

/// Where the rows of a stream are.
#[derive(Debug, Default)]
pub(crate) enum Source {
    /// Nowhere: nobody has written to it.
    #[default]
    Empty,
    Stored(Store),
    /// They are computed when they are read.
    Synthetic(Synthetic),
    /// They are counted and dropped.
    Sink(Sink),
}

/// What there is of a stream.
#[derive(Debug)]
pub(crate) struct Extent {
    /// The times of the first and the last row.
    pub(crate) bounds: Option<(Micros, Micros)>,
    pub(crate) rows: u64,
    pub(crate) bytes: usize,
}

impl Source {
    /// The tables; none where nobody has written, or where rows are not stored.
    pub(crate) fn store(&mut self) -> Option<&mut Store> {
        match self {
            Self::Stored(store) => Some(store),
            Self::Empty | Self::Synthetic(_) | Self::Sink(_) => None,
        }
    }

    /// The tables, made if nobody has written yet.
    pub(crate) fn create(&mut self, layout: Layout) -> Option<&mut Store> {
        if matches!(self, Self::Empty) {
            *self = Self::Stored(Store::new(layout));
        }
        self.store()
    }

    /// What there is of it.
    pub(crate) fn extent(&self) -> Extent {
        let (bounds, rows, bytes) = match self {
            Self::Empty => (None, 0, 0),
            Self::Stored(store) => {
                let bounds = store
                    .bounds()
                    .map(|(start, end)| (start, end.saturating_sub(1)));
                let rows = bounds.map_or(0, |(start, end)| store.estimate(start, end));
                (bounds, rows as u64, store.size())
            }
            Self::Synthetic(synthetic) => (Some(synthetic.bounds()), synthetic.rows(), 0),
            Self::Sink(sink) => (None, sink.rows(), 0),
        };
        Extent {
            bounds,
            rows,
            bytes,
        }
    }
}
