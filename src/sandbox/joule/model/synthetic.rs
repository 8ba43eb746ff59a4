//! Streams whose rows are computed while they are read: as long as you like, at the cost of none.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::bounds::Bounds;
use super::layout::{Layout, TIME};
use super::time::{Micros, check_year};

/// When the first row is.
const START: Micros = 1_700_000_000_000_000;

/// µs from row to row.
const STEP: Micros = 100;

/// Values repeat after so many rows; pieces are multiples of it, so that only timestamps differ.
const PERIOD: u64 = 1000;

/// About the bytes of a piece: what the caches of a processor hold.
const PIECE: usize = 256 * 1024;

/// Pieces that the connection may hold at a time.
const IN_FLIGHT: usize = 3;

/// A stream of `rows` rows. Element `e` of row `i` is `i % 1000 + e`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Synthetic {
    layout: Layout,
    rows: u64,
}

impl Synthetic {
    /// None where the last row would be at a time that Joule does not have.
    pub(crate) fn new(layout: Layout, rows: u64) -> Option<Self> {
        let steps = i64::try_from(rows.saturating_sub(1)).ok()?;
        let last = STEP.checked_mul(steps)?.checked_add(START)?;
        check_year(last).ok()?;
        Some(Self { layout, rows })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// The times of the first and the last row.
    pub(crate) fn bounds(&self) -> (Micros, Micros) {
        (START, time_of(self.rows.saturating_sub(1)))
    }

    /// The rows in the bounds.
    pub(crate) fn read(&self, bounds: Bounds) -> Generator {
        let index = |bound: Micros| {
            let steps = bound.saturating_sub(START).max(0).cast_unsigned();
            steps.div_ceil(STEP.cast_unsigned()).min(self.rows)
        };
        let next = bounds.start.map_or(0, index);
        Generator::new(self.layout, next, bounds.end.map_or(self.rows, index))
    }
}

/// The timestamp of a row.
fn time_of(row: u64) -> Micros {
    START + STEP * row.cast_signed()
}

/// Computes rows, piece by piece.
#[derive(Debug)]
pub(crate) struct Generator {
    row_size: usize,
    next: u64,
    end: u64,
    /// Rows whose values are right, and whose timestamps are not.
    template: Bytes,
    /// Pieces on their way, whose memory is used again when they have arrived.
    given: VecDeque<Bytes>,
}

impl Iterator for Generator {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let left = usize::try_from(self.left()).unwrap_or(usize::MAX);
        let rows = left.min(self.template.len() / self.row_size);
        if rows == 0 {
            return None;
        }
        let mut piece = self.memory();
        for (row, time) in piece.chunks_exact_mut(self.row_size).zip(self.next..) {
            if let Some(timestamp) = row.first_chunk_mut::<TIME>() {
                *timestamp = time_of(time).to_le_bytes();
            }
        }
        self.next += rows as u64;
        let piece = piece.freeze();
        self.given.push_back(piece.clone());
        Some(piece.slice(..rows * self.row_size))
    }
}

impl Generator {
    fn new(layout: Layout, next: u64, end: u64) -> Self {
        let row_size = layout.row_size();
        let periods = (PIECE / row_size).div_ceil(PERIOD as usize).max(1) as u64;
        let mut template = Vec::new();
        for row in next..next + (periods * PERIOD).min(end.saturating_sub(next)) {
            template.extend([0; TIME]);
            for element in 0..layout.width as u64 {
                let value = row % PERIOD + element;
                layout.datatype.write(value as f64, &mut template);
            }
        }
        Self {
            row_size,
            next,
            end,
            template: template.into(),
            given: VecDeque::new(),
        }
    }

    /// How many rows are left.
    pub(crate) fn left(&self) -> u64 {
        self.end.saturating_sub(self.next)
    }

    /// A piece that has arrived, or a new one.
    fn memory(&mut self) -> BytesMut {
        let oldest = if self.given.len() > IN_FLIGHT {
            self.given.pop_front()
        } else {
            None
        };
        oldest
            .and_then(|piece| piece.try_into_mut().ok())
            .unwrap_or_else(|| BytesMut::from(&self.template[..]))
    }
}
