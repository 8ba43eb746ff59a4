//! Operations that go on at the server after their call has returned.

use std::{fmt, future::IntoFuture, time::Duration};

use tokio::time::{Instant, sleep, timeout_at};

use super::{BoxFuture, in_runtime};
use crate::{
    Error, ErrorKind, Operation, Result,
    value::deadline::{after, later},
};

/// The shortest wait between two status requests.
const SHORTEST: Duration = Duration::from_millis(1);
/// How long in a row something between may answer in the server's place.
const BORNE: Duration = Duration::from_secs(30);

/// A status request: `None` while the operation goes on.
type Status<T> = Box<dyn FnMut() -> BoxFuture<Result<Option<T>>> + Send>;
/// An operation that goes on: its id, and the status request.
type Started<T> = (Option<String>, Status<T>);
type Observer = Box<dyn FnMut(PollProgress<'_>) + Send>;

/// Follows an operation to its end: starts it if need be, then asks for its status after 10 ms, 20 ms and so on, up to every
/// 2 s.
///
/// `.await` gives the operation's result, or its failure as an [`Error`]. Status requests that fail with a temporary error
/// (see [`is_retryable`](Error::is_retryable)) are made again, those that something between answers in the server's place (see
/// [`is_intermediary`](Error::is_intermediary)) for 30 s in a row at most. A server that asks to wait is not asked before that
/// time; where it passes the poll's timeout, the poll ends at once.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink, job: headwaters::flink::JobId) -> headwaters::Result<()> {
/// use std::time::Duration;
///
/// let savepoint = flink
///     .jobs()
///     .trigger_savepoint(&job)
///     .poll()
///     .with_timeout(Duration::from_secs(3600))
///     .on_progress(|progress| println!("not done after {:?}", progress.elapsed))
///     .await?;
/// println!("saved to {}", savepoint.location);
/// # Ok(()) }
/// ```
#[must_use = "nothing is started before it is awaited"]
pub struct Poll<T> {
    operation: &'static Operation,
    begin: BoxFuture<Result<Started<T>>>,
    /// The id of the operation, where it is known before it is started.
    id: Option<String>,
    timeout: Duration,
    interval: (Duration, Duration),
    observer: Option<Observer>,
}

/// An operation that is not done yet, as [`Poll::on_progress`] is told.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PollProgress<'a> {
    /// The number of status requests so far.
    pub requests: u32,
    /// The time since the poll was first awaited.
    pub elapsed: Duration,
    /// Why the last status request failed; it will be made again. `None` when the server said that the operation goes on.
    pub error: Option<&'a Error>,
}

impl<T: Send + 'static> Poll<T> {
    /// `begin` starts the operation and gives its id, if it has one, and the request for its status, which is `None` while the
    /// operation goes on.
    pub(crate) fn new<F>(
        operation: &'static Operation,
        begin: impl Future<Output = Result<(Option<String>, F)>> + Send + 'static,
    ) -> Self
    where
        F: FnMut() -> BoxFuture<Result<Option<T>>> + Send + 'static,
    {
        Self {
            operation,
            begin: Box::pin(async move {
                let (id, status) = begin.await?;
                Ok((id, Box::new(status) as Status<T>))
            }),
            id: None,
            timeout: Duration::from_secs(600),
            interval: (Duration::from_millis(10), Duration::from_secs(2)),
            observer: None,
        }
    }

    /// The id that the operation gets when it is started.
    pub(crate) fn with_id(mut self, id: String) -> Self {
        self.id = Some(id);
        self
    }

    /// How long to wait for the end: 10 minutes by default. After that an operation goes on at the server, and the poll ends with
    /// an error that [`is_timeout`](Error::is_timeout) and has the operation's [`pending_id`](Error::pending_id), if there is one.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The wait after the first status request, which doubles with each further one up to `longest`: 10 ms and 2 s by default. A
    /// wait is at least 1 ms.
    pub fn with_interval(mut self, first: Duration, longest: Duration) -> Self {
        let first = first.max(SHORTEST);
        self.interval = (first, longest.max(first));
        self
    }

    /// Calls this after each status request that does not end the poll.
    pub fn on_progress(mut self, observer: impl FnMut(PollProgress<'_>) + Send + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    async fn follow(self) -> Result<T> {
        let started = Instant::now();
        let until = later(started, self.timeout);
        let late = |what: String| {
            let error = Error::of(ErrorKind::Timeout, self.operation, what);
            error.with_history(0, started.elapsed())
        };
        let begun = timeout_at(until, self.begin).await;
        let begun = begun.unwrap_or_else(|_| {
            let what = format!("not started after {:?}, as far as is known", self.timeout);
            Err(late(what))
        });
        let (id, mut status) = begun.map_err(|error| match self.id.clone() {
            // Its answer was lost, or did not come in time.
            Some(id) if error.maybe_sent() => error.with_pending_id(id),
            _ => error,
        })?;
        let timed_out = |requests: u32, last: Option<Error>, asked: Option<Duration>| {
            let when = match asked {
                None => format!("after {:?}", self.timeout),
                Some(wait) => format!(
                    "within {:?}, and the server asks to wait {wait:?}",
                    self.timeout
                ),
            };
            // A wait for what others do has no id.
            let goes_on = match &id {
                Some(_) => "; it goes on at the server",
                None => "",
            };
            let error = late(format!("not done {when}{goes_on}"))
                .with_retry_after(asked)
                .with_history(requests, started.elapsed());
            match last {
                Some(last) => error.with_source(last),
                None => error,
            }
        };
        let pending = |error: Error| match id.clone() {
            Some(id) => error.with_pending_id(id),
            None => error,
        };
        let (mut wait, longest) = self.interval;
        let mut observer = self.observer;
        let mut requests = 0;
        let mut last = None;
        let mut foreign_since = None;
        loop {
            requests += 1;
            let asked = timeout_at(until, status()).await;
            let Ok(answer) = asked else {
                return Err(pending(timed_out(requests, last, None)));
            };
            let error = match answer {
                Ok(Some(value)) => return Ok(value),
                Ok(None) => {
                    foreign_since = None;
                    None
                }
                Err(error) if error.is_retryable() || error.is_intermediary() => Some(error),
                // It has ended, or the server has forgotten it.
                Err(error) if error.kind() == ErrorKind::Failed || error.is_not_found() => {
                    return Err(error);
                }
                Err(error) => return Err(pending(error)),
            };
            let asked = error.as_ref().and_then(Error::retry_after);
            let pause = wait.max(asked.unwrap_or_default());
            if error.as_ref().is_some_and(Error::is_retryable) {
                foreign_since = None;
            }
            if let Some(error) = error.as_ref().filter(|error| !error.is_retryable()) {
                let since = *foreign_since.get_or_insert_with(Instant::now);
                if after(pause) > later(since, BORNE) {
                    return Err(pending(error.clone()));
                }
            }
            last = error;
            if let Some(observer) = &mut observer {
                observer(PollProgress {
                    requests,
                    elapsed: started.elapsed(),
                    error: last.as_ref(),
                });
            }
            if after(pause) >= until {
                let asked = asked.filter(|asked| *asked > wait);
                return Err(pending(timed_out(requests, last, asked)));
            }
            sleep(pause).await;
            wait = wait.saturating_mul(2).min(longest);
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
            .field("timeout", &self.timeout)
            .field("interval", &self.interval)
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
        empty: None,
        ok: None,
        beside: None,
        success: None,
    };

    /// Milliseconds from the start to each question.
    type Times = Arc<Mutex<Vec<u128>>>;

    /// A thing that is done when it has been asked so many times.
    fn done_after(questions: usize) -> (Poll<()>, Times) {
        let times = Times::default();
        let log = Arc::clone(&times);
        let poll = Poll::new(&OPERATION, async move {
            let started = Instant::now();
            Ok((None, move || -> BoxFuture<Result<Option<()>>> {
                let mut log = log.lock().unwrap();
                log.push(started.elapsed().as_millis());
                let done = log.len() == questions;
                Box::pin(async move { Ok(done.then_some(())) })
            }))
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
    async fn an_interval_doubles_from_its_first_wait_to_its_longest() {
        let ms = Duration::from_millis;
        for (first, longest, waits) in [
            (ms(100), ms(350), [100, 200, 350, 350]),
            (ms(70), ms(5), [70, 70, 70, 70]),
            (ms(0), ms(3), [1, 2, 3, 3]),
        ] {
            let (poll, times) = done_after(5);
            poll.with_interval(first, longest).await.unwrap();
            let times = times.lock().unwrap();
            let gaps: Vec<u128> = times.windows(2).map(|two| two[1] - two[0]).collect();
            assert_eq!(gaps, waits);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn progress_is_told_after_each_request_but_the_last() {
        let (poll, _) = done_after(4);
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&told);
        poll.on_progress(move |progress| {
            assert!(progress.error.is_none());
            let line = (progress.requests, progress.elapsed.as_millis());
            log.lock().unwrap().push(line);
        })
        .await
        .unwrap();
        assert_eq!(*told.lock().unwrap(), [(1, 0), (2, 10), (3, 30)]);
    }

    /// An error of a server at a status, or of something between.
    fn refusal(status: u16, is_foreign: bool, wait: Option<u64>) -> Error {
        let status = reqwest::StatusCode::from_u16(status).unwrap();
        let words = crate::error::ServerMessage::default();
        let error = Error::refused(&OPERATION, status, words, bytes::Bytes::new());
        let error = error.with_retry_after(wait.map(Duration::from_secs));
        match is_foreign {
            true => error.intermediary(),
            false => error,
        }
    }

    /// Answers as the function says, which is told the time since the start; counts the questions.
    fn answering(
        answer: impl Fn(Duration) -> Result<Option<()>> + Send + Sync + 'static,
    ) -> (Poll<()>, Times) {
        let times = Times::default();
        let log = Arc::clone(&times);
        let poll = Poll::new(&OPERATION, async move {
            let started = Instant::now();
            Ok((None, move || -> BoxFuture<Result<Option<()>>> {
                log.lock().unwrap().push(started.elapsed().as_millis());
                let answer = answer(started.elapsed());
                Box::pin(async move { answer })
            }))
        });
        (poll, times)
    }

    #[tokio::test(start_paused = true)]
    async fn what_something_between_says_is_borne_for_30_s_in_a_row() {
        for status in [200, 401, 403, 404, 407] {
            let (poll, times) = answering(move |_| Err(refusal(status, true, None)));
            let error = poll.await.unwrap_err();
            assert!(error.is_intermediary() && !error.is_timeout(), "{status}");
            let last = *times.lock().unwrap().last().unwrap();
            assert!((27_000..=30_000).contains(&last), "{status}: {last}");
            // A word of the server's begins the time anew.
            let (poll, _) = answering(move |elapsed| match elapsed.as_secs() {
                0..25 | 30..55 => Err(refusal(status, true, None)),
                25..30 => Ok(None),
                _ => Ok(Some(())),
            });
            poll.await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_server_itself_refuses_ends_the_poll_at_once() {
        for status in [400, 401, 403, 404, 500] {
            let (poll, times) = answering(move |_| Err(refusal(status, false, None)));
            poll.await.unwrap_err();
            assert_eq!(times.lock().unwrap().len(), 1, "{status}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_asks_to_wait_is_not_asked_before() {
        for wait in [3, 70, 400] {
            let (poll, times) = answering(move |elapsed| match elapsed.as_secs() < wait {
                true => Err(refusal(429, false, Some(wait))),
                false => Ok(Some(())),
            });
            poll.await.unwrap();
            assert_eq!(*times.lock().unwrap(), [0, u128::from(wait) * 1_000]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_ends_after_the_timeout_ends_the_poll_at_once() {
        let (poll, times) = answering(|_| Err(refusal(503, true, Some(45))));
        let started = Instant::now();
        let error = poll
            .with_timeout(Duration::from_secs(40))
            .await
            .unwrap_err();
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert_eq!(times.lock().unwrap().len(), 1);
        assert!(error.is_timeout(), "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(45)));
        assert!(
            error.report().contains("45s") && error.report().contains("503"),
            "{error:?}"
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
