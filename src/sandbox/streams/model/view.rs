//! Views: the latest tuples of a stream, kept for whoever looks.

use std::borrow::Cow;
use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::spl::Attribute;
use super::time::{Millis, SECOND};

/// What a view keeps.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Capacity {
    Tuples(usize),
    Seconds(i64),
}

/// The latest tuples of a stream.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The operator and its output port whose tuples are seen, by their places in the job.
    pub(crate) port: (usize, usize),
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) capacity: Capacity,
    /// Tuples a second at most.
    pub(crate) maximum_rate: i64,
    /// Whether it waits for somebody to look.
    pub(crate) on_first_access: bool,
    /// Since when it is filled.
    pub(crate) started: Option<Millis>,
    pub(crate) content: Content,
}

/// Where the tuples come from.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// From the stream: so many a second, in so many channels of a parallel region.
    Stream {
        rate: i64,
        channels: i64,
        sample: Sample,
    },
    /// From outside: these, in this order.
    Given(VecDeque<Item>),
}

/// The tuple of a number.
pub(crate) type Sample = fn(u64) -> Value;

/// A tuple in a view.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) time: Millis,
    pub(crate) data: Value,
    pub(crate) channel: Option<i64>,
}

impl View {
    /// What the buffer holds. To look starts a view that waits for it.
    pub(crate) fn look(&mut self, now: Millis) -> Cow<'_, VecDeque<Item>> {
        let is_first = self.started.is_none();
        let started = *self.started.get_or_insert(now);
        match &self.content {
            Content::Given(items) => Cow::Borrowed(items),
            Content::Stream { .. } if is_first => Cow::default(),
            Content::Stream {
                rate,
                channels,
                sample,
            } => {
                let rate = (*rate).min(self.maximum_rate);
                Cow::Owned(self.sampled(started, now, rate, *channels, *sample))
            }
        }
    }

    /// Lets these be the buffer, as they are.
    pub(crate) fn replace(&mut self, items: impl IntoIterator<Item = Item>, now: Millis) {
        self.started.get_or_insert(now);
        self.content = Content::Given(items.into_iter().collect());
    }

    /// Adds to the end of the buffer; the first ones leave where they are too many.
    pub(crate) fn append(&mut self, items: impl IntoIterator<Item = Item>, now: Millis) {
        let mut all = self.look(now).into_owned();
        all.extend(items);
        match self.capacity {
            Capacity::Tuples(count) => drop(all.drain(..all.len().saturating_sub(count))),
            Capacity::Seconds(seconds) => {
                let latest = all.iter().map(|item| item.time).max().unwrap_or(now);
                all.retain(|item| item.time > latest - seconds * SECOND);
            }
        }
        self.content = Content::Given(all);
    }

    fn sampled(
        &self,
        started: Millis,
        now: Millis,
        rate: i64,
        channels: i64,
        sample: Sample,
    ) -> VecDeque<Item> {
        let rate = rate.max(1);
        let reached = (now - started).max(0) * rate / SECOND;
        let kept = match self.capacity {
            Capacity::Tuples(count) => i64::try_from(count).unwrap_or(i64::MAX),
            Capacity::Seconds(seconds) => seconds * rate,
        };
        let item = |number: i64| Item {
            time: started + number * SECOND / rate,
            data: self.chosen(sample(number.cast_unsigned())),
            channel: (channels > 0).then(|| number % channels),
        };
        (reached.saturating_sub(kept).max(0)..reached)
            .map(item)
            .collect()
    }

    /// The members that the view shows.
    fn chosen(&self, tuple: Value) -> Value {
        let Value::Object(mut members) = tuple else {
            return json!({});
        };
        let names = self.attributes.iter().map(|attribute| &attribute.name);
        let members: Map<String, Value> = names
            .filter_map(|name| members.remove_entry(name))
            .collect();
        Value::Object(members)
    }
}
