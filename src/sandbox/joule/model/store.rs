//! What is stored of a stream: its rows, the breaks between its intervals, its decimation levels.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::database_error::DatabaseError;
use super::decimator::{Decimator, FACTOR, Levels};
use super::layout::{Layout, is_token, time};
use super::table::Table;

/// A level with fewer rows than this is too coarse to count by.
const ENOUGH: usize = 25;

/// The tables of a stream. They exist from the first write on, even one without rows.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) layout: Layout,
    pub(crate) rows: Table,
    /// Each a µs after the last row of its interval.
    pub(crate) breaks: BTreeSet<i64>,
    pub(crate) levels: Levels,
    decimator: Option<Decimator>,
}

/// An interval: the time of its first row, and a µs after its last.
pub(crate) type Interval = (i64, i64);

impl Store {
    pub(crate) fn new(layout: Layout) -> Self {
        Self {
            layout,
            rows: Table::new(layout.row_size()),
            breaks: BTreeSet::new(),
            levels: Levels::new(),
            decimator: None,
        }
    }

    /// Where the rows begin, and a µs after they end.
    pub(crate) fn bounds(&self) -> Option<Interval> {
        Some((self.rows.first()?, self.rows.last()?.saturating_add(1)))
    }

    /// The table of a level; 1 is the stream itself.
    pub(crate) fn level(&self, level: u64) -> Option<&Table> {
        match level {
            1 => Some(&self.rows),
            _ => self.levels.get(&level),
        }
    }

    /// The number of rows in these bounds as Joule estimates it: by the coarsest level that has some.
    pub(crate) fn estimate(&self, start: i64, end: i64) -> usize {
        for exponent in (1..=self.levels.len() as u32).rev() {
            let level = FACTOR.pow(exponent);
            let table = self.levels.get(&(level as u64));
            let count = table.map_or(0, |table| table.count(Some(start), Some(end)));
            if count >= ENOUGH {
                return count * level;
            }
        }
        self.rows.count(Some(start), Some(end.saturating_add(1)))
    }

    /// The bytes of the levels; those of the stream itself do not count.
    pub(crate) fn size(&self) -> usize {
        const PAGE: usize = 8192;
        let rows = |table: &Table| table.count(None, None) * self.layout.decimated().row_size();
        self.levels
            .values()
            .map(|table| rows(table).next_multiple_of(PAGE) + PAGE)
            .sum()
    }

    /// Puts a break after the last row at `ts` or before it, unless there is one.
    pub(crate) fn end_interval(&mut self, ts: i64) {
        let Some(last) = self.rows.last_before(ts.saturating_add(1)) else {
            return;
        };
        let latest = self.breaks.range(..=ts).next_back();
        if latest.is_none_or(|latest| last > *latest) {
            self.breaks.insert(last.saturating_add(1));
        }
    }

    /// Removes the breaks from `start` to `end`, both included.
    pub(crate) fn join(&mut self, start: i64, end: i64) {
        self.breaks.retain(|at| *at < start || *at > end);
    }

    /// The intervals in the bounds.
    pub(crate) fn intervals(&self, start: i64, end: i64) -> Vec<Interval> {
        let mut boundaries = vec![start];
        if start < end {
            boundaries.extend(self.breaks.range(start..end));
        }
        boundaries.push(end);
        let mut intervals = Vec::new();
        let mut current = None;
        for (index, boundary) in boundaries.iter().enumerate() {
            if let (Some(first), Some(last)) = (current, self.rows.last_before(*boundary)) {
                intervals.push((first, last.saturating_add(1)));
                current = None;
            }
            let next = boundaries.get(index + 1).copied().unwrap_or(i64::MAX);
            let first = self
                .rows
                .first_from(*boundary)
                .filter(|first| *first < next);
            current = current.or(first);
        }
        intervals
    }

    /// Removes the rows in the bounds, and leaves a break before the hole.
    pub(crate) fn remove(&mut self, start: Option<i64>, end: Option<i64>) {
        if start.is_none() && end.is_none() {
            self.rows.clear();
            self.breaks.clear();
            self.levels.values_mut().for_each(Table::clear);
            return;
        }
        self.rows.remove(start, end);
        for level in self.levels.values_mut() {
            level.remove(start, end);
        }
        let kept =
            |at: &i64| start.is_some_and(|start| *at < start) || end.is_some_and(|end| *at >= end);
        self.breaks.retain(kept);
        if let Some(start) = start {
            self.end_interval(start);
        }
    }

    /// Drops what is older than `cutoff`.
    pub(crate) fn expire(&mut self, cutoff: i64) {
        self.rows.remove(None, Some(cutoff));
        self.breaks.retain(|at| *at >= cutoff);
        for level in self.levels.values_mut() {
            level.remove(None, Some(cutoff));
        }
    }

    /// Gets ready to decimate rows that begin at `first`: goes on with the last group if that is near enough.
    pub(crate) fn continue_decimation(&mut self, first: i64, merge_gap: i64) {
        let last = self.decimator.as_ref().and_then(|decimator| decimator.last);
        if !last.is_some_and(|last| first > last && first.saturating_sub(last) < merge_gap) {
            self.decimator = Some(Decimator::new(self.layout));
        }
    }

    /// Decimates rows that have been stored. The error is the database's.
    pub(crate) fn decimate(&mut self, rows: &[u8]) -> Result<(), DatabaseError> {
        match &mut self.decimator {
            Some(decimator) => decimator.take(rows, &mut self.levels),
            None => Ok(()),
        }
    }

    /// Ends the group that is being decimated.
    pub(crate) fn end_decimation(&mut self) {
        if let Some(decimator) = &mut self.decimator {
            decimator.end_interval();
        }
    }

    /// Drops the levels and makes them again from the rows. The error is the database's.
    pub(crate) fn rebuild(&mut self) -> Result<(), DatabaseError> {
        self.levels.clear();
        let mut decimator = Decimator::new(self.layout);
        let mut start = None;
        let ends = self.breaks.iter().copied().map(Some).chain([None]);
        for end in ends {
            for rows in self.rows.range(start, end, usize::MAX) {
                decimator.take(&rows, &mut self.levels)?;
            }
            decimator.end_interval();
            start = end;
        }
        Ok(())
    }
}

/// Rows that follow each other without a break, or the break.
#[derive(Debug)]
pub(crate) enum Run {
    Rows(Bytes),
    Break,
}

/// Whole rows, cut where tokens stand; a run has at most `limit` rows.
pub(crate) fn runs(mut rows: Bytes, row_size: usize, limit: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    while !rows.is_empty() {
        let mut all = rows.chunks_exact(row_size);
        if is_token(all.next().unwrap_or_default()) {
            let _ = rows.split_to(row_size.min(rows.len()));
            runs.push(Run::Break);
            continue;
        }
        let more = all.take(limit.saturating_sub(1)).position(is_token);
        let count = more.map_or(limit, |more| more + 1);
        runs.push(Run::Rows(rows.split_to((count * row_size).min(rows.len()))));
    }
    runs
}

/// Whether the times increase from row to row, and beyond `last`.
pub(crate) fn increases(rows: &[u8], row_size: usize, mut last: Option<i64>) -> bool {
    rows.chunks_exact(row_size).all(|row| {
        let now = time(row);
        let later = last.is_none_or(|last| last < now);
        last = Some(now);
        later
    })
}
