//! Bodies that are not held in memory.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::stream;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    time::{Sleep, sleep_until},
};

use crate::{ErrorKind, Result, error::History, value::deadline::after};

/// The bytes of a log, a profile or a pipe, piece by piece as they arrive: memory use does not grow with their number.
///
/// A connection that breaks before the announced end is an error, never a clean end; so is silence longer than
/// [`Timeouts::idle`](crate::Timeouts::idle). Dropping this closes the connection.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
/// let mut log = flink.job_manager().log().await?;
/// while let Some(bytes) = log.next().await? {
///     println!("{} bytes", bytes.len());
/// }
/// # Ok(()) }
/// ```
pub struct ByteStream {
    history: History,
    pieces: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>,
    idle: Duration,
    alarm: Pin<Box<Sleep>>,
    /// Whether the alarm is set. It is while somebody waits for a piece: a reader that takes its time with the last one
    /// is no silence of the server.
    waiting: bool,
    ended: bool,
}

impl ByteStream {
    pub(crate) fn new(history: History, response: reqwest::Response, idle: Duration) -> Self {
        Self {
            history,
            pieces: Box::pin(response.bytes_stream()),
            idle,
            alarm: Box::pin(sleep_until(after(idle))),
            waiting: false,
            ended: false,
        }
    }

    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// The next bytes, as many as have arrived; `None` at the end and after an error.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no bytes.
    ///
    /// # Errors
    /// When the connection breaks or is silent for too long.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        poll_fn(|context| self.poll_piece(context)).await
    }

    /// The same bytes as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes>> + Send + Unpin + 'static {
        let mut this = self;
        stream::poll_fn(move |context| this.poll_piece(context).map(Result::transpose))
    }

    /// All bytes, if there are at most `limit`.
    ///
    /// # Errors
    /// [`is_too_large`](crate::Error::is_too_large) past the limit: nothing is cut silently.
    pub async fn into_bytes(mut self, limit: usize) -> Result<Bytes> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next().await? {
            if whole.len() + piece.len() > limit {
                let what = format!("the answer is larger than {limit} bytes");
                return Err(self.history.error(ErrorKind::TooLarge, what));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// Writes all bytes to a file, a pipe or a buffer and gives their number.
    ///
    /// # Errors
    /// When the connection breaks, or [`ErrorKind::Broken`] with the writer's error as its source.
    pub async fn copy_to(mut self, writer: &mut (impl AsyncWrite + Unpin)) -> Result<u64> {
        let history = self.history.clone();
        let broken = |error: std::io::Error| {
            history
                .error(ErrorKind::Broken, "the bytes could not be written")
                .with_source(error)
        };
        let mut count = 0;
        while let Some(piece) = self.next().await? {
            writer.write_all(&piece).await.map_err(broken)?;
            count += piece.len() as u64;
        }
        writer.flush().await.map_err(broken)?;
        Ok(count)
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        if self.ended {
            return Poll::Ready(Ok(None));
        }
        match self.pieces.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(piece))) => {
                self.waiting = false;
                Poll::Ready(Ok(Some(piece)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.ended = true;
                let what = "the connection broke before the end of the answer";
                let broken = self.history.error(ErrorKind::Broken, what);
                Poll::Ready(Err(broken.caused_by(error.without_url())))
            }
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(Ok(None))
            }
            Poll::Pending => {
                if !self.waiting {
                    self.waiting = true;
                    let alarm = after(self.idle);
                    self.alarm.as_mut().reset(alarm);
                }
                ready!(self.alarm.as_mut().poll(context));
                self.ended = true;
                let silence = format!("the stream was silent for {:?}", self.idle);
                Poll::Ready(Err(self.history.error(ErrorKind::Timeout, silence)))
            }
        }
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation", &self.history.operation.id)
            .field("ended", &self.ended)
            .finish()
    }
}
