//! The requests for the items of a view, one after the other.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};

use super::{
    calls::ViewItems,
    tuple_queue::{Arrival, Ending, TupleQueue},
    view_window::ViewWindow,
};
use crate::{
    Error, ErrorKind, Json, Result, Retry, call::Sending, error::JsonError, transport::Answer,
};

/// How many requests for the items of views are on their way at most, of all views of the program.
static IN_FLIGHT: Semaphore = Semaphore::const_new(64);

/// The longest wait after failures.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How the items of a view are asked for, and how many tuples wait.
#[derive(Clone, Copy)]
pub(super) struct Options {
    pub(super) period: Duration,
    pub(super) patience: Duration,
    pub(super) capacity: usize,
    pub(super) latest: bool,
}

/// Makes a tuple of an item.
pub(super) type Read<T> = fn(&Json) -> Result<T, serde_json::Error>;

/// The requests for the items of a view.
pub(super) struct Asking<T> {
    items: ViewItems,
    read: Read<T>,
    options: Options,
    queue: Arc<TupleQueue<T>>,
    window: ViewWindow,
    /// The time of the newest tuple, where only that is kept.
    newest: i64,
}

impl<T> Asking<T> {
    pub(super) fn new(
        items: ViewItems,
        read: Read<T>,
        options: Options,
        queue: Arc<TupleQueue<T>>,
    ) -> Self {
        Self {
            // Failures are borne here, and not while others wait for their turn.
            items: items.with_retry(Retry::none()),
            read,
            options,
            queue,
            window: ViewWindow::default(),
            newest: i64::MIN,
        }
    }

    /// Asks until the view is gone or nobody takes its tuples any more.
    pub(super) async fn follow(mut self) {
        let _ending = Ending(Arc::clone(&self.queue));
        let period = self.options.period;
        // Many views that are opened together are not asked for together.
        let first = period.min(Duration::from_secs(1));
        sleep(first.mul_f64(fastrand::f64() / 4.0)).await;
        let mut failing: Option<(Instant, Duration)> = None;
        let mut was_refused = false;
        loop {
            let answer = self.ask().await;
            let wait = match answer {
                Ok(items) => {
                    (failing, was_refused) = (None, false);
                    self.hand_out(&items);
                    period.mul_f64(0.95 + fastrand::f64() / 10.0)
                }
                Err(error) => {
                    let (since, last) = failing.unwrap_or((Instant::now(), period / 2));
                    let wait = (last * 2).min(LONGEST_WAIT.max(period));
                    failing = Some((since, wait));
                    let wait = wait.max(error.retry_after().unwrap_or_default());
                    // Servers may write a page for a wrong password; a token that was refused is replaced.
                    let is_passing = match error.is_unauthorized() {
                        true => !std::mem::replace(&mut was_refused, true),
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
        let request = self.items.clone().into_request();
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
        let mut state = self.queue.lock();
        state.requests += 1;
        state.pass_over(passed_over);
        if arrivals.is_reset {
            state.tell(Arrival::Reset);
        }
        for tuple in tuples {
            match tuple {
                Ok(tuple) => state.add(tuple, capacity),
                Err(error) => {
                    let what = "a tuple of the view is not of the type that was asked for";
                    let error = Error::of(ErrorKind::Decode, ViewItems::OPERATION, what)
                        .with_source(JsonError::from(error));
                    state.tell(Arrival::Unreadable(error));
                }
            }
        }
        drop(state);
        self.queue.changed.notify_one();
    }

    fn fail(&self, error: Error, is_over: bool) {
        let mut state = self.queue.lock();
        state.failures += 1;
        match is_over {
            true => state.end(error),
            false => state.tell(Arrival::Failed(error)),
        }
        drop(state);
        self.queue.changed.notify_one();
    }
}
