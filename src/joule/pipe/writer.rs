//! Writing a pipe.

use std::{fmt, io, pin::pin};

use bytes::Bytes;
use futures_util::future::{Either, select};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle},
};

use super::{
    columns::Columns,
    layout::Layout,
    rows::{Element, Rows},
};
use crate::{Body, Error, ErrorKind, Operation, Result, call::BoxFuture};

/// Bytes that are gathered before they are handed to the connection.
const GATHERED: usize = 64 << 10;
/// Pieces that may wait for the connection: past them, writing waits too.
const WAITING: usize = 5;

/// How the request ended.
type Answer = std::result::Result<Result<()>, JoinError>;

/// Rows on their way into a stream, in one request that stays open until [`close`](Self::close).
///
/// The node stores rows block by block and takes nothing back when a later one is refused. It answers at the end: rows are
/// certainly stored when `close` has returned.
///
/// A writer that is dropped ends its request after the last whole row that was handed to the connection; rows still gathered
/// are not sent.
#[must_use = "rows are certain to be stored only after `close`"]
pub struct PipeWriter {
    operation: &'static Operation,
    layout: Layout,
    gathered: Vec<u8>,
    limit: usize,
    last: Option<i64>,
    in_interval: bool,
    taken: u64,
    pieces: Option<mpsc::Sender<io::Result<Bytes>>>,
    answer: JoinHandle<Result<()>>,
    failure: Option<Error>,
}

impl PipeWriter {
    /// `send` makes the request with the body that this writer feeds.
    pub(crate) fn open(
        operation: &'static Operation,
        layout: Layout,
        send: impl FnOnce(Body) -> BoxFuture<Result<()>>,
    ) -> Self {
        let (pieces, mut queue) = mpsc::channel(WAITING);
        let stream = futures_util::stream::poll_fn(move |context| queue.poll_recv(context));
        let answer = tokio::spawn(send(Body::wrap_stream(stream)));
        Self {
            operation,
            layout,
            gathered: Vec::with_capacity(GATHERED),
            limit: GATHERED,
            last: None,
            in_interval: false,
            taken: 0,
            pieces: Some(pieces),
            answer,
            failure: None,
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

    /// How many rows to gather before they are handed to the connection; 1 sends each at once.
    pub fn with_cache(mut self, rows: usize) -> Self {
        self.limit = rows.max(1).saturating_mul(self.layout.row_size());
        self
    }

    /// Writes rows of the stream's layout.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request), and none of them is taken, when they have another layout, their timestamps do not
    /// increase, an element is not a number, or a row is all zero: on the wire that is a break. Otherwise when the node has
    /// refused the rows before; the request is over then.
    pub async fn write(&mut self, rows: &Rows) -> Result<()> {
        self.check_layout(rows.layout())?;
        let start = self.gathered.len();
        self.gathered.extend_from_slice(rows.as_bytes());
        self.accept(start).await
    }

    /// Writes one row.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn write_row<T: Element>(&mut self, timestamp: i64, elements: &[T]) -> Result<()> {
        self.write_rows([(timestamp, elements.iter().copied())])
            .await
    }

    /// Writes rows from an iterator.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn write_rows<T: Element, E: IntoIterator<Item = T>>(
        &mut self,
        rows: impl IntoIterator<Item = (i64, E)>,
    ) -> Result<()> {
        let start = self.gathered.len();
        for (timestamp, elements) in rows {
            timestamp.write(&mut self.gathered);
            let mut width = 0;
            for element in elements {
                element.write(&mut self.gathered);
                width += 1;
            }
            let row = Layout::new(T::DATATYPE, width);
            if row != Ok(self.layout) {
                self.gathered.truncate(start);
                return Err(self.refuse(format!(
                    "a row of {width} {} does not fit the layout {}",
                    T::DATATYPE.as_str(),
                    self.layout
                )));
            }
        }
        self.accept(start).await
    }

    /// Writes columns.
    ///
    /// # Errors
    /// As [`write`](Self::write), and when the columns are not equally long.
    pub async fn write_columns<T: Element>(&mut self, columns: &Columns<T>) -> Result<()> {
        if columns
            .elements
            .iter()
            .any(|column| column.len() != columns.len())
        {
            return Err(self.refuse("the columns are not equally long".to_owned()));
        }
        let row = |index: usize| {
            columns
                .elements
                .iter()
                .filter_map(move |column| column.get(index).copied())
        };
        let rows = columns
            .timestamps
            .iter()
            .enumerate()
            .map(|(index, timestamp)| (*timestamp, row(index)));
        self.write_rows(rows).await
    }

    /// Ends the interval: a break stands between the rows before and after. Without rows before it does nothing.
    ///
    /// # Errors
    /// When the node has refused the rows before.
    pub async fn close_interval(&mut self) -> Result<()> {
        self.token();
        self.flush().await
    }

    /// Hands what was gathered to the connection.
    ///
    /// # Errors
    /// When the node has refused the rows before.
    pub async fn flush(&mut self) -> Result<()> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if self.gathered.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(
            &mut self.gathered,
            Vec::with_capacity(GATHERED),
        ));
        let Some(pieces) = &self.pieces else {
            return Ok(());
        };
        // An answer before the end is a refusal: nobody reads on.
        let refused = match select(&mut self.answer, pin!(pieces.send(Ok(piece)))).await {
            Either::Right((Ok(()), _)) => None,
            Either::Right((Err(_), answer)) => Some(answer.await),
            Either::Left((answer, _)) => Some(answer),
        };
        match refused {
            None => Ok(()),
            Some(answer) => Err(self.fail(answer)),
        }
    }

    /// Ends the last interval and the request, and waits until everything is stored.
    ///
    /// # Errors
    /// With the node's words when it refuses; which of the rows it has stored before is not known then, except that it stores them
    /// in order.
    pub async fn close(mut self) -> Result<u64> {
        self.token();
        self.flush().await?;
        self.pieces = None;
        match (&mut self.answer).await {
            Ok(Ok(())) => Ok(self.taken),
            refused => Err(self.fail(refused)),
        }
    }

    /// Checks the rows gathered from `start` on; takes all of them or none.
    async fn accept(&mut self, start: usize) -> Result<()> {
        if let Some(failure) = &self.failure {
            self.gathered.truncate(start);
            return Err(failure.clone());
        }
        let added = self.gathered.get(start..).unwrap_or_default();
        match checked(self.layout, added, self.last) {
            Ok(last) => {
                let rows = (added.len() / self.layout.row_size()) as u64;
                self.taken += rows;
                self.in_interval |= rows > 0;
                self.last = last;
            }
            Err(reason) => {
                self.gathered.truncate(start);
                return Err(self.refuse(reason));
            }
        }
        if self.gathered.len() >= self.limit {
            self.flush().await
        } else {
            Ok(())
        }
    }

    fn token(&mut self) {
        if std::mem::take(&mut self.in_interval) {
            let length = self.gathered.len() + self.layout.row_size();
            self.gathered.resize(length, 0);
        }
    }

    fn check_layout(&self, layout: Layout) -> Result<()> {
        if layout == self.layout {
            Ok(())
        } else {
            Err(self.refuse(format!(
                "rows of {layout} do not fit the layout {}",
                self.layout
            )))
        }
    }

    fn refuse(&self, reason: String) -> Error {
        Error::request(self.operation, reason)
    }

    /// The request is over before its time.
    fn fail(&mut self, answer: Answer) -> Error {
        let early = "the node ended the request before all rows were sent";
        let failure = match answer {
            Ok(Err(error)) => error,
            Ok(Ok(())) => Error::of(ErrorKind::Broken, self.operation, early),
            Err(error) => Error::of(ErrorKind::Broken, self.operation, early).with_source(error),
        };
        self.pieces = None;
        self.failure = Some(failure.clone());
        failure
    }
}

/// The last timestamp, if every row may be sent after `last`.
fn checked(layout: Layout, bytes: &[u8], mut last: Option<i64>) -> Result<Option<i64>, String> {
    for row in bytes.chunks_exact(layout.row_size()) {
        let timestamp = i64::read(row);
        if last.is_some_and(|last| timestamp <= last) {
            return Err(format!(
                "the timestamp {timestamp} does not come after the one before"
            ));
        }
        if timestamp == 0 && row.iter().all(|byte| *byte == 0) {
            return Err(
                "a row at time zero with only zeros cannot be told from a break".to_owned(),
            );
        }
        if layout.has_nan(row) {
            return Err(format!("an element at {timestamp} is not a number"));
        }
        last = Some(timestamp);
    }
    Ok(last)
}

impl fmt::Debug for PipeWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipeWriter")
            .field("layout", &self.layout)
            .field("rows", &self.taken)
            .field("last", &self.last)
            .field("failure", &self.failure)
            .finish()
    }
}
