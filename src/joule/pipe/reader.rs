//! Reading a pipe block by block.

use std::{fmt, time::Duration};

use futures_core::Stream;
use futures_util::stream;
use tokio::runtime::Handle;

use super::{
    block::Block,
    columns::Columns,
    connection::Connection,
    decoder::{Decoder, Piece},
    layout::Layout,
    mismatch::LayoutMismatch,
    position::Position,
    rows::Element,
};
use crate::{
    ByteStream, Error, ErrorKind, Operation, Response, Result, TimeoutClass, error::History,
};

/// Reads the rows of a data stream as they arrive, without copying them; memory use does not grow with their number.
///
/// A node has ten database connections, and a historic read holds one until it is read to the end or dropped: a reader that is
/// idle for [a minute](Self::with_idle_timeout) closes its connection, and the next call of [`next`](Self::next) is an error that
/// says so. A subscription holds none and is never closed.
pub struct PipeReader {
    history: History,
    layout: Layout,
    decimation: u32,
    decoder: Decoder,
    /// None after the end or an error.
    connection: Option<Connection>,
    position: Position,
    /// The last row that came over this connection.
    arrived: Option<i64>,
    /// What is wrong with the row after those that were handed out.
    fault: Option<Error>,
    /// What is left out until the first new row: another reader has handed it out.
    known: Option<Position>,
}

/// How long a historic read may be idle.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

impl PipeReader {
    pub(crate) fn open(response: Response<ByteStream>) -> Result<Response<Self>> {
        let history = response.value.history().clone();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let refuse = |reason: String| history.error(ErrorKind::Decode, reason);
        let layout = header("joule-layout")
            .ok_or_else(|| refuse("the answer does not tell its layout".into()))?;
        let layout: Layout = layout
            .parse()
            .map_err(|error| refuse("the answer's layout".into()).with_source(error))?;
        let decimation = match header("joule-decimation") {
            None => 1,
            Some(text) => text
                .parse()
                .ok()
                .filter(|level| *level > 0)
                .ok_or_else(|| refuse(format!("{text:?} is not a decimation level")))?,
        };
        let runtime = Handle::try_current()
            .map_err(|error| refuse("a pipe needs a tokio runtime".into()).with_source(error))?;
        Ok(response.map(|stream| {
            Self {
                history,
                layout,
                decimation,
                decoder: Decoder::new(layout),
                connection: Some(Connection::new(stream, runtime)),
                position: Position::default(),
                arrived: None,
                fault: None,
                known: None,
            }
            .with_idle_timeout(IDLE_TIMEOUT)
        }))
    }

    /// How long nobody may call [`next`](Self::next) before the connection is closed: a minute by default. A subscription is never
    /// closed.
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        if !self.is_subscription()
            && let Some(connection) = &mut self.connection
        {
            connection.close_when_idle(timeout);
        }
        self
    }

    fn is_subscription(&self) -> bool {
        self.history.operation.timeout == TimeoutClass::Endless
    }

    /// The layout of the rows. Decimated rows are `float32` with three values for each element: mean, minimum and maximum.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// How many stored rows each row stands for: 1, 4, 16 and so on.
    pub fn decimation(&self) -> u32 {
        self.decimation
    }

    /// The timestamp of the last row that [`next`](Self::next) gave, in µs since the Unix epoch. A read that starts one microsecond
    /// later misses and repeats no row; [`resume`](crate::joule::calls::DataRead::resume) opens one.
    pub fn last_timestamp(&self) -> Option<i64> {
        self.position.last
    }

    /// Leaves out what another reader has handed out: its last row, from which this one reads on, and the breaks after it.
    ///
    /// # Errors
    /// When the rows are others than that reader's: they would not go on where its rows end.
    pub(in crate::joule) fn after(mut self, before: &Self) -> Result<Self> {
        let form = |reader: &Self| (reader.layout, reader.decimation);
        if form(&self) != form(before) {
            let ((layout, level), (begun, begun_at)) = (form(&self), form(before));
            let what = format!(
                "the read began with rows of {begun} at level {begun_at}, and cannot go on with {layout} at level {level}"
            );
            return Err(self.history.error(ErrorKind::Decode, what));
        }
        self.position = before.position;
        self.known = Some(before.position);
        Ok(self)
    }

    /// The next rows; `None` at the end and after an error.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses and repeats no row.
    ///
    /// # Errors
    /// When the connection breaks, the body ends inside a row, or the reader was closed because it was
    /// [idle](Self::with_idle_timeout) for too long; [`is_decode`](crate::Error::is_decode) when a row of a read does not come after
    /// the one before it, which all nodes promise. The rows before it are handed out first. Rows of a subscription are handed out
    /// as they come: a module may start again at an earlier time.
    pub async fn next(&mut self) -> Result<Option<Block>> {
        let Some(connection) = &self.connection else {
            return Ok(None);
        };
        connection.touch();
        let outcome = self.next_block().await;
        match &outcome {
            Ok(Some(block)) => self.position.advance(block),
            Ok(None) | Err(_) => self.connection = None,
        }
        outcome
    }

    async fn next_block(&mut self) -> Result<Option<Block>> {
        loop {
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            if let Some(piece) = self.decoder.piece() {
                let piece = self.in_order(piece);
                let block = self.unread(Block {
                    rows: piece.rows,
                    ends_interval: piece.ends_interval,
                    decimation: self.decimation,
                });
                if block.is_empty() && !block.ends_interval {
                    continue;
                }
                return Ok(Some(block));
            }
            let Some(connection) = &self.connection else {
                return Ok(None);
            };
            let mut open = connection.lock().await;
            let Some(stream) = open.stream.as_mut() else {
                return Err(self.history.error(
                    ErrorKind::Timeout,
                    "the reader was closed because it was idle for too long",
                ));
            };
            match stream.next().await? {
                Some(bytes) => self.decoder.push(bytes),
                None => {
                    return if self.decoder.is_whole() {
                        Ok(None)
                    } else {
                        Err(self
                            .history
                            .error(ErrorKind::Broken, "the answer ends inside a row"))
                    };
                }
            }
        }
    }

    /// The same blocks as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Block>> + Send + Unpin + 'static {
        Box::pin(stream::try_unfold(self, async |mut reader| {
            let block = reader.next().await?;
            Ok(block.map(|block| (block, reader)))
        }))
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.history.operation
    }

    /// All rows as columns, without the breaks.
    ///
    /// # Errors
    /// [`is_decode`](crate::Error::is_decode) when the elements are of another type, before anything is read;
    /// [`is_too_large`](crate::Error::is_too_large) when there are more than `limit` rows; otherwise as [`next`](Self::next).
    pub async fn read_all<T: Element>(mut self, limit: usize) -> Result<Columns<T>> {
        let decode = |mismatch: LayoutMismatch| {
            let what = mismatch.to_string();
            self.history
                .error(ErrorKind::Decode, what)
                .with_source(mismatch)
        };
        LayoutMismatch::check(self.layout, T::TYPE, None).map_err(decode)?;
        let mut columns = Columns::new(self.layout.width());
        while let Some(block) = self.next().await? {
            if columns.len() + block.len() > limit {
                return Err(self.history.error(
                    ErrorKind::TooLarge,
                    format!("there are more than {limit} rows"),
                ));
            }
            columns.extend(&block.rows)?;
        }
        Ok(columns)
    }

    /// The piece up to a row that does not come after the one before it. A node of 1.0.1 repeats an interval of 49,999 rows for
    /// ever where a break follows it.
    fn in_order(&mut self, piece: Piece) -> Piece {
        if self.is_subscription() {
            return piece;
        }
        let mut last = self.arrived;
        let first = piece.rows.timestamps().next();
        let known = match first.is_some_and(|first| last.is_none_or(|last| last < first)) {
            true => piece.in_order,
            false => 0,
        };
        if let Some(before) = known.checked_sub(1) {
            last = piece.rows.slice(before, 1).timestamps().next();
        }
        let rest = piece.rows.slice(known, usize::MAX);
        let late = rest.timestamps().position(|time| {
            let is_late = last.is_some_and(|last| time <= last);
            if !is_late {
                last = Some(time);
            }
            is_late
        });
        self.arrived = last;
        let Some(late) = late.map(|index| known + index) else {
            return piece;
        };
        let row = piece.rows.slice(late, 1);
        if let Some((last, time)) = last.zip(row.timestamps().next()) {
            let what = format!(
                "the node repeats rows or gives them out of order: {time} comes after {last}"
            );
            self.fault = Some(self.history.error(ErrorKind::Decode, what));
        }
        Piece {
            rows: piece.rows.slice(0, late),
            ends_interval: false,
            in_order: late.min(piece.in_order),
        }
    }

    /// What no other reader has handed out.
    fn unread(&mut self, block: Block) -> Block {
        let Some(known) = &mut self.known else {
            return block;
        };
        let rest = known.rest(block);
        if !rest.is_empty() {
            self.known = None;
        }
        rest
    }
}

impl fmt::Debug for PipeReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipeReader")
            .field("layout", &self.layout)
            .field("decimation", &self.decimation)
            .field("last", &self.position.last)
            .field("ended", &self.connection.is_none())
            .finish()
    }
}
