//! Reading a data stream: where it goes on, and which ranges have rows.

use std::ops::Range;

use super::{
    PipeReader,
    calls::{DataIntervals, DataRead},
};
use crate::{Error, ErrorKind, Result};

impl DataRead {
    /// Opens another reader, which goes on after the last row that `reader` gave: no row is repeated or missing, and breaks between
    /// them are kept. It reads at the same decimation level; this call's own maximum number of rows is not used, nor its start
    /// once a row has come.
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
    /// As the call itself, and [`is_decode`](Error::is_decode) when the node answers in another layout or at another decimation
    /// level than `reader` has, as after the stream was made anew: read it from its start then.
    pub async fn resume(self, reader: &PipeReader) -> Result<PipeReader> {
        let call = Self {
            max_rows: None,
            decimation_level: Some(i64::from(reader.decimation())),
            ..self
        };
        let call = match reader.last_timestamp() {
            None => call,
            // The breaks after the last row come with it: it is read again and left out.
            Some(last) => call.start(last),
        };
        call.await?.after(reader)
    }
}

impl DataIntervals {
    /// The intervals as ranges that can be read: from the first row to a microsecond after the last.
    ///
    /// # Errors
    /// As the call itself, and [`is_decode`](Error::is_decode) when an interval is not a pair.
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
