//! What a read gives: rows and tokens, block by block.

use std::collections::VecDeque;

use bytes::Bytes;

use super::bounds::Bounds;
use super::layout::{Layout, time};
use super::store::Store;
use super::time::{Micros, through_float};

/// Rows of a block at most.
const BLOCK: usize = 50_000;

/// A read that has begun. It holds no rows: each block is fetched when the one before has left.
#[derive(Debug)]
pub(crate) struct Extraction {
    pub(crate) layout: Layout,
    pub(crate) level: u64,
    /// Where the next block begins.
    start: Option<Micros>,
    /// Where intervals end, and last where the read does.
    ends: VecDeque<Option<Micros>>,
}

impl Extraction {
    /// Rows of a level of a stream; the bounds are already clipped to what is there.
    pub(crate) fn new(store: &Store, level: u64, bounds: Bounds) -> Self {
        let layout = match level {
            1 => store.layout,
            _ => store.layout.decimated(),
        };
        let start = bounds.start.unwrap_or(Micros::MIN);
        let end = bounds.end.unwrap_or(Micros::MAX);
        let mut ends = VecDeque::new();
        if start < end {
            let breaks = store.breaks.range(start..end).copied();
            ends.extend(breaks.map(through_float).map(Some));
        }
        ends.push_back(bounds.end);
        Self {
            layout,
            level,
            start: bounds.start,
            ends,
        }
    }

    /// The next block; a token ends it where an interval ends. `None` when all has been read.
    pub(crate) fn next(&mut self, store: &Store) -> Option<Bytes> {
        // A level that is dropped in the middle of a read.
        let table = store.level(self.level)?;
        let size = self.layout.row_size();
        while let Some(end) = self.ends.front().copied() {
            if self.start == end {
                self.ends.pop_front();
                continue;
            }
            let mut rows = joined(table.range(self.start, end, BLOCK));
            if rows.len() == BLOCK * size {
                let last = rows.rchunks_exact(size).next();
                self.start = last.map(|row| time(row).saturating_add(1));
                return Some(rows);
            }
            self.ends.pop_front();
            self.start = end;
            if !self.ends.is_empty() {
                rows = [&rows[..], &vec![0; size]].concat().into();
            }
            if !rows.is_empty() {
                return Some(rows);
            }
        }
        None
    }
}

fn joined(mut pieces: Vec<Bytes>) -> Bytes {
    match pieces.len() {
        1 => pieces.remove(0),
        _ => pieces.concat().into(),
    }
}
