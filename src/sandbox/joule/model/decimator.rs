//! Decimation: each level has one row for four of the level below it.

use std::collections::BTreeMap;

use super::database_error::DatabaseError;
use super::layout::{Datatype, Layout, time};
use super::table::Table;

/// Rows of a level for one of the next.
pub(crate) const FACTOR: usize = 4;

/// The levels of a stream by their distance: 4, 16, 64 and so on.
pub(crate) type Levels = BTreeMap<u64, Table>;

/// What has been decimated so far, and the rows that wait for their group to be full.
#[derive(Debug)]
pub(crate) struct Decimator {
    layout: Layout,
    level: u64,
    /// Whether the rows that come in are decimated already.
    again: bool,
    /// Whether it has made the table of its level. It does so once, also where the table is dropped later.
    has_table: bool,
    waiting: Vec<u8>,
    above: Option<Box<Self>>,
    /// The time of the last row that came in.
    pub(crate) last: Option<i64>,
}

impl Decimator {
    /// That of a stream with this layout.
    pub(crate) fn new(layout: Layout) -> Self {
        Self {
            layout,
            level: FACTOR as u64,
            again: false,
            has_table: false,
            waiting: Vec::new(),
            above: None,
            last: None,
        }
    }

    /// Takes rows in, and fills the levels. A level begins to exist when the one below it has its first row. The error
    /// is the database's.
    pub(crate) fn take(&mut self, rows: &[u8], levels: &mut Levels) -> Result<(), DatabaseError> {
        let size = self.layout.row_size();
        let decimated = self.decimated();
        if !self.has_table {
            let table = || Table::new(decimated.row_size());
            levels.entry(self.level).or_insert_with(table);
            self.has_table = true;
        }
        self.last = rows.rchunks_exact(size).next().map(time);
        self.waiting.extend_from_slice(rows);
        let whole = self.waiting.len() / (size * FACTOR) * (size * FACTOR);
        let rest = self.waiting.split_off(whole);
        let groups = std::mem::replace(&mut self.waiting, rest);
        let mut means = Vec::new();
        for group in groups.chunks_exact(size * FACTOR) {
            self.condense(group, &mut means);
        }
        if means.is_empty() {
            return Ok(());
        }
        let table = levels
            .get_mut(&self.level)
            .ok_or(DatabaseError::NoLevel(self.level))?;
        // Only the mean of rows that were written between others can be taken.
        table
            .insert(means.clone().into())
            .map_err(|taken| DatabaseError::Taken(self.level, taken))?;
        let above = self.above.get_or_insert_with(|| {
            Box::new(Self {
                level: self.level * FACTOR as u64,
                again: true,
                ..Self::new(decimated)
            })
        });
        above.take(&means, levels)
    }

    /// Drops the rows that wait: a group does not reach over the end of an interval.
    pub(crate) fn end_interval(&mut self) {
        self.waiting.clear();
        if let Some(above) = &mut self.above {
            above.end_interval();
        }
    }

    fn decimated(&self) -> Layout {
        if self.again {
            self.layout
        } else {
            self.layout.decimated()
        }
    }

    /// One row of means, minima and maxima for a group of rows.
    fn condense(&self, group: &[u8], into: &mut Vec<u8>) {
        let rows = || group.chunks_exact(self.layout.row_size());
        let mean = |sum: f64| sum / FACTOR as f64;
        let width = self.layout.width;
        let (means, minima, maxima) = if self.again {
            let third = width / 3;
            (0..third, third..2 * third, 2 * third..width)
        } else {
            (0..width, 0..width, 0..width)
        };
        let column =
            |index: usize| rows().filter_map(move |row| self.layout.numbers(row).nth(index));
        let timestamp = mean(rows().map(|row| time(row) as f64).sum());
        into.extend((timestamp as i64).to_le_bytes());
        for index in means {
            Datatype::Float32.write(mean(column(index).sum()), into);
        }
        for index in minima {
            Datatype::Float32.write(column(index).fold(f64::INFINITY, f64::min), into);
        }
        for index in maxima {
            Datatype::Float32.write(column(index).fold(f64::NEG_INFINITY, f64::max), into);
        }
    }
}

/// The level at which so many rows become `max_rows` or fewer. Computed as Joule does, with logarithms.
pub(crate) fn coarseness(rows: u64, max_rows: u64) -> u64 {
    let wanted = (rows as f64 / max_rows as f64).ceil();
    let factor = FACTOR as f64;
    factor.powf((wanted.ln() / factor.ln()).ceil().max(0.0)) as u64
}
