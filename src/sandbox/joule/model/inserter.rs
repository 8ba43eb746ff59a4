//! How rows get into a stream: split at tokens, checked and stored block by block.

use bytes::{Bytes, BytesMut};

use super::data_stream::DataStream;
use super::database_error::DatabaseError;
use super::layout::Layout;
use super::store::{Run, Store, increases, runs};
use super::time::Micros;
use crate::sandbox::clock;

/// Rows of a block at most.
const BLOCK: usize = 10_000;

/// Why rows are not stored.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Their times do not increase.
    NotMonotonic,
    /// A value is NaN.
    NotANumber,
    /// The stream with this id has a row at this time.
    Taken { stream: i64, time: Micros },
    /// They cannot be decimated.
    Database(DatabaseError),
}

/// A write that has begun.
#[derive(Debug)]
pub(crate) struct Inserter {
    layout: Layout,
    /// µs between these rows and those before them that make no break.
    merge_gap: i64,
    /// What has arrived of a row.
    partial: BytesMut,
    is_first: bool,
    last: Option<Micros>,
}

impl Inserter {
    pub(crate) fn new(layout: Layout, merge_gap: i64) -> Self {
        Self {
            layout,
            merge_gap,
            partial: BytesMut::new(),
            is_first: true,
            last: None,
        }
    }

    /// Stores what has arrived. What came before an error stays.
    pub(crate) fn take(&mut self, stream: &mut DataStream, bytes: &[u8]) -> Result<(), Refusal> {
        self.partial.extend_from_slice(bytes);
        let size = self.layout.row_size();
        let whole = self.partial.len() / size * size;
        let rows = self.partial.split_to(whole).freeze();
        let (id, decimate, keep_us) = (stream.id, stream.facts.decimate, stream.facts.keep_us);
        let Some(store) = stream.content.create(self.layout) else {
            return Ok(());
        };
        for run in runs(rows, size, BLOCK) {
            match run {
                Run::Rows(rows) => self.store(store, id, decimate, rows)?,
                Run::Break => self.end_interval(store),
            }
            if keep_us >= 0 {
                store.expire(clock::micros().saturating_sub(keep_us));
            }
        }
        Ok(())
    }

    fn store(
        &mut self,
        store: &mut Store,
        id: i64,
        decimate: bool,
        rows: Bytes,
    ) -> Result<(), Refusal> {
        let size = self.layout.row_size();
        let first = super::layout::time(&rows);
        let is_first = std::mem::take(&mut self.is_first);
        if is_first {
            store.end_interval(first.saturating_sub(1));
            if self.merge_gap > 0 {
                store.join(first.saturating_sub(self.merge_gap), first);
            }
        }
        if !increases(&rows, size, self.last) {
            return Err(Refusal::NotMonotonic);
        }
        let mut numbers = rows
            .chunks_exact(size)
            .flat_map(|row| self.layout.numbers(row));
        if self.layout.datatype.is_float() && numbers.any(f64::is_nan) {
            return Err(Refusal::NotANumber);
        }
        if is_first && decimate {
            store.continue_decimation(first, self.merge_gap);
        }
        store
            .rows
            .insert(rows.clone())
            .map_err(|time| Refusal::Taken { stream: id, time })?;
        self.last = rows.rchunks_exact(size).next().map(super::layout::time);
        if decimate {
            store.decimate(&rows).map_err(Refusal::Database)?;
        }
        Ok(())
    }

    fn end_interval(&self, store: &mut Store) {
        if let Some(last) = self.last {
            store.end_interval(last);
            store.end_decimation();
        }
    }
}
