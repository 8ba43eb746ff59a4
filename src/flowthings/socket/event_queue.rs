//! Events that have arrived and wait to be taken.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{event::Event, frame::message};
use crate::{Error, Result};

/// Bytes of frames that wait at most, before the connection is read no further.
const BYTES: usize = 4 << 20;
/// Messages that wait as slices of what was read from the connection, where that is not large; the others are copied, so that none keeps
/// far more in memory than it takes.
const SLICES: usize = 32;
/// How many times the buffer may be filled while a reply is awaited.
const RESERVE: usize = 16;

/// What has arrived, between the task that holds the connection and who takes events.
pub(super) struct EventQueue {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// With the bytes that each one takes.
    queue: VecDeque<(Arrival, usize)>,
    bytes: usize,
    ended: bool,
    /// Who waits for an event.
    taker: Option<Waker>,
    /// Who waits for room.
    giver: Option<Waker>,
}

enum Arrival {
    Event(Event),
    /// The frame of a message, which who takes it reads.
    Message(Utf8Bytes),
    Failure(Error),
    /// The connection could not be opened again: the next failure takes its place.
    Attempt(Error),
}

impl EventQueue {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            state: Mutex::default(),
        }
    }

    /// Nobody panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what a frame of so many bytes has brought; `true` when there is room for more.
    pub(super) fn push(&self, outcome: Result<Event>, bytes: usize) -> bool {
        let arrival = match outcome {
            Ok(event) => Arrival::Event(event),
            Err(error) => Arrival::Failure(error),
        };
        self.add(bytes, |_| arrival)
    }

    /// Adds a frame that begins as a message, a slice of what was read if that may be kept; `true` when there is room for more.
    pub(super) fn push_message(&self, text: Utf8Bytes, may_slice: bool) -> bool {
        let bytes = text.len();
        self.add(bytes, |before| {
            Arrival::Message(match may_slice && before < SLICES {
                true => text,
                false => Utf8Bytes::from(text.as_str()),
            })
        })
    }

    fn add(&self, bytes: usize, arrival: impl FnOnce(usize) -> Arrival) -> bool {
        let mut state = self.lock();
        if state.is_over(self.capacity) {
            state.miss();
        } else {
            let arrival = arrival(state.queue.len());
            state.add(arrival, bytes);
        }
        let has_room = state.has_room(self.capacity);
        state.wake_taker();
        has_room
    }

    /// Tells that the connection could not be opened again.
    pub(super) fn tell_attempt(&self, error: Error) {
        let mut state = self.lock();
        if let Some((Arrival::Attempt(before), _)) = state.queue.back_mut() {
            *before = error;
        } else {
            match state.is_over(self.capacity) {
                true => state.miss(),
                false => state.add(Arrival::Attempt(error), 0),
            }
        }
        state.wake_taker();
    }

    /// No more comes; where it is not as it was wished, this is why.
    pub(super) fn end(&self, error: Option<Error>) {
        let mut state = self.lock();
        if !state.ended {
            state.ended = true;
            if let Some(error) = error {
                state.add(Arrival::Failure(error), 0);
            }
        }
        state.wake_taker();
    }

    /// Ready when there is room.
    pub(super) fn poll_room(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.has_room(self.capacity) {
            return Poll::Ready(());
        }
        state.giver = Some(context.waker().clone());
        Poll::Pending
    }

    /// The next event, failure or, after all of them, the end.
    pub(super) fn poll_take(&self, context: &mut Context<'_>) -> Poll<Result<Option<Event>>> {
        let mut state = self.lock();
        let Some((arrival, bytes)) = state.queue.pop_front() else {
            if state.ended {
                return Poll::Ready(Ok(None));
            }
            match &mut state.taker {
                Some(waker) => waker.clone_from(context.waker()),
                taker => *taker = Some(context.waker().clone()),
            }
            return Poll::Pending;
        };
        state.bytes -= bytes;
        // Who waits for room is woken for more than one frame.
        let is_low = state.queue.len() <= self.capacity / 2 && state.bytes <= BYTES / 2;
        let giver = is_low.then(|| state.giver.take()).flatten();
        drop(state);
        if let Some(giver) = giver {
            giver.wake();
        }
        Poll::Ready(match arrival {
            Arrival::Message(text) => message(&text).map(Some),
            Arrival::Event(event) => Ok(Some(event)),
            Arrival::Failure(error) | Arrival::Attempt(error) => Err(error),
        })
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.lock().queue.len()
    }
}

impl State {
    fn has_room(&self, capacity: usize) -> bool {
        self.queue.len() < capacity && self.bytes < BYTES
    }

    fn add(&mut self, arrival: Arrival, bytes: usize) {
        self.bytes += bytes;
        self.queue.push_back((arrival, bytes));
    }

    /// Whether even the reserve is full.
    fn is_over(&self, capacity: usize) -> bool {
        self.queue.len() >= capacity.saturating_mul(RESERVE) || self.bytes >= BYTES * RESERVE
    }

    /// Counts what has no room.
    fn miss(&mut self) {
        match self.queue.back_mut() {
            Some((Arrival::Event(Event::Missed(count)), _)) => *count += 1,
            _ => self.add(Arrival::Event(Event::Missed(1)), 0),
        }
    }

    fn wake_taker(&mut self) {
        if let Some(taker) = self.taker.take() {
            taker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::*;

    /// What was read from a connection, and who still holds it.
    struct Chunk {
        _held: Arc<()>,
        text: String,
    }

    impl AsRef<[u8]> for Chunk {
        fn as_ref(&self) -> &[u8] {
            self.text.as_bytes()
        }
    }

    #[test]
    fn messages_that_wait_keep_little_more_than_themselves() {
        let (queue, held) = (EventQueue::new(1_000), Arc::new(()));
        for _ in 0..500 {
            let chunk = Chunk {
                _held: Arc::clone(&held),
                text: format!("{{}}{}", " ".repeat(100_000)),
            };
            let text = Bytes::from_owner(chunk).slice(..2);
            assert!(queue.push_message(Utf8Bytes::try_from(text).unwrap(), true));
        }
        assert_eq!(queue.len(), 500);
        assert_eq!(Arc::strong_count(&held) - 1, SLICES);
        let queue = EventQueue::new(1_000);
        let chunk = Bytes::from_owner(Chunk {
            _held: Arc::clone(&held),
            text: "{}".to_owned(),
        });
        queue.push_message(Utf8Bytes::try_from(chunk).unwrap(), false);
        assert_eq!(Arc::strong_count(&held) - 1, SLICES);
    }
}
