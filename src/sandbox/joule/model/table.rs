//! A table: rows in the order of time, each time once, as flat bytes.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::layout::time;

/// Blocks smaller than this, in bytes, are joined with what is appended to them.
const SMALL: usize = 16 * 1024;

/// The rows of a stream or of one of its decimation levels.
#[derive(Debug)]
pub(crate) struct Table {
    row_size: usize,
    /// By the time of their first row; they do not overlap.
    blocks: BTreeMap<i64, Bytes>,
}

impl Table {
    pub(crate) fn new(row_size: usize) -> Self {
        Self {
            row_size,
            blocks: BTreeMap::new(),
        }
    }

    /// The time of the first row.
    pub(crate) fn first(&self) -> Option<i64> {
        self.blocks.keys().next().copied()
    }

    /// The time of the last row.
    pub(crate) fn last(&self) -> Option<i64> {
        let block = self.blocks.values().next_back()?;
        Some(self.last_of(block))
    }

    /// The time of the last row before `time`.
    pub(crate) fn last_before(&self, before: i64) -> Option<i64> {
        let (_, block) = self.blocks.range(..before).next_back()?;
        let rows = self.position(block, before);
        self.row(block, rows.checked_sub(1)?).map(time)
    }

    /// The time of the first row at `time` or after it.
    pub(crate) fn first_from(&self, from: i64) -> Option<i64> {
        let pieces = self.range(Some(from), None, 1);
        pieces.first().map(|row| time(row))
    }

    pub(crate) fn clear(&mut self) {
        self.blocks.clear();
    }

    /// Rows from `start` on and before `end`, without a copy; at most `limit` of them.
    pub(crate) fn range(&self, start: Option<i64>, end: Option<i64>, limit: usize) -> Vec<Bytes> {
        let start = start.unwrap_or(i64::MIN);
        let end = end.unwrap_or(i64::MAX);
        let mut pieces = Vec::new();
        let mut left = limit;
        // A block that begins before may reach into the range.
        let from = self.blocks.range(..=start).next_back();
        let from = from.map_or(start, |(time, _)| *time);
        if from >= end {
            return pieces;
        }
        for block in self.blocks.range(from..end).map(|(_, block)| block) {
            let first = self.position(block, start);
            let last = self.position(block, end).min(first.saturating_add(left));
            if first < last {
                pieces.push(block.slice(first * self.row_size..last * self.row_size));
                left -= last - first;
            }
            if left == 0 {
                break;
            }
        }
        pieces
    }

    /// How many rows there are from `start` on and before `end`.
    pub(crate) fn count(&self, start: Option<i64>, end: Option<i64>) -> usize {
        let pieces = self.range(start, end, usize::MAX);
        pieces.iter().map(Bytes::len).sum::<usize>() / self.row_size
    }

    /// Takes rows in, whose times increase. If one of their times is taken, it takes none and tells that time.
    pub(crate) fn insert(&mut self, rows: Bytes) -> Result<(), i64> {
        if rows.is_empty() {
            return Ok(());
        }
        let first = time(&rows);
        if self.last().is_none_or(|last| last < first) {
            self.append(first, rows);
            return Ok(());
        }
        let end = self.last_of(&rows).saturating_add(1);
        let present = self.range(Some(first), Some(end), usize::MAX).concat();
        let merged = self.merge(&present, &rows)?;
        self.remove(Some(first), Some(end));
        self.blocks.insert(first.min(time(&merged)), merged.into());
        Ok(())
    }

    /// Removes the rows from `start` on and before `end`.
    pub(crate) fn remove(&mut self, start: Option<i64>, end: Option<i64>) {
        let (low, high) = (start.unwrap_or(i64::MIN), end.unwrap_or(i64::MAX));
        if low >= high {
            return;
        }
        let from = self.blocks.range(..=low).next_back();
        let from = from.map_or(low, |(time, _)| *time);
        let touched: Vec<i64> = self.blocks.range(from..high).map(|(key, _)| *key).collect();
        for key in touched {
            let Some(block) = self.blocks.remove(&key) else {
                continue;
            };
            let head = block.slice(..self.position(&block, low) * self.row_size);
            let tail = block.slice(self.position(&block, high) * self.row_size..);
            for rest in [head, tail] {
                if !rest.is_empty() {
                    self.blocks.insert(time(&rest), rest);
                }
            }
        }
    }

    fn append(&mut self, first: i64, rows: Bytes) {
        if let Some(mut last) = self.blocks.last_entry()
            && last.get().len() + rows.len() <= SMALL
        {
            last.insert([&last.get()[..], &rows[..]].concat().into());
        } else {
            self.blocks.insert(first, rows);
        }
    }

    /// Both in the order of time, or the time that is in both.
    fn merge(&self, present: &[u8], new: &[u8]) -> Result<Vec<u8>, i64> {
        let mut merged = Vec::with_capacity(present.len() + new.len());
        let mut present = present.chunks_exact(self.row_size).peekable();
        for row in new.chunks_exact(self.row_size) {
            while let Some(earlier) = present.next_if(|other| time(other) < time(row)) {
                merged.extend_from_slice(earlier);
            }
            if present.peek().is_some_and(|other| time(other) == time(row)) {
                return Err(time(row));
            }
            merged.extend_from_slice(row);
        }
        present.for_each(|row| merged.extend_from_slice(row));
        Ok(merged)
    }

    fn last_of(&self, block: &[u8]) -> i64 {
        block.rchunks_exact(self.row_size).next().map_or(0, time)
    }

    fn row<'a>(&self, block: &'a [u8], index: usize) -> Option<&'a [u8]> {
        block.get(index * self.row_size..)
    }

    /// The index of the first row of a block at `wanted` or after it.
    fn position(&self, block: &[u8], wanted: i64) -> usize {
        let (mut low, mut high) = (0, block.len() / self.row_size);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.row(block, middle).map_or(0, time) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
