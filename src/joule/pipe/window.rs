//! A pipe whose rows stay until they are consumed.

use bytes::{Bytes, BytesMut};

use super::{block::Block, reader::PipeReader, rows::Rows};
use crate::{Error, ErrorKind, Result};

/// A [`PipeReader`] for work on a moving window: each read gives the rows that were not consumed yet, with the next ones after them.
#[derive(Debug)]
pub struct PipeWindow {
    reader: PipeReader,
    held: Rows,
    peeked: Option<Block>,
    ends_interval: bool,
    reread: bool,
}

impl PipeReader {
    /// The same rows for work on a moving window: they are kept until they are consumed.
    pub fn into_window(self) -> PipeWindow {
        PipeWindow {
            held: Rows::of_whole(self.layout(), Bytes::new()),
            reader: self,
            peeked: None,
            ends_interval: false,
            reread: false,
        }
    }
}

impl PipeWindow {
    /// The rows that were not consumed and the next ones that arrive, up to the next break. `None` at the end, once all rows are
    /// consumed. There may be no rows, as between two breaks.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no row.
    ///
    /// # Errors
    /// As [`PipeReader::next`]; the rows that were not consumed stay.
    pub async fn read(&mut self) -> Result<Option<Rows>> {
        if std::mem::take(&mut self.reread) {
            return Ok(Some(self.held.clone()));
        }
        let block = match self.peeked.take() {
            Some(block) => Some(block),
            None => self.reader.next().await?,
        };
        let Some(block) = block else {
            self.ends_interval = false;
            return Ok((!self.held.is_empty()).then(|| self.held.clone()));
        };
        self.ends_interval = block.ends_interval();
        self.held = joined(&self.held, block.into_rows());
        Ok(Some(self.held.clone()))
    }

    /// Whether the last read stopped at a break.
    pub fn ends_interval(&self) -> bool {
        self.ends_interval
    }

    /// Consumes the first `rows` rows of the last read.
    ///
    /// # Errors
    /// When there are fewer; none is consumed then.
    pub fn consume(&mut self, rows: usize) -> Result<()> {
        let held = self.held.len();
        if rows > held {
            let reason = format!("{rows} rows cannot be consumed: there are {held}");
            return Err(Error::of(
                ErrorKind::Request,
                self.reader.operation(),
                reason,
            ));
        }
        self.held = self.held.slice(rows, held);
        Ok(())
    }

    /// Consumes all rows of the last read.
    pub fn consume_all(&mut self) {
        self.held = self.held.slice(self.held.len(), 0);
    }

    /// Makes the next read give the rows that are left at once, without waiting for more.
    pub fn reread_last(&mut self) {
        self.reread = true;
    }

    /// Whether all rows are consumed and the pipe has ended; waits until that is known.
    ///
    /// # Errors
    /// As [`PipeReader::next`].
    pub async fn is_empty(&mut self) -> Result<bool> {
        if !self.held.is_empty() || self.reread {
            return Ok(false);
        }
        if self.peeked.is_none() {
            self.peeked = self.reader.next().await?;
        }
        Ok(self.peeked.is_none())
    }

    /// The reader of the pipe.
    pub fn reader(&self) -> &PipeReader {
        &self.reader
    }
}

fn joined(held: &Rows, rows: Rows) -> Rows {
    if held.is_empty() {
        return rows;
    }
    let mut bytes = BytesMut::with_capacity(held.as_bytes().len() + rows.as_bytes().len());
    bytes.extend_from_slice(held.as_bytes());
    bytes.extend_from_slice(rows.as_bytes());
    Rows::of_whole(rows.layout(), bytes.freeze())
}
