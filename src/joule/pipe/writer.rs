//! Writing a pipe.

use std::{
    fmt, io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use bytes::Bytes;
use futures_util::future::{Either, select};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle},
};

use super::{
    columns::Columns,
    decoder::is_token,
    layout::Layout,
    rows::{Element, Rows},
};
use crate::{Body, Error, ErrorKind, Operation, Result, call::BoxFuture};

/// Bytes of a piece that is made from rows of another form.
const PIECE: usize = 64 << 10;
/// Pieces that may wait for the connection: past them, writing waits too.
const WAITING: usize = 5;

type Sender = mpsc::Sender<io::Result<Bytes>>;
/// Room for one more piece.
type Room = mpsc::OwnedPermit<io::Result<Bytes>>;
/// How the request ended.
type Answer = std::result::Result<Result<()>, JoinError>;

/// Rows on their way into a data stream, in one request that stays open until [`close`](Self::close).
///
/// Rows are handed to the connection by the call that writes them, unless a [cache](Self::with_cache) gathers them; a connection
/// that is slower than its writer makes the writer wait.
///
/// The node answers at the end: rows are certain to be stored when `close` has returned. It stores them block by block as they
/// come and takes nothing back when it refuses a later one, so after an error none is certain to be stored and each may be.
///
/// A call that is given up, as by a timeout, loses and doubles nothing: [`rows`](Self::rows) tells what was taken, and the rest
/// can be written again.
///
/// A writer that is dropped ends its request after the last row that was handed to the connection; rows in the cache are not
/// sent, and no break closes the interval.
#[must_use = "rows are certain to be stored only after `close`"]
pub struct PipeWriter {
    operation: &'static Operation,
    layout: Layout,
    gathered: Vec<u8>,
    /// Bytes to gather before they are handed to the connection.
    cache: usize,
    last: Option<i64>,
    in_interval: bool,
    taken: u64,
    /// Where pieces go, or why the request is over.
    pieces: Result<Sender>,
    answer: JoinHandle<Result<()>>,
}

impl PipeWriter {
    /// `send` makes the request with the body that this writer feeds.
    pub(crate) fn open(
        operation: &'static Operation,
        layout: Layout,
        send: impl FnOnce(Body) -> BoxFuture<Result<()>>,
    ) -> Self {
        let (pieces, mut queue) = mpsc::channel(WAITING);
        let ended = Arc::new(AtomicBool::new(false));
        let at_end = Arc::clone(&ended);
        let stream = futures_util::stream::poll_fn(move |context| {
            let piece = queue.poll_recv(context);
            at_end.fetch_or(matches!(piece, Poll::Ready(None)), Ordering::Relaxed);
            piece
        });
        let request = send(Body::wrap_stream(stream));
        let answer = tokio::spawn(async move {
            request.await?;
            match ended.load(Ordering::Relaxed) {
                true => Ok(()),
                false => Err(Error::of(ErrorKind::Broken, operation, EARLY)),
            }
        });
        Self {
            operation,
            layout,
            gathered: Vec::new(),
            cache: 0,
            last: None,
            in_interval: false,
            taken: 0,
            pieces: Ok(pieces),
            answer,
        }
    }

    /// The layout of the stream.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// How many rows were taken so far.
    pub fn rows(&self) -> u64 {
        self.taken
    }

    /// Gathers so many rows before they are handed to the connection. Worth it for rows that come one by one.
    pub fn with_cache(mut self, rows: usize) -> Self {
        self.cache = rows.saturating_mul(self.layout.row_size());
        self
    }

    /// Writes rows of the stream's layout. Large ones are not copied.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request), and none of them is taken, when they have another layout, their timestamps do not
    /// increase, an element is not a number, or a row is all zero: on the wire that is a break. Otherwise when the node has
    /// refused the rows before; the request is over then.
    pub async fn write(&mut self, rows: &Rows) -> Result<()> {
        self.sound()?;
        if rows.layout() != self.layout {
            let (theirs, ours) = (rows.layout(), self.layout);
            return Err(self.refuse(format!("rows of {theirs} do not fit the layout {ours}")));
        }
        if let Some(reason) = unfit(self.layout, rows.as_bytes(), self.last) {
            return Err(self.refuse(reason));
        }
        if rows.as_bytes().len() < PIECE.max(self.cache) {
            self.gathered.extend_from_slice(rows.as_bytes());
            self.took(rows.len(), rows.timestamps().next_back());
            return self.pass_on().await;
        }
        self.flush().await?;
        let room = self.room().await?;
        self.took(rows.len(), rows.timestamps().next_back());
        room.send(Ok(rows.as_bytes().clone()));
        Ok(())
    }

    /// Writes one row.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn write_row<T: Element>(&mut self, timestamp: i64, elements: &[T]) -> Result<()> {
        self.write_rows([(timestamp, elements.iter().copied())])
            .await
    }

    /// Writes rows from an iterator, in constant memory.
    ///
    /// # Errors
    /// As [`write`](Self::write), but the rows before the one that is refused are taken: [`rows`](Self::rows) tells how many.
    pub async fn write_rows<T: Element, E: IntoIterator<Item = T>>(
        &mut self,
        rows: impl IntoIterator<Item = (i64, E)>,
    ) -> Result<()> {
        self.sound()?;
        for (timestamp, elements) in rows {
            let start = self.gathered.len();
            timestamp.write(&mut self.gathered);
            let mut width = 0;
            for element in elements {
                element.write(&mut self.gathered);
                width += 1;
            }
            let refused = if Layout::new(T::TYPE, width) == Ok(self.layout) {
                let row = self.gathered.get(start..).unwrap_or_default();
                unfit(self.layout, row, self.last)
            } else {
                let (element_type, ours) = (T::TYPE.as_str(), self.layout);
                Some(format!(
                    "a row of {width} {element_type} does not fit the layout {ours}"
                ))
            };
            if let Some(reason) = refused {
                self.gathered.truncate(start);
                self.pass_on().await?;
                return Err(self.refuse(reason));
            }
            self.took(1, Some(timestamp));
            if self.gathered.len() >= PIECE.max(self.cache) {
                self.flush().await?;
            }
        }
        self.pass_on().await
    }

    /// Writes columns.
    ///
    /// # Errors
    /// As [`write`](Self::write), and when the columns are not equally long.
    pub async fn write_columns<T: Element>(&mut self, columns: &Columns<T>) -> Result<()> {
        self.sound()?;
        if columns.layout() != Some(self.layout) {
            let (width, element_type, ours) =
                (columns.elements.len(), T::TYPE.as_str(), self.layout);
            return Err(self.refuse(format!(
                "{width} columns of {element_type} do not fit the layout {ours}"
            )));
        }
        if let Some(reason) = columns.unfit(self.last) {
            return Err(self.refuse(reason));
        }
        let rows_at_once = (PIECE / self.layout.row_size()).max(1);
        for start in (0..columns.len()).step_by(rows_at_once) {
            let rows = columns.rows(start, rows_at_once, &mut self.gathered);
            self.took(rows.len(), rows.last().copied());
            if self.gathered.len() >= PIECE.max(self.cache) {
                self.flush().await?;
            }
        }
        self.pass_on().await
    }

    /// Ends the interval: a break stands between the rows before and after. Without rows before it does nothing.
    ///
    /// # Errors
    /// When the node has refused the rows before.
    pub async fn close_interval(&mut self) -> Result<()> {
        self.token();
        self.flush().await
    }

    /// Hands what the cache has gathered to the connection.
    ///
    /// # Errors
    /// When the node has refused the rows before.
    pub async fn flush(&mut self) -> Result<()> {
        self.sound()?;
        if !self.gathered.is_empty() {
            let room = self.room().await?;
            room.send(Ok(std::mem::take(&mut self.gathered).into()));
        }
        Ok(())
    }

    /// Ends the last interval and the request, and waits until everything is stored. Gives the number of rows.
    ///
    /// # Errors
    /// With the node's words when it refuses; which of the rows it has stored before is not known then, except that it stores
    /// them in order.
    pub async fn close(mut self) -> Result<u64> {
        self.token();
        self.flush().await?;
        drop(self.pieces);
        match self.answer.await {
            Ok(Ok(())) => Ok(self.taken),
            refused => Err(failure(self.operation, self.taken, refused)),
        }
    }

    /// Whether the request goes on.
    fn sound(&self) -> Result<()> {
        self.pieces.as_ref().map(drop).map_err(Clone::clone)
    }

    fn took(&mut self, rows: usize, last: Option<i64>) {
        self.taken += rows as u64;
        self.in_interval |= rows > 0;
        self.last = last.or(self.last);
    }

    /// Hands over what is gathered, unless the cache has room for more.
    async fn pass_on(&mut self) -> Result<()> {
        if self.gathered.len() < self.cache {
            Ok(())
        } else {
            self.flush().await
        }
    }

    /// Waits until the connection takes another piece. What is sent leaves its place only then: a write that is given up
    /// while it waits loses nothing.
    async fn room(&mut self) -> Result<Room> {
        let pieces = self.pieces.clone()?;
        // An answer before the end is a refusal: nobody reads on.
        let refused = match select(&mut self.answer, pin!(pieces.reserve_owned())).await {
            Either::Right((Ok(room), _)) => return Ok(room),
            Either::Right((Err(_), answer)) => answer.await,
            Either::Left((answer, _)) => answer,
        };
        let failure = failure(self.operation, self.taken, refused);
        self.pieces = Err(failure.clone());
        Err(failure)
    }

    fn token(&mut self) {
        if std::mem::take(&mut self.in_interval) {
            let length = self.gathered.len() + self.layout.row_size();
            self.gathered.resize(length, 0);
        }
    }

    fn refuse(&self, reason: String) -> Error {
        Error::request(self.operation, reason)
    }
}

const EARLY: &str = "the node ended the request before all rows were sent";

/// The request is over before its time.
fn failure(operation: &'static Operation, taken: u64, answer: Answer) -> Error {
    match answer {
        Ok(Err(error)) => error,
        Ok(Ok(())) => Error::of(ErrorKind::Broken, operation, EARLY),
        Err(error) => Error::of(ErrorKind::Broken, operation, EARLY).with_source(error),
    }
    .with_context(format!(
        "{taken} rows were taken and none is certain to be stored"
    ))
}

/// Why not every row can follow `last`.
fn unfit(layout: Layout, bytes: &[u8], mut last: Option<i64>) -> Option<String> {
    for row in bytes.chunks_exact(layout.row_size()) {
        let timestamp = i64::read(row);
        if last.is_some_and(|last| timestamp <= last) {
            return Some(not_after(timestamp));
        }
        if is_token(row) {
            return Some(LIKE_A_BREAK.to_owned());
        }
        if layout.has_nan(row) {
            return Some(not_a_number(timestamp));
        }
        last = Some(timestamp);
    }
    None
}

const LIKE_A_BREAK: &str = "a row at time zero with only zeros cannot be told from a break";

fn not_after(timestamp: i64) -> String {
    format!("the timestamp {timestamp} does not come after the one before")
}

fn not_a_number(timestamp: i64) -> String {
    format!("an element at {timestamp} is not a number")
}

impl<T: Element> Columns<T> {
    /// Why not every row can follow `last`.
    fn unfit(&self, last: Option<i64>) -> Option<String> {
        let length = self.len();
        if self.elements.iter().any(|column| column.len() != length) {
            return Some("the columns are not equally long".to_owned());
        }
        let before = last.into_iter().chain(self.timestamps.iter().copied());
        let after = self.timestamps.iter().skip(usize::from(last.is_none()));
        if let Some((_, late)) = before.zip(after).find(|(before, after)| *after <= before) {
            return Some(not_after(*late));
        }
        let is_zero = |index: usize| {
            self.elements
                .iter()
                .all(|column| column.get(index).is_some_and(|value| value.is_zero()))
        };
        if self.timestamps.binary_search(&0).is_ok_and(is_zero) {
            return Some(LIKE_A_BREAK.to_owned());
        }
        let nan = self
            .elements
            .iter()
            .find_map(|column| column.iter().position(|value| value.is_nan()))?;
        self.timestamps.get(nan).copied().map(not_a_number)
    }

    /// Appends up to `count` rows from `start` on to the bytes; gives their timestamps.
    fn rows(&self, start: usize, count: usize, bytes: &mut Vec<u8>) -> &[i64] {
        let end = start.saturating_add(count).min(self.len());
        let timestamps = self.timestamps.get(start..end).unwrap_or_default();
        for (index, timestamp) in (start..end).zip(timestamps) {
            timestamp.write(bytes);
            for value in self.elements.iter().filter_map(|column| column.get(index)) {
                value.write(bytes);
            }
        }
        timestamps
    }
}

impl fmt::Debug for PipeWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipeWriter")
            .field("layout", &self.layout)
            .field("rows", &self.taken)
            .field("last", &self.last)
            .field("failure", &self.pieces.as_ref().err())
            .finish()
    }
}
