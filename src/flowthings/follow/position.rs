//! How far a flow has been followed.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::seen::Seen;
use crate::flowthings::types::Drop;

/// How far a flow has been followed: everything that was created before a date, and some of what was created since.
///
/// [`Follower::position`](super::Follower::position) tells it, serde stores it, and [`Follow::since`](super::Follow::since) goes on from
/// there. It holds the ids of the drops that were handed out of the last [seconds](super::Follow::with_overlap), and of eight more at
/// least.
///
/// ```
/// use headwaters::flowthings::FlowPosition;
///
/// let position = FlowPosition::from(1_420_664_203_776);
/// let text = serde_json::to_string(&position)?;
/// assert_eq!(text, r#"{"since":1420664203776,"drops":{}}"#);
/// assert_eq!(serde_json::from_str::<FlowPosition>(&text)?, position);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowPosition {
    pub(super) since: i64,
    pub(super) seen: Seen,
}

impl FlowPosition {
    /// The `creationDate` before which nothing is left to hand out, in milliseconds since the Unix epoch.
    pub fn since(&self) -> i64 {
        self.since
    }

    /// The ids of the drops that were created since then and have been handed out, and when they were created.
    pub fn drops(&self) -> impl ExactSizeIterator<Item = (&str, i64)> {
        self.seen.iter()
    }

    /// After this drop, when nothing from before this date is left.
    pub(super) fn pass(&mut self, drop: &Drop, since: i64) {
        self.since = self.since.max(since);
        let date = drop.creation_date.unwrap_or(self.since);
        self.seen.add(drop.id.as_str(), date);
        self.seen.forget_before(self.since);
    }
}

/// Where everything that was created at this time or later is to come, in milliseconds since the Unix epoch.
impl From<i64> for FlowPosition {
    fn from(date: i64) -> Self {
        Self {
            since: date,
            seen: Seen::default(),
        }
    }
}

/// Behind this drop: what was created in its millisecond comes, but for the drop itself. One without a `creationDate` stands at the
/// beginning.
impl From<&Drop> for FlowPosition {
    fn from(drop: &Drop) -> Self {
        let mut position = Self::from(drop.creation_date.unwrap_or_default());
        position.pass(drop, position.since);
        position
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    since: i64,
    drops: BTreeMap<String, i64>,
}

impl Serialize for FlowPosition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let drops = self
            .drops()
            .map(|(id, date)| (id.to_owned(), date))
            .collect();
        let since = self.since;
        Stored { since, drops }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FlowPosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let mut position = Self::from(stored.since);
        for (id, date) in &stored.drops {
            position.seen.add(id, *date);
        }
        Ok(position)
    }
}
