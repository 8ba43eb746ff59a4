//! Bodies that are not held in memory.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    time::{Instant, Sleep},
};

use crate::{Error, ErrorKind, Operation, Result};

/// The bytes of a log, a profile or a pipe, piece by piece as they arrive: memory does not grow with their number.
///
/// A connection that breaks before the announced end gives an error as its last item, never a clean end;
/// so does silence longer than [`Timeouts::idle`](crate::Timeouts::idle). Dropping the stream closes the connection.
pub struct ByteStream {
    operation: &'static Operation,
    pieces: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>,
    idle: Duration,
    alarm: Pin<Box<Sleep>>,
    ended: bool,
}

/// A year: longer than any process waits, and far from overflowing an instant.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);

impl ByteStream {
    pub(crate) fn new(
        operation: &'static Operation,
        pieces: progenitor_client::ByteStream,
        idle: Duration,
    ) -> Self {
        Self {
            operation,
            pieces: pieces.into_inner(),
            idle,
            alarm: Box::pin(tokio::time::sleep(idle)),
            ended: false,
        }
    }

    /// Takes silence for normal.
    pub(crate) fn wait_for_ever(&mut self) {
        self.idle = FOR_EVER;
        self.alarm.as_mut().reset(Instant::now() + FOR_EVER);
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks or is silent for too long; the stream has ended then.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        StreamExt::next(self).await
    }

    /// All bytes, if there are at most `limit`.
    ///
    /// # Errors
    /// [`is_too_large`](Error::is_too_large) past the limit: nothing is cut silently.
    pub async fn into_bytes(mut self, limit: usize) -> Result<Bytes> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next().await {
            let piece = piece?;
            if whole.len() + piece.len() > limit {
                return Err(Error::of(
                    ErrorKind::TooLarge,
                    self.operation,
                    format!("the answer is larger than {limit} bytes"),
                ));
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
        let operation = self.operation;
        let broken = |error: std::io::Error| {
            Error::of(
                ErrorKind::Broken,
                operation,
                "the bytes could not be written",
            )
            .with_source(error)
        };
        let mut count = 0;
        while let Some(piece) = self.next().await {
            let piece = piece?;
            writer.write_all(&piece).await.map_err(broken)?;
            count += piece.len() as u64;
        }
        writer.flush().await.map_err(broken)?;
        Ok(count)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        match self.pieces.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(piece))) => {
                let alarm = Instant::now() + self.idle;
                self.alarm.as_mut().reset(alarm);
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.ended = true;
                let error = Error::of(
                    ErrorKind::Broken,
                    self.operation,
                    "the connection broke before the end of the answer",
                )
                .with_source(error.without_url());
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(None)
            }
            Poll::Pending => match self.alarm.as_mut().poll(context) {
                Poll::Ready(()) => {
                    self.ended = true;
                    let silence = format!("the stream was silent for {:?}", self.idle);
                    Poll::Ready(Some(Err(Error::of(
                        ErrorKind::Timeout,
                        self.operation,
                        silence,
                    ))))
                }
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation", &self.operation.id)
            .field("ended", &self.ended)
            .finish()
    }
}
