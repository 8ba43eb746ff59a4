//! Polls of a view without a server. Not part of the public interface.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{
    delivery::Delivery,
    tuple_queue::{TupleQueue, ViewEvent},
    view_reader::ViewReader,
    view_tuple::Attributes,
};
use crate::{Limits, value::json::has_at_most};

/// Reads the answers to the polls of a view as [`Tuples`](super::Tuples) do.
pub struct ViewPolls<T> {
    reader: ViewReader<Attributes<T>>,
    delivery: Delivery<T>,
}

impl<T: DeserializeOwned + Send + 'static> Default for ViewPolls<T> {
    fn default() -> Self {
        Self {
            reader: ViewReader::new(),
            delivery: Delivery::of_all(Arc::new(TupleQueue::new()), usize::MAX),
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> ViewPolls<T> {
    /// Hands out the new tuples of an answer with this body; nothing where it is not read at once, or one is of another type.
    pub fn read(&mut self, body: &Bytes, mut take: impl FnMut(T)) -> Option<()> {
        if !has_at_most(&[body], Limits::default().values) {
            return None;
        }
        let arrivals = self.reader.read(std::slice::from_ref(body), "viewItems")?;
        self.delivery.hand_out(arrivals);
        let mut waiting = self.delivery.queue.lock();
        while let Some(event) = waiting.take() {
            if let ViewEvent::Tuple(tuple) = event.ok()?? {
                take(tuple);
            }
        }
        Some(())
    }
}

impl<T> fmt::Debug for ViewPolls<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewPolls").finish_non_exhaustive()
    }
}
