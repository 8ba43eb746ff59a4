//! The requests for the items of a view, one after the other.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};

use super::{
    calls::ViewItems,
    delivery::Delivery,
    tuple_queue::{Ending, TupleQueue},
    view_reader::{NewTuples, ViewReader},
    view_tuple::Reading,
};
use crate::{Error, Json, Result, Retry, call::Sending, transport::Answer};

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

/// The requests for the items of a view.
pub(super) struct Asking<R: Reading> {
    items: ViewItems,
    period: Duration,
    patience: Duration,
    reader: ViewReader<R>,
    delivery: Delivery<R::Tuple>,
}

impl<R: Reading> Asking<R> {
    pub(super) fn new(
        items: ViewItems,
        options: Options,
        queue: Arc<TupleQueue<R::Tuple>>,
    ) -> Self {
        Self {
            // Failures are borne here, and not while others wait for their turn.
            items: items.with_retry(Retry::none()),
            period: options.period,
            patience: options.patience,
            reader: ViewReader::new(),
            delivery: match options.latest {
                true => Delivery::of_newest(queue),
                false => Delivery::of_all(queue, options.capacity),
            },
        }
    }

    /// Asks until the view is gone or nobody takes its tuples any more.
    pub(super) async fn follow(mut self) {
        let _ending = Ending(Arc::clone(&self.delivery.queue));
        let period = self.period;
        // Many views that are opened together are not asked for together.
        let first = period.min(Duration::from_secs(1));
        sleep(first.mul_f64(fastrand::f64() / 4.0)).await;
        let mut failing: Option<(Instant, Duration)> = None;
        let mut was_refused = false;
        loop {
            let answer = self.ask().await;
            let wait = match answer.and_then(|answer| self.read(answer)) {
                Ok(arrivals) => {
                    (failing, was_refused) = (None, false);
                    self.delivery.hand_out(arrivals);
                    period.mul_f64(0.95 + fastrand::f64() / 10.0)
                }
                Err(error) => {
                    let (since, last) = failing.unwrap_or((Instant::now(), period / 2));
                    let wait = (last * 2).min(LONGEST_WAIT.max(period));
                    failing = Some((since, wait));
                    let left = self.patience.saturating_sub(since.elapsed());
                    let asked = error.retry_after().unwrap_or_default();
                    // The last request is made when the patience ends.
                    let wait = wait.min(left).max(asked);
                    // Servers may write a page for a wrong password; a token that was refused is replaced.
                    let is_passing = match error.is_unauthorized() {
                        true => !std::mem::replace(&mut was_refused, true),
                        false => may_pass(&error),
                    };
                    let is_over = !is_passing || left.is_zero() || asked > left;
                    self.delivery.fail(error, is_over);
                    if is_over {
                        return;
                    }
                    wait
                }
            };
            sleep(wait).await;
        }
    }

    async fn ask(&self) -> Result<Answer> {
        // The semaphore is never closed.
        let _permit = IN_FLIGHT.acquire().await;
        Sending::new(self.items.clone().into_request(), Ok).await
    }

    fn read(&mut self, answer: Answer) -> Result<NewTuples<R::Tuple>> {
        let (bodies, member) = answer.bodies()?;
        match member.and_then(|member| self.reader.read(&bodies, member)) {
            Some(arrivals) => Ok(arrivals),
            None => {
                let items = answer.lists::<Json>()?;
                Ok(self.reader.read_items(&items.into_value()))
            }
        }
    }
}

/// Whether the next answer may be better. One that is odd or says that the server has failed tells nothing of the next one.
fn may_pass(error: &Error) -> bool {
    let is_servers = error.is_server_error() || error.is_decode();
    error.is_retryable() || error.is_intermediary() || is_servers && !error.is_unsupported()
}
