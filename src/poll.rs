//! Operations that go on at the server after their call has returned.

use std::{fmt, future::IntoFuture, time::Duration};

use tokio::time::{Instant, sleep, timeout_at};

use crate::{Error, ErrorKind, Operation, Result, call::BoxFuture};

/// The first wait between two questions, and the bound that its doubling stops at.
const WAITS: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(2));

type Question<T> = Box<dyn FnMut() -> BoxFuture<Result<Option<T>>> + Send>;

/// An operation that is followed to its end: started if need be, then asked about after 10 ms, 20 ms and so on up to
/// every 2 s.
///
/// `.await` gives what it made, or its failure as an [`Error`]. Questions that fail in a way that passes
/// (see [`is_retryable`](Error::is_retryable)) are asked again.
#[must_use = "nothing is started or asked until it is awaited"]
pub struct Poll<T> {
    operation: &'static Operation,
    begin: BoxFuture<Result<Question<T>>>,
    deadline: Duration,
}

impl<T: Send + 'static> Poll<T> {
    /// `begin` starts the operation and gives the question that tells `None` while it goes on.
    pub(crate) fn new<F>(
        operation: &'static Operation,
        begin: impl Future<Output = Result<F>> + Send + 'static,
    ) -> Self
    where
        F: FnMut() -> BoxFuture<Result<Option<T>>> + Send + 'static,
    {
        Self {
            operation,
            begin: Box::pin(async move { Ok(Box::new(begin.await?) as Question<T>) }),
            deadline: Duration::from_secs(600),
        }
    }

    /// How long to follow it: 10 minutes unless said otherwise. At the deadline the operation goes on at the server;
    /// only the asking ends, with an error that [`is_timeout`](Error::is_timeout).
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    async fn follow(self) -> Result<T> {
        let until = Instant::now() + self.deadline;
        let late = || {
            Error::of(
                ErrorKind::Timeout,
                self.operation,
                format!(
                    "not done after {:?}; it goes on at the server",
                    self.deadline
                ),
            )
        };
        let mut question = timeout_at(until, self.begin).await.map_err(|_| late())??;
        let (mut wait, longest) = WAITS;
        loop {
            match timeout_at(until, question()).await.map_err(|_| late())? {
                Ok(Some(value)) => return Ok(value),
                Ok(None) => {}
                Err(error) if error.is_retryable() => {}
                Err(error) => return Err(error),
            }
            if Instant::now() + wait >= until {
                return Err(late());
            }
            sleep(wait).await;
            wait = (wait * 2).min(longest);
        }
    }
}

impl<T: Send + 'static> IntoFuture for Poll<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.follow())
    }
}

impl<T> fmt::Debug for Poll<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poll")
            .field("operation", &self.operation.id)
            .field("deadline", &self.deadline)
            .finish()
    }
}
