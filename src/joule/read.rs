//! Reading a data stream: where it goes on, and which ranges have rows.

use std::ops::Range;

use super::{
    PipeReader,
    calls::{DataIntervals, DataRead},
};
use crate::{Error, ErrorKind, Result};

impl DataRead {
    /// Opens another reader that goes on after the last row which `reader` handed out: with no row twice, none missing, and the
    /// breaks between. It reads at the same decimation level; the start and the maximum of rows of this call are not used.
    ///
    /// ```no_run
    /// # async fn f(node: headwaters::joule::Node) -> headwaters::Result<()> {
    /// let mut pipe = node.data().read("/plugs/meter").await?;
    /// loop {
    ///     match pipe.next().await {
    ///         Ok(Some(block)) => println!("{} rows", block.len()),
    ///         Ok(None) => break,
    ///         Err(error) if error.is_retryable() => {
    ///             pipe = node.data().read("/plugs/meter").resume(&pipe).await?;
    ///         }
    ///         Err(error) => return Err(error),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As the call itself.
    pub async fn resume(self, reader: &PipeReader) -> Result<PipeReader> {
        let Some(last) = reader.last_timestamp() else {
            return self.await;
        };
        let call = Self {
            max_rows: None,
            decimation_level: Some(i64::from(reader.decimation())),
            ..self
        };
        // A break stands a microsecond after its last row. Unless the reader has told it, that row is read again and left out.
        let start = match reader.is_between_intervals() {
            true => last.saturating_add(1),
            false => last,
        };
        Ok(call.start(start).await?.after(last))
    }
}

impl DataIntervals {
    /// The intervals as ranges that can be read: from the first row to a microsecond after the last.
    ///
    /// # Errors
    /// As the call itself, and [`is_decode`](Error::is_decode) when an interval is no pair.
    pub async fn ranges(self) -> Result<Vec<Range<i64>>> {
        let range = |pair: Vec<i64>| match pair.as_slice() {
            [start, end] => Ok(*start..*end),
            other => {
                let what = format!("an interval has {} ends", other.len());
                Err(Error::of(ErrorKind::Decode, Self::OPERATION, what))
            }
        };
        self.await?.into_iter().map(range).collect()
    }
}
