//! Tuples that have arrived and wait to be taken.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::{Error, Result};

/// What happens to the tuples of a view; see [`Tuples::next_event`](super::Tuples::next_event).
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

/// How many arrivals are kept that are no tuples.
const FEW: usize = 1_000;

/// What has arrived and waits to be taken, between the requests and who awaits tuples.
pub(super) struct TupleQueue<T> {
    state: Mutex<State<T>>,
    pub(super) changed: Notify,
}

pub(super) struct State<T> {
    queue: VecDeque<Arrival<T>>,
    /// How many of them are tuples.
    pub(super) tuples: usize,
    /// Dropped since it was last told.
    untold: u64,
    pub(super) dropped: u64,
    pub(super) requests: u64,
    pub(super) failures: u64,
    pub(super) ended: bool,
}

pub(super) enum Arrival<T> {
    Tuple(T),
    Reset,
    Failed(Error),
    /// A tuple that is of another type.
    Unreadable(Error),
    /// No more requests will be made.
    Over(Error),
}

impl<T> Arrival<T> {
    fn is_tuple(&self) -> bool {
        matches!(self, Self::Tuple(_))
    }
}

impl<T> TupleQueue<T> {
    pub(super) fn new() -> Self {
        Self {
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
        }
    }

    /// Nobody panics while it is locked.
    pub(super) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    pub(super) fn take(&mut self) -> Option<Result<Option<ViewEvent<T>>>> {
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

    /// An error that was taken and comes again.
    pub(super) fn put_back(&mut self, error: Error) {
        self.queue.push_front(Arrival::Unreadable(error));
    }

    /// Counts tuples that nobody is going to take.
    pub(super) fn pass_over(&mut self, tuples: u64) {
        self.dropped += tuples;
        self.untold += tuples;
    }

    /// No more comes after this.
    pub(super) fn end(&mut self, error: Error) {
        if !self.ended {
            self.ended = true;
            self.queue.push_back(Arrival::Over(error));
        }
    }

    /// Adds the tuples that an answer has brought and what cannot be read of it; drops the oldest tuples where there is no room.
    pub(super) fn add(
        &mut self,
        arrivals: impl ExactSizeIterator<Item = Arrival<T>>,
        capacity: usize,
    ) {
        if !self.queue.is_empty() || arrivals.len() > capacity {
            self.queue.reserve(arrivals.len().min(capacity));
            return arrivals.for_each(|arrival| self.add_one(arrival, capacity));
        }
        // The room of the answer becomes that of the queue.
        self.queue = arrivals.collect();
        if self.queue.iter().all(Arrival::is_tuple) {
            self.tuples = self.queue.len();
            return;
        }
        for arrival in std::mem::take(&mut self.queue) {
            self.add_one(arrival, capacity);
        }
    }

    fn add_one(&mut self, arrival: Arrival<T>, capacity: usize) {
        if !arrival.is_tuple() {
            return self.tell(arrival);
        }
        while self.tuples >= capacity {
            if let Some(at) = self.queue.iter().position(Arrival::is_tuple) {
                self.queue.remove(at);
            }
            self.tuples -= 1;
            self.pass_over(1);
        }
        self.tuples += 1;
        self.queue.push_back(arrival);
    }

    /// Adds what is no tuple, of which a few are kept: who takes none is not to fill the memory. A tuple that cannot be read counts as
    /// dropped then.
    pub(super) fn tell(&mut self, arrival: Arrival<T>) {
        if self.queue.len() - self.tuples < FEW {
            self.queue.push_back(arrival);
        } else if matches!(arrival, Arrival::Unreadable(_)) {
            self.pass_over(1);
        }
    }
}

/// Tells who waits for tuples that nobody asks for them any more, however that came: a panic of a caller's own type, or the end of the
/// runtime.
pub(super) struct Ending<T>(pub(super) Arc<TupleQueue<T>>);

impl<T> Drop for Ending<T> {
    fn drop(&mut self) {
        let what = "the requests for the view were stopped, with their runtime or by a panic";
        self.0.lock().end(Error::stopped(what));
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, streams::calls::ViewItems};

    /// So many arrivals, every second of which cannot be read.
    fn mixed(count: usize) -> impl ExactSizeIterator<Item = Arrival<usize>> {
        (0..count).map(|number| match number % 2 {
            0 => Arrival::Tuple(number),
            _ => Arrival::Unreadable(Error::of(ErrorKind::Decode, ViewItems::OPERATION, "")),
        })
    }

    #[test]
    fn whatever_waits_before_it_an_answer_counts_the_same() {
        for before in [0, 1] {
            let queue = TupleQueue::new();
            let mut state = queue.lock();
            state.add((0..before).map(Arrival::Tuple), usize::MAX);
            state.add(mixed(6 * FEW), usize::MAX);
            assert_eq!(state.tuples, before + 3 * FEW);
            assert_eq!(state.queue.len(), before + 4 * FEW);
            assert_eq!(state.dropped, 2 * FEW as u64);
            let taken = std::iter::from_fn(|| state.take()).count();
            // And that some were dropped.
            assert_eq!(taken, before + 4 * FEW + 1);
            assert_eq!(state.tuples, 0);
        }
    }
}
