//! Operations that go on at the server after their call has returned.

use std::{fmt, future::IntoFuture, time::Duration};

use tokio::time::{Instant, sleep, timeout_at};

use super::{BoxFuture, in_runtime};
use crate::{
    Error, ErrorKind, Operation, Result,
    value::deadline::{after, later},
};

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
        let started = Instant::now();
        let until = later(started, self.deadline);
        let late = |asked: u32, passing: Option<Error>| {
            let error = Error::of(
                ErrorKind::Timeout,
                self.operation,
                format!(
                    "not done after {:?}; it goes on at the server",
                    self.deadline
                ),
            )
            .with_history(asked, started.elapsed());
            match passing {
                Some(passing) => error.with_source(passing),
                None => error,
            }
        };
        let mut question = timeout_at(until, self.begin)
            .await
            .map_err(|_| late(0, None))??;
        let (mut wait, longest) = WAITS;
        let mut asked = 0;
        let mut passing = None;
        loop {
            asked += 1;
            passing = match timeout_at(until, question()).await {
                Ok(Ok(Some(value))) => return Ok(value),
                Ok(Ok(None)) => None,
                Ok(Err(error)) if error.is_retryable() => Some(error),
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(late(asked, passing)),
            };
            if after(wait) >= until {
                return Err(late(asked, passing));
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
        Box::pin(in_runtime(self.follow()))
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::{Idempotence, ResponseKind, TimeoutClass};

    static OPERATION: Operation = Operation {
        platform: "test",
        id: "thing_status",
        group: "thing",
        method: "GET",
        path: "/thing",
        summary: "",
        idempotent: Idempotence::Always,
        timeout: TimeoutClass::Normal,
        since: None,
        until: None,
        parameters: &[],
        body: None,
        response: ResponseKind::Empty,
    };

    /// Milliseconds from the start to each question.
    type Times = Arc<Mutex<Vec<u128>>>;

    /// A thing that is done when it has been asked so many times.
    fn done_after(questions: usize) -> (Poll<()>, Times) {
        let times = Times::default();
        let log = Arc::clone(&times);
        let poll = Poll::new(&OPERATION, async move {
            let started = Instant::now();
            Ok(move || -> BoxFuture<Result<Option<()>>> {
                let mut log = log.lock().unwrap();
                log.push(started.elapsed().as_millis());
                let done = log.len() == questions;
                Box::pin(async move { Ok(done.then_some(())) })
            })
        });
        (poll, times)
    }

    #[tokio::test(start_paused = true)]
    async fn the_waits_double_from_10_ms_to_2_s() {
        let (poll, times) = done_after(12);
        poll.await.unwrap();
        let waits: Vec<u128> = times
            .lock()
            .unwrap()
            .windows(2)
            .map(|two| two[1] - two[0])
            .collect();
        assert_eq!(
            waits,
            [10, 20, 40, 80, 160, 320, 640, 1280, 2000, 2000, 2000]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_question_is_asked_after_ten_minutes_unless_said_otherwise() {
        let (poll, times) = done_after(usize::MAX);
        let error = poll.await.unwrap_err();
        assert!(error.is_timeout());
        let last = *times.lock().unwrap().last().unwrap();
        assert!((598_000..600_000).contains(&last), "{last}");
        assert_eq!(error.attempts() as usize, times.lock().unwrap().len());
    }
}
