//! The tuples of a view, asked for in the background.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_core::Stream;
use futures_util::stream;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use tokio::{
    runtime::Handle,
    sync::{Notify, Semaphore},
    task::AbortHandle,
    time::{Instant, sleep, timeout_at},
};

use super::{calls::ViewItems, view_window::ViewWindow};
use crate::{
    Error, ErrorKind, Json, Result, Retry, call::Sending, transport::Answer, value::deadline::after,
};

/// How many requests for the items of views are on their way at most, of all views of the program.
static IN_FLIGHT: Semaphore = Semaphore::const_new(64);

/// The periods that make sense: nobody waits longer than a day.
const SHORTEST_PERIOD: Duration = Duration::from_millis(10);
const LONGEST_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest wait after failures.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A tuple of a view.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ViewTuple {
    /// When it was collected, in milliseconds since the Unix epoch. Several tuples can have the same time.
    pub collection_time: i64,
    /// The channel that it comes from, in a parallel region.
    pub channel: Option<i64>,
    /// Its attributes, an object; where the only one is `jsonString`, as views of Python applications have it, the JSON in that
    /// text.
    pub data: Json,
}

/// What happens to the tuples of a view; see [`Tuples::next_event`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ViewEvent<T> {
    /// A tuple has arrived.
    Tuple(T),
    /// The server's clock has gone back: what follows may be older than what came before.
    Reset,
    /// So many tuples were dropped because the buffer was full.
    Dropped(u64),
    /// A request has failed; it will be made again.
    Failed(Error),
}

/// The tuples of a view while they arrive; [`View::tuples`](super::calls::View::tuples) makes them.
///
/// A server answers each request with the whole buffer of the view. A tuple is known by its collection time and its content, and
/// where several are equal in both, by how many there are: so one that comes late, or in the same millisecond as others, is handed
/// out, and none twice. A tuple that equals one which has left the view a short time ago, to the millisecond, cannot be told from
/// it and is taken for the same.
///
/// What arrives waits in a buffer of 10,000 tuples unless [`with_buffer`](Self::with_buffer) says otherwise; when that is full, the
/// oldest are dropped and [counted](Self::dropped). Requests that fail are made again, after waits that double up to 30 s;
/// when they have failed for a minute, or for [`with_patience`](Self::with_patience), or with an error that is permanent, the error is
/// handed out and the tuples end.
///
/// Dropping it ends the requests at once. However many views are followed, each has one request on its way at a time, and all
/// together 64.
#[must_use = "nothing is asked for before a tuple is awaited"]
pub struct Tuples<T> {
    items: ViewItems,
    read: fn(&Json) -> Result<T, serde_json::Error>,
    options: Options,
    shared: Arc<Shared<T>>,
    running: Option<AbortHandle>,
}

#[derive(Clone, Copy)]
struct Options {
    period: Duration,
    patience: Duration,
    capacity: usize,
    latest: bool,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Notify,
}

struct State<T> {
    queue: VecDeque<Arrival<T>>,
    tuples: usize,
    /// Dropped since it was last told.
    untold: u64,
    dropped: u64,
    requests: u64,
    failures: u64,
    ended: bool,
}

enum Arrival<T> {
    Tuple(T),
    Reset,
    Failed(Error),
    /// A tuple that is of another type.
    Unreadable(Error),
    /// No more requests will be made.
    Over(Error),
}

impl ViewTuple {
    pub(super) fn read(item: &Json) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Item {
            collection_time: i64,
            #[serde(default)]
            channel: Option<i64>,
            data: Box<RawValue>,
        }
        /// What a view of a Python application shows.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Shown {
            json_string: String,
        }
        let item: Item = serde_json::from_str(item.text())?;
        let shown = match item.data.get().contains("jsonString") {
            true => serde_json::from_str::<Shown>(item.data.get()).ok(),
            false => None,
        };
        let shown = shown.and_then(|shown| serde_json::from_str(&shown.json_string).ok());
        Ok(Self {
            collection_time: item.collection_time,
            channel: item.channel,
            data: match shown {
                Some(shown) => shown,
                None => serde_json::from_str(item.data.get())?,
            },
        })
    }

    pub(super) fn data_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.data.text())
    }
}

impl<T: Send + 'static> Tuples<T> {
    pub(super) fn new(items: ViewItems, read: fn(&Json) -> Result<T, serde_json::Error>) -> Self {
        Self {
            items,
            read,
            options: Options {
                period: Duration::from_secs(1),
                patience: Duration::from_secs(60),
                capacity: 10_000,
                latest: false,
            },
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    queue: VecDeque::new(),
                    tuples: 0,
                    untold: 0,
                    dropped: 0,
                    requests: 0,
                    failures: 0,
                    ended: false,
                }),
                changed: Notify::new(),
            }),
            running: None,
        }
    }

    /// How long to wait after an answer before the next request: a second by default, 10 ms at least and a day at most. It holds from the first tuple
    /// that is awaited on, as all options do.
    pub fn with_period(mut self, period: Duration) -> Self {
        self.options.period = period.clamp(SHORTEST_PERIOD, LONGEST_PERIOD);
        self
    }

    /// How many tuples wait at most to be taken; one at least.
    pub fn with_buffer(mut self, tuples: usize) -> Self {
        self.options.capacity = tuples.max(1);
        self
    }

    /// How long requests may fail in a row before the error is handed out.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.options.patience = patience;
        self
    }

    /// Keeps the newest tuple only: for a display that falls behind. What is passed over is counted as dropped.
    pub fn latest(mut self) -> Self {
        self.options.latest = true;
        self
    }

    /// How many tuples have been dropped because nobody took them in time.
    pub fn dropped(&self) -> u64 {
        self.shared.lock().dropped
    }

    /// How many requests have been answered.
    pub fn requests(&self) -> u64 {
        self.shared.lock().requests
    }

    /// How many requests have failed.
    pub fn failures(&self) -> u64 {
        self.shared.lock().failures
    }

    /// The next tuple; `None` after an error that ended them.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no tuple.
    ///
    /// # Errors
    /// [`is_decode`](Error::is_decode) when a tuple is of another type, after which the next one follows; otherwise the error that has
    /// ended the tuples, such as [`is_not_found`](Error::is_not_found) when the view's job is gone.
    pub async fn next(&mut self) -> Result<Option<T>> {
        loop {
            match self.next_event().await? {
                Some(ViewEvent::Tuple(tuple)) => return Ok(Some(tuple)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// The same with what else happens: failures that are borne, tuples that were dropped, a clock that went back.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub async fn next_event(&mut self) -> Result<Option<ViewEvent<T>>> {
        self.start()?;
        loop {
            let changed = self.shared.changed.notified();
            if let Some(outcome) = self.shared.lock().take() {
                return outcome;
            }
            changed.await;
        }
    }

    /// So many tuples, or as many as there are within this time. Where an error comes after some tuples, these are given, and the
    /// error the next time. Dropping the future loses the tuples that it has taken.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub async fn fetch(&mut self, most: usize, timeout: Duration) -> Result<Vec<T>> {
        // Without a runtime there is no clock either.
        self.start()?;
        let mut tuples = Vec::new();
        let until = after(timeout);
        while tuples.len() < most {
            match timeout_at(until, self.next()).await {
                Ok(Ok(Some(tuple))) => tuples.push(tuple),
                Ok(Err(error)) if tuples.is_empty() => return Err(error),
                Ok(Err(error)) => {
                    let mut state = self.shared.lock();
                    state.queue.push_front(Arrival::Unreadable(error));
                    break;
                }
                Ok(Ok(None)) | Err(_) => break,
            }
        }
        Ok(tuples)
    }

    /// The same tuples as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<T>> + Send + Unpin + 'static {
        Box::pin(stream::try_unfold(self, async |mut tuples| {
            let tuple = tuples.next().await?;
            Ok(tuple.map(|tuple| (tuple, tuples)))
        }))
    }

    fn start(&mut self) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let runtime = Handle::try_current().map_err(Error::no_runtime)?;
        let asking = Asking {
            items: self.items.clone(),
            read: self.read,
            options: self.options,
            shared: Arc::clone(&self.shared),
            window: ViewWindow::default(),
            newest: i64::MIN,
        };
        self.running = Some(runtime.spawn(asking.follow()).abort_handle());
        Ok(())
    }
}

impl<T> Drop for Tuples<T> {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}

impl<T> Shared<T> {
    /// Nobody panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn take(&mut self) -> Option<Result<Option<ViewEvent<T>>>> {
        if self.untold > 0 {
            let dropped = std::mem::take(&mut self.untold);
            return Some(Ok(Some(ViewEvent::Dropped(dropped))));
        }
        let Some(arrival) = self.queue.pop_front() else {
            return self.ended.then_some(Ok(None));
        };
        Some(match arrival {
            Arrival::Tuple(tuple) => {
                self.tuples -= 1;
                Ok(Some(ViewEvent::Tuple(tuple)))
            }
            Arrival::Reset => Ok(Some(ViewEvent::Reset)),
            Arrival::Failed(error) => Ok(Some(ViewEvent::Failed(error))),
            Arrival::Unreadable(error) | Arrival::Over(error) => Err(error),
        })
    }

    /// Adds a tuple and drops the oldest one where there is no room.
    fn add(&mut self, tuple: T, capacity: usize) {
        while self.tuples >= capacity {
            let oldest = |arrival: &Arrival<T>| matches!(arrival, Arrival::Tuple(_));
            if let Some(at) = self.queue.iter().position(oldest) {
                self.queue.remove(at);
            }
            self.tuples -= 1;
            self.dropped += 1;
            self.untold += 1;
        }
        self.tuples += 1;
        self.queue.push_back(Arrival::Tuple(tuple));
    }

    /// Adds what is no tuple, of which a few are kept: who takes none is not to fill the memory. A tuple that cannot be read counts as
    /// dropped then.
    fn tell(&mut self, arrival: Arrival<T>) {
        const FEW: usize = 1_000;
        if self.queue.len() - self.tuples < FEW {
            self.queue.push_back(arrival);
        } else if matches!(arrival, Arrival::Unreadable(_)) {
            self.dropped += 1;
            self.untold += 1;
        }
    }
}

/// The requests for the items of a view.
struct Asking<T> {
    items: ViewItems,
    read: fn(&Json) -> Result<T, serde_json::Error>,
    options: Options,
    shared: Arc<Shared<T>>,
    window: ViewWindow,
    /// The time of the newest tuple, where only that is kept.
    newest: i64,
}

/// Tells who waits for tuples that nobody asks for them any more, however that came: a panic of a caller's own type, or the end of the
/// runtime.
struct Ending<T>(Arc<Shared<T>>);

impl<T> Drop for Ending<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if !state.ended {
            state.ended = true;
            let what = "the requests for the view were stopped, with their runtime or by a panic";
            state.queue.push_back(Arrival::Over(Error::stopped(what)));
        }
        drop(state);
        self.0.changed.notify_one();
    }
}

impl<T> Asking<T> {
    async fn follow(mut self) {
        let _ending = Ending(Arc::clone(&self.shared));
        let period = self.options.period;
        // Many views that are opened together are not asked for together.
        let first = period.min(Duration::from_secs(1));
        sleep(first.mul_f64(fastrand::f64() / 4.0)).await;
        let mut failing: Option<(Instant, Duration)> = None;
        loop {
            let answer = self.ask().await;
            let wait = match answer {
                Ok(items) => {
                    failing = None;
                    self.hand_out(&items);
                    period.mul_f64(0.95 + fastrand::f64() / 10.0)
                }
                Err(error) => {
                    let is_first = failing.is_none();
                    let (since, last) = failing.unwrap_or((Instant::now(), period / 2));
                    let wait = (last * 2).min(LONGEST_WAIT.max(period));
                    failing = Some((since, wait));
                    let wait = wait.max(error.retry_after().unwrap_or_default());
                    // Servers may write a page for a wrong password; a token that was refused is replaced.
                    let is_passing = match error.is_unauthorized() {
                        true => is_first,
                        false => error.is_retryable() || error.is_intermediary(),
                    };
                    let is_over = !is_passing || since.elapsed() > self.options.patience;
                    self.fail(error, is_over);
                    if is_over {
                        return;
                    }
                    wait
                }
            };
            sleep(wait).await;
        }
    }

    async fn ask(&self) -> Result<Vec<Json>> {
        // The semaphore is never closed.
        let _permit = IN_FLIGHT.acquire().await;
        // Failures are borne here, and not while others wait for their turn.
        let items = self.items.clone().with_retry(Retry::none());
        let request = items.into_request();
        Sending::new(request, Answer::lists::<Json>)
            .await
            .map(|response| response.into_value())
    }

    fn hand_out(&mut self, items: &[Json]) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Timed {
            collection_time: i64,
        }
        // What has no time comes before all else, and is not read below.
        let timed = items.iter().map(|item| {
            let timed = serde_json::from_str::<Timed>(item.text());
            let time = timed.map_or(i64::MIN, |timed| timed.collection_time);
            (time, item.text())
        });
        let timed: Vec<(i64, &str)> = timed.collect();
        let mut arrivals = self.window.arrivals(timed.iter().copied());
        let mut passed_over = 0;
        if self.options.latest {
            // What comes late is not the newest.
            let time = |position: &usize| timed.get(*position).map_or(i64::MIN, |(time, _)| *time);
            if arrivals.is_reset {
                self.newest = i64::MIN;
            }
            let before = arrivals.positions.len();
            arrivals
                .positions
                .retain(|position| time(position) >= self.newest);
            passed_over = (before - arrivals.positions.len()) as u64;
            self.newest = arrivals
                .positions
                .iter()
                .map(time)
                .max()
                .unwrap_or(self.newest);
        }
        let capacity = match self.options.latest {
            true => 1,
            false => self.options.capacity,
        };
        let read = |position: &usize| items.get(*position).map(self.read);
        let tuples: Vec<_> = arrivals.positions.iter().filter_map(read).collect();
        let mut state = self.shared.lock();
        state.requests += 1;
        state.dropped += passed_over;
        state.untold += passed_over;
        if arrivals.is_reset {
            state.tell(Arrival::Reset);
        }
        for tuple in tuples {
            match tuple {
                Ok(tuple) => state.add(tuple, capacity),
                Err(error) => {
                    let what = "a tuple of the view is not of the type that was asked for";
                    let error = Error::of(ErrorKind::Decode, ViewItems::OPERATION, what)
                        .with_source(crate::error::JsonError::from(error));
                    state.tell(Arrival::Unreadable(error));
                }
            }
        }
        drop(state);
        self.shared.changed.notify_one();
    }

    fn fail(&self, error: Error, is_over: bool) {
        let mut state = self.shared.lock();
        state.failures += 1;
        if is_over {
            state.ended = true;
            state.queue.push_back(Arrival::Over(error));
        } else {
            state.tell(Arrival::Failed(error));
        }
        drop(state);
        self.shared.changed.notify_one();
    }
}

impl<T> fmt::Debug for Tuples<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.lock();
        f.debug_struct("Tuples")
            .field("waiting", &state.tuples)
            .field("dropped", &state.dropped)
            .field("failures", &state.failures)
            .field("ended", &state.ended)
            .finish()
    }
}
