//! From what a poll has brought to the queue of tuples that wait.

use std::sync::Arc;

use super::{
    calls::ViewItems,
    tuple_queue::{Arrival, TupleQueue},
    view_reader::NewTuples,
};
use crate::{Error, ErrorKind, error::JsonError};

/// Puts what polls bring into a queue.
pub(super) struct Delivery<T> {
    pub(super) queue: Arc<TupleQueue<T>>,
    capacity: usize,
    /// Where only the newest tuple is kept, the time of the newest item that the last answer with new ones held: what is older came
    /// late.
    newest: Option<i64>,
}

impl<T> Delivery<T> {
    /// So many tuples may wait.
    pub(super) fn of_all(queue: Arc<TupleQueue<T>>, capacity: usize) -> Self {
        Self {
            queue,
            capacity,
            newest: None,
        }
    }

    /// The newest tuple alone may wait.
    pub(super) fn of_newest(queue: Arc<TupleQueue<T>>) -> Self {
        Self {
            queue,
            capacity: 1,
            newest: Some(i64::MIN),
        }
    }

    /// An answer has brought these tuples.
    pub(super) fn hand_out(&mut self, mut arrivals: NewTuples<T>) {
        let mut passed_over = 0;
        if let Some(newest) = &mut self.newest {
            if arrivals.is_reset {
                *newest = i64::MIN;
            }
            let before = arrivals.new.len();
            arrivals.new.retain(|(time, _)| time >= newest);
            passed_over = (before - arrivals.new.len()) as u64;
            if before > 0 {
                *newest = arrivals.newest;
            }
        }
        let mut state = self.queue.lock();
        state.requests += 1;
        state.pass_over(passed_over);
        if arrivals.is_reset {
            state.tell(Arrival::Reset);
        }
        let arrivals = arrivals.new.into_iter().map(|(_, tuple)| match tuple {
            Ok(tuple) => Arrival::Tuple(tuple),
            Err(error) => Arrival::Unreadable(unreadable(error)),
        });
        state.add(arrivals, self.capacity);
        drop(state);
        self.queue.changed.notify_one();
    }

    /// A request has failed; with `is_over`, no other one will be made.
    pub(super) fn fail(&self, error: Error, is_over: bool) {
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

fn unreadable(error: serde_json::Error) -> Error {
    let what = "a tuple of the view is not of the type that was asked for";
    Error::of(ErrorKind::Decode, ViewItems::OPERATION, what).with_source(JsonError::from(error))
}
