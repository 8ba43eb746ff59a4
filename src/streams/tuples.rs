//! The tuples of a view while they arrive.

use std::{fmt, sync::Arc, time::Duration};

use futures_core::Stream;
use futures_util::stream;
use tokio::{runtime::Handle, task::AbortHandle, time::timeout_at};

use super::{
    asking::{Asking, Options},
    calls::ViewItems,
    tuple_queue::{TupleQueue, ViewEvent},
    view_tuple::Reading,
};
use crate::{Error, Result, value::deadline::after};

/// The periods that make sense: nobody waits longer than a day.
const SHORTEST_PERIOD: Duration = Duration::from_millis(10);
const LONGEST_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// The tuples of a view while they arrive; [`View::tuples`](super::calls::View::tuples) makes them.
///
/// A server answers each request with the whole buffer of the view. A tuple is known by its collection time and its content, and
/// where several are equal in both, by how many there are: so one that comes late, or in the same millisecond as others, is handed
/// out, and none twice. A tuple that equals one which has left the view a short time ago, to the millisecond, cannot be told from
/// it and is taken for the same.
///
/// What arrives waits in a buffer of 10,000 tuples unless [`with_buffer`](Self::with_buffer) says otherwise; when that is full, the
/// oldest are dropped and [counted](Self::dropped). Requests that fail are made again, after waits that double up to 30 s, also where
/// the answer is odd or says that the server has failed; when they have failed for a minute, or for
/// [`with_patience`](Self::with_patience), or with an error that is permanent, the error is handed out and the tuples end. So they do at
/// once where the server asks to wait beyond that time.
///
/// Dropping it ends the requests at once. However many views are followed, each has one request on its way at a time, and all
/// together 64. Requests run on the tokio runtime on which the first tuple was awaited. It has to go on: while it stands still, so do
/// they, and keep their part of the 64.
#[must_use = "nothing is asked for before a tuple is awaited"]
pub struct Tuples<T> {
    items: ViewItems,
    start: Start<T>,
    options: Options,
    queue: Arc<TupleQueue<T>>,
    running: Option<AbortHandle>,
}

/// Starts the requests.
type Start<T> = fn(&Handle, ViewItems, Options, Arc<TupleQueue<T>>) -> AbortHandle;

impl<T: Send + 'static> Tuples<T> {
    pub(super) fn new<R: Reading<Tuple = T>>(items: ViewItems) -> Self {
        Self {
            items,
            start: |runtime, items, options, queue| {
                let asking = Asking::<R>::new(items, options, queue);
                runtime.spawn(asking.follow()).abort_handle()
            },
            options: Options {
                period: Duration::from_secs(1),
                patience: Duration::from_secs(60),
                capacity: 10_000,
                latest: false,
            },
            queue: Arc::new(TupleQueue::new()),
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

    /// Keeps the newest tuple only: for a display that falls behind. What is passed over is counted as dropped, and so is what comes
    /// late: older than the newest that the view had when it last brought anything.
    pub fn latest(mut self) -> Self {
        self.options.latest = true;
        self
    }

    /// How many tuples have been dropped because nobody took them in time.
    pub fn dropped(&self) -> u64 {
        self.queue.lock().dropped
    }

    /// How many requests have been answered.
    pub fn requests(&self) -> u64 {
        self.queue.lock().requests
    }

    /// How many requests have failed.
    pub fn failures(&self) -> u64 {
        self.queue.lock().failures
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
            let changed = self.queue.changed.notified();
            if let Some(outcome) = self.queue.lock().take() {
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
                    self.queue.lock().put_back(error);
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
        let queue = Arc::clone(&self.queue);
        let running = (self.start)(&runtime, self.items.clone(), self.options, queue);
        self.running = Some(running);
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

impl<T> fmt::Debug for Tuples<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.queue.lock();
        f.debug_struct("Tuples")
            .field("waiting", &state.tuples)
            .field("dropped", &state.dropped)
            .field("failures", &state.failures)
            .field("ended", &state.ended)
            .finish()
    }
}
