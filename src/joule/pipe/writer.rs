//! Writing a pipe.

use std::{
    fmt, io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use tokio::{
    sync::{mpsc, oneshot},
    task::{JoinError, JoinHandle},
    time::sleep,
};

use super::{
    buffer_pool::BufferPool,
    columns::{CHUNK, Columns},
    layout::{Layout, TIMESTAMP},
    rows::{Element, Rows, place},
    validation::validate,
};
use crate::{Body, Error, ErrorKind, Operation, Result, call::BoxFuture, error::History};

/// Bytes of a piece that is made from rows of another form.
const PIECE: usize = 512 << 10;
/// Pieces that may be queued for the connection; when the queue is full, writing waits.
const QUEUE: usize = 5;
/// How long the connection may take for what is on its way when its writer is dropped.
const LINGER: Duration = Duration::from_secs(30);

type Sender = mpsc::Sender<io::Result<Bytes>>;
/// Permit for one more piece.
type Permit = mpsc::OwnedPermit<io::Result<Bytes>>;
/// How the request ended.
type Answer = std::result::Result<Result<()>, JoinError>;

/// Rows on their way into a data stream, in one request that stays open until [`close`](Self::close).
///
/// Rows are handed to the connection by the call that writes them, unless a [cache](Self::with_cache) buffers them; a connection
/// that is slower than its writer makes the writer wait.
///
/// The node answers at the end: rows are certain to be stored when `close` has returned. It stores them block by block as they
/// come and takes nothing back when it refuses a later one, so after an error none is certain to be stored and each may be.
///
/// Dropping the future of a write, as a timeout does, loses and doubles no row: [`rows`](Self::rows) is the number of rows that were
/// taken, and the rest can be written again.
///
/// A writer that is dropped ends its request after the last row that was handed to the connection; rows in the cache are not
/// sent, and no break closes the interval. Rows that the node has not taken and answered within 30 seconds are given up and the
/// connection is closed. The same holds where the future of `close` is dropped. A node that reads nothing at all, though its
/// machine is alive, keeps the connection until it reads again or ends.
#[must_use = "rows are certain to be stored only after `close`"]
pub struct PipeWriter {
    history: History,
    layout: Layout,
    /// Rows and breaks that are not handed to the connection yet.
    buffer: BytesMut,
    pool: BufferPool,
    /// Rows from an iterator that are not validated yet; none between two calls.
    unchecked: Vec<u8>,
    /// Bytes to buffer before they are handed to the connection.
    cache: usize,
    last: Option<i64>,
    in_interval: bool,
    taken: u64,
    /// Where pieces go, or why the request is over.
    pieces: Result<Sender>,
    answer: JoinHandle<Result<()>>,
    /// Tells the request that its writer is gone.
    _held: oneshot::Sender<()>,
}

impl PipeWriter {
    /// `send` makes the request with the body that this writer feeds.
    pub(crate) fn open(
        operation: &'static Operation,
        layout: Layout,
        send: impl FnOnce(Body) -> BoxFuture<Result<()>>,
    ) -> Self {
        // A body that is made as it is sent is sent once.
        let history = History {
            attempts: 1,
            ..History::begun(operation)
        };
        let past = history.clone();
        let (pieces, mut queue) = mpsc::channel(QUEUE);
        let ended = Arc::new(AtomicBool::new(false));
        let at_end = Arc::clone(&ended);
        let stream = futures_util::stream::poll_fn(move |context| {
            let piece = queue.poll_recv(context);
            at_end.fetch_or(matches!(piece, Poll::Ready(None)), Ordering::Relaxed);
            piece
        });
        let request = send(Body::wrap_stream(stream));
        let (held, dropped) = oneshot::channel();
        let answer = tokio::spawn(async move {
            let lingered = pin!(async {
                let _ = dropped.await;
                sleep(LINGER).await;
            });
            match select(request, lingered).await {
                Either::Left((answer, _)) => answer?,
                // Nobody asks for the outcome.
                Either::Right(_) => return Ok(()),
            }
            match ended.load(Ordering::Relaxed) {
                true => Ok(()),
                false => Err(past.error(ErrorKind::Broken, ENDED_EARLY)),
            }
        });
        Self {
            history,
            layout,
            buffer: BytesMut::new(),
            pool: BufferPool::new(QUEUE + 2, 2 * PIECE),
            unchecked: Vec::new(),
            cache: 0,
            last: None,
            in_interval: false,
            taken: 0,
            pieces: Ok(pieces),
            answer,
            _held: held,
        }
    }

    /// The layout of the stream.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The number of rows that were taken so far.
    pub fn rows(&self) -> u64 {
        self.taken
    }

    /// Buffers this many rows before they are handed to the connection. Use it when rows come one by one.
    pub fn with_cache(mut self, rows: usize) -> Self {
        self.cache = rows.saturating_mul(self.layout.row_size());
        self
    }

    /// Writes rows of the stream's layout. Large ones are not copied.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request), and none of the rows is taken, when they have another layout, their timestamps do not
    /// increase, an element is NaN, or a row is all zero, which is a break on the wire. Otherwise when the node has refused earlier
    /// rows; the request is over then.
    pub async fn write(&mut self, rows: &Rows) -> Result<()> {
        self.check_open()?;
        if rows.layout() != self.layout {
            let (theirs, ours) = (rows.layout(), self.layout);
            return Err(self.refuse(format!("rows of {theirs} do not fit the layout {ours}")));
        }
        validate(self.layout, rows.as_bytes(), self.last)
            .map_err(|invalid| self.refuse(invalid.reason))?;
        if rows.as_bytes().len() < PIECE.max(self.cache) {
            self.buffer.extend_from_slice(rows.as_bytes());
            self.record(rows.len(), rows.timestamps().next_back());
            return self.flush_full().await;
        }
        self.flush().await?;
        let permit = self.permit().await?;
        self.record(rows.len(), rows.timestamps().next_back());
        permit.send(Ok(rows.as_bytes().clone()));
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
    /// As [`write`](Self::write), but the rows before the one that is refused are taken: [`rows`](Self::rows) is their number.
    /// The iterator may have given some more.
    pub async fn write_rows<T: Element, E: IntoIterator<Item = T>>(
        &mut self,
        rows: impl IntoIterator<Item = (i64, E)>,
    ) -> Result<()> {
        self.check_open()?;
        self.unchecked.clear();
        let mut refused = None;
        for (timestamp, elements) in rows {
            let start = self.unchecked.len();
            timestamp.write(&mut self.unchecked);
            let mut width = 0;
            // One too many is enough to know.
            for element in elements.into_iter().take(self.layout.width() + 1) {
                element.write(&mut self.unchecked);
                width += 1;
            }
            if T::TYPE != self.layout.element_type() || width != self.layout.width() {
                self.unchecked.truncate(start);
                let (element_type, ours) = (T::TYPE.as_str(), self.layout);
                let or_more = if width > ours.width() { " or more" } else { "" };
                refused = Some(format!(
                    "a row of {width}{or_more} {element_type} does not fit the layout {ours}"
                ));
                break;
            }
            if self.unchecked.len() >= CHUNK {
                refused = self.take_valid();
                if refused.is_some() {
                    break;
                }
                if self.buffer.len() >= PIECE.max(self.cache) {
                    self.flush().await?;
                }
            }
        }
        let refused = self.take_valid().or(refused);
        self.flush_full().await?;
        refused.map_or(Ok(()), |reason| Err(self.refuse(reason)))
    }

    /// Takes the unchecked rows up to the first that is invalid, and gives the reason why it is.
    fn take_valid(&mut self) -> Option<String> {
        let size = self.layout.row_size();
        let invalid = validate(self.layout, &self.unchecked, self.last).err();
        let valid = invalid
            .as_ref()
            .map_or(self.unchecked.len(), |invalid| invalid.row * size);
        let rows = self.unchecked.get(..valid).unwrap_or_default();
        let last = rows.rchunks_exact(size).next().map(i64::read);
        self.buffer.extend_from_slice(rows);
        self.unchecked.clear();
        self.record(valid / size, last);
        invalid.map(|invalid| invalid.reason)
    }

    /// Writes columns.
    ///
    /// # Errors
    /// As [`write`](Self::write), and when the columns are not equally long.
    pub async fn write_columns<T: Element>(&mut self, columns: &Columns<T>) -> Result<()> {
        self.check_open()?;
        if columns.layout() != Ok(self.layout) {
            let (width, element_type, ours) =
                (columns.elements.len(), T::TYPE.as_str(), self.layout);
            return Err(self.refuse(format!(
                "{width} columns of {element_type} do not fit the layout {ours}"
            )));
        }
        columns
            .validate(self.last)
            .map_err(|reason| self.refuse(reason))?;
        let rows_at_once = (CHUNK / self.layout.row_size()).max(1);
        for start in (0..columns.len()).step_by(rows_at_once) {
            if self.buffer.is_empty() {
                let left = (columns.len() - start) * self.layout.row_size();
                self.buffer.reserve(left.min(PIECE + CHUNK));
            }
            let rows = columns.rows(start, rows_at_once, &mut self.buffer);
            self.record(rows.len(), rows.last().copied());
            if self.buffer.len() >= PIECE.max(self.cache) {
                self.flush().await?;
            }
        }
        self.flush_full().await
    }

    /// Ends the interval: a break stands between the rows before and after. Without rows before it does nothing.
    ///
    /// # Errors
    /// When the node has refused earlier rows.
    pub async fn close_interval(&mut self) -> Result<()> {
        self.push_break();
        self.flush().await
    }

    /// Hands the rows in the cache to the connection.
    ///
    /// # Errors
    /// When the node has refused earlier rows.
    pub async fn flush(&mut self) -> Result<()> {
        self.check_open()?;
        if !self.buffer.is_empty() {
            let permit = self.permit().await?;
            permit.send(Ok(self.pool.freeze(&mut self.buffer)));
        }
        Ok(())
    }

    /// Ends the last interval and the request, and waits until everything is stored. Gives the number of rows.
    ///
    /// # Errors
    /// With the node's message when it refuses rows. It is not known then which rows it stored before, except that it stores them
    /// in order.
    pub async fn close(mut self) -> Result<u64> {
        self.push_break();
        self.flush().await?;
        drop(self.pieces);
        match self.answer.await {
            Ok(Ok(())) => Ok(self.taken),
            refused => Err(failure(&self.history, self.taken, refused)),
        }
    }

    /// Fails once the request is over.
    fn check_open(&self) -> Result<()> {
        self.pieces.as_ref().map(drop).map_err(Clone::clone)
    }

    fn record(&mut self, rows: usize, last: Option<i64>) {
        self.taken += rows as u64;
        self.in_interval |= rows > 0;
        self.last = last.or(self.last);
    }

    /// Hands the buffer to the connection, unless the cache has room for more.
    async fn flush_full(&mut self) -> Result<()> {
        if self.buffer.len() < self.cache {
            Ok(())
        } else {
            self.flush().await
        }
    }

    /// Waits until the connection takes another piece. What is sent leaves its place only then: a write that is given up
    /// while it waits loses nothing.
    async fn permit(&mut self) -> Result<Permit> {
        let pieces = self.pieces.clone()?;
        // An answer before the end is a refusal: nobody reads on.
        let refused = match select(&mut self.answer, pin!(pieces.reserve_owned())).await {
            Either::Right((Ok(permit), _)) => return Ok(permit),
            Either::Right((Err(_), answer)) => answer.await,
            Either::Left((answer, _)) => answer,
        };
        let failure = failure(&self.history, self.taken, refused);
        self.pieces = Err(failure.clone());
        Err(failure)
    }

    fn push_break(&mut self) {
        if std::mem::take(&mut self.in_interval) {
            let length = self.buffer.len() + self.layout.row_size();
            self.buffer.resize(length, 0);
        }
    }

    fn refuse(&self, reason: String) -> Error {
        Error::request(self.history.operation, reason)
    }
}

const ENDED_EARLY: &str = "the node ended the request before all rows were sent";

/// The request is over before its time.
fn failure(history: &History, taken: u64, answer: Answer) -> Error {
    match answer {
        Ok(Err(error)) => error,
        Ok(Ok(())) => history.error(ErrorKind::Broken, ENDED_EARLY),
        Err(error) => history
            .error(ErrorKind::Broken, ENDED_EARLY)
            .with_source(error),
    }
    .with_context(format!(
        "{taken} rows were taken and none is certain to be stored"
    ))
}

impl<T: Element> Columns<T> {
    /// Appends up to `count` rows from `start` on to the bytes; gives their timestamps.
    fn rows(&self, start: usize, count: usize, bytes: &mut BytesMut) -> &[i64] {
        let end = start.saturating_add(count).min(self.len());
        let timestamps = self.timestamps.get(start..end).unwrap_or_default();
        let size = TIMESTAMP + self.elements.len() * size_of::<T>();
        let before = bytes.len();
        bytes.resize(before + timestamps.len() * size, 0);
        let rows = bytes.get_mut(before..).unwrap_or_default();
        for (row, timestamp) in rows.chunks_exact_mut(size).zip(timestamps) {
            timestamp.put(row);
        }
        for (index, column) in self.elements.iter().enumerate() {
            let values = column.get(start..end).unwrap_or_default();
            for (row, value) in rows.chunks_exact_mut(size).zip(values) {
                value.put(row.get_mut(place::<T>(index)).unwrap_or_default());
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
