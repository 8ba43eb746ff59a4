//! Opening a pipe into a data stream.

use std::future::IntoFuture;

use super::{
    Layout, PipeWriter, Timestamp,
    calls::{Data, DataDelete, DataStreamsGet, DataWriteBytes},
    types::DataStream,
};
use crate::{
    Body, Error, ErrorKind, Locator, Result,
    call::{BoxFuture, in_runtime, options},
    transport::Draft,
};

impl Data {
    /// Opens a pipe that writes rows into a data stream.
    ///
    /// ```no_run
    /// # async fn f(node: headwaters::joule::Node) -> headwaters::Result<()> {
    /// let mut pipe = node.data().write("/plugs/meter").await?;
    /// pipe.write_row(1_790_000_000_000_000, &[230.1_f32, 0.4]).await?;
    /// pipe.close_interval().await?;
    /// pipe.write_row(1_790_000_060_000_000, &[229.8_f32, 0.5]).await?;
    /// pipe.close().await?;
    /// # Ok(()) }
    /// ```
    pub fn write(&self, stream: impl Into<Locator<DataStream>>) -> DataWrite {
        DataWrite {
            draft: self.client.draft(),
            stream: stream.into(),
            start: None,
            end: None,
            merge_gap: None,
        }
    }
}

/// Looks a data stream up, clears a range if one is given, and opens a [`PipeWriter`].
///
/// Options hold for each of its requests. A timeout that is given for this call counts until the node's answer at the very end; without one there is none.
///
/// # Errors
/// [`is_not_found`](Error::is_not_found) when there is no such stream, [`is_request`](Error::is_request) when somebody writes to it
/// already, the range ends before it starts, or an end of it is a time that no node stores: nothing is deleted then.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct DataWrite {
    draft: Draft,
    stream: Locator<DataStream>,
    start: Option<i64>,
    end: Option<i64>,
    merge_gap: Option<i64>,
}

options!(DataWrite);

impl DataWrite {
    /// Deletes the rows from this time on first, in µs since the Unix epoch; up to the [`end`](Self::end) if one is given.
    ///
    /// They are gone even if nothing is written in their place.
    pub fn start(mut self, start: impl Into<Timestamp>) -> Self {
        self.start = Some(start.into().micros());
        self
    }

    /// Deletes the rows before this time first, in µs since the Unix epoch; from the [`start`](Self::start) on if one is given.
    pub fn end(mut self, end: impl Into<Timestamp>) -> Self {
        self.end = Some(end.into().micros());
        self
    }

    /// Joins the rows to the interval before them when that ends at most so many µs earlier.
    pub fn merge_gap(mut self, merge_gap: i64) -> Self {
        self.merge_gap = Some(merge_gap);
        self
    }

    async fn open(self) -> Result<PipeWriter> {
        let operation = DataWriteBytes::OPERATION;
        for time in [self.start, self.end].into_iter().flatten() {
            if !Timestamp::from_micros(time).is_storable() {
                let reason =
                    format!("the range to replace ends at {time}, not in the years 1 to 9999");
                return Err(Error::request(operation, reason));
            }
        }
        if let (Some(start), Some(end)) = (self.start, self.end)
            && start >= end
        {
            let reason = format!("the range to replace starts at {start} and ends at {end}");
            return Err(Error::request(operation, reason));
        }
        if let Some(gap) = self.merge_gap.filter(|gap| *gap < 0) {
            let reason = format!("the gap to merge is {gap} µs, less than none");
            return Err(Error::request(operation, reason));
        }
        let stream = DataStreamsGet::from_draft(self.draft.clone(), self.stream)
            .no_info(true)
            .await?;
        if stream.is_destination {
            let reason = format!("somebody writes to the stream {} already", stream.name);
            return Err(Error::request(operation, reason));
        }
        let layout: Layout = stream.layout.parse().map_err(|error| {
            Error::of(ErrorKind::Decode, operation, "the stream's layout").with_source(error)
        })?;
        let stream = Locator::from(&stream);
        if self.start.is_some() || self.end.is_some() {
            let mut delete = DataDelete::from_draft(self.draft.clone(), stream.clone());
            (delete.start, delete.end) = (self.start, self.end);
            delete.await?;
        }
        let (draft, merge_gap) = (self.draft, self.merge_gap);
        let send = move |body: Body| -> BoxFuture<Result<()>> {
            let mut write = DataWriteBytes::from_draft(draft, stream, body);
            write.merge_gap = merge_gap;
            Box::pin(write.into_future())
        };
        Ok(PipeWriter::open(operation, layout, send))
    }
}

impl IntoFuture for DataWrite {
    type Output = Result<PipeWriter>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(in_runtime(self.open()))
    }
}
