//! What has been handed out, and what may still come.

use super::{clock::Clock, position::FlowPosition, seen::Seen};
use crate::flowthings::types::Drop;

/// What has been handed out.
///
/// The platform's clock and the order in which drops become visible may differ by the overlap: of two drops, the one that can be found,
/// or is pushed, later has a date that is less than that before the other's. So when all that could be seen while the clock had passed
/// a date has been handed out, nothing is left from before that date less the overlap: finds begin there, and of what is older no id
/// need be kept for them. Pushes may lag behind finds: for them ids are kept until pushes have come that far.
#[derive(Debug)]
pub(super) struct Record {
    /// Nothing from before this date is left.
    pub(super) since: i64,
    pub(super) overlap: i64,
    seen: Seen,
    /// Whether something has been handed out since drops were lost.
    pub(super) is_anchored: bool,
    /// The dates of what has been handed out.
    handed: Clock,
    /// The dates of what was pushed.
    pushed: Clock,
    /// What the clock had passed before the subscription that holds.
    subscribed: Option<i64>,
}

impl Record {
    /// From this position, where the clock had passed such a time before the subscription.
    pub(super) fn new(position: FlowPosition, subscribed: Option<i64>, overlap: i64) -> Self {
        let FlowPosition { since, seen } = position;
        let mut handed = Clock::default();
        seen.iter().for_each(|(_, date)| handed.observe(date));
        Self {
            since,
            overlap,
            is_anchored: !seen.is_empty(),
            seen,
            handed,
            pushed: Clock::default(),
            subscribed,
        }
    }

    pub(super) fn has(&self, drop: &Drop) -> bool {
        self.seen.has(drop.id.as_str())
    }

    /// The drop, unless it has been handed out.
    pub(super) fn take(&mut self, drop: Drop) -> Option<Drop> {
        let date = drop.creation_date;
        if let Some(date) = date {
            if !self.seen.add(drop.id.as_str(), date) {
                return None;
            }
            self.handed.observe(date);
        } else if !self.seen.add(drop.id.as_str(), self.now()) {
            return None;
        }
        self.is_anchored = true;
        Some(drop)
    }

    /// What the clock has passed, as far as it is known.
    pub(super) fn passed(&self) -> Option<i64> {
        self.handed.passed()
    }

    /// What the platform's clock has passed, as far as anything tells it.
    pub(super) fn clock(&self) -> Option<i64> {
        let told = self.passed().max(self.pushed.passed());
        told.max(self.subscribed)
    }

    /// The date for a drop that has none.
    fn now(&self) -> i64 {
        self.passed().unwrap_or(self.since)
    }

    /// A drop was pushed.
    pub(super) fn push(&mut self, drop: &Drop) {
        if let Some(date) = drop.creation_date {
            self.pushed.observe(date);
        }
    }

    /// The connection has ended: what is pushed later was written later.
    pub(super) fn close(&mut self) {
        self.subscribed = self.subscribed.max(self.passed());
    }

    /// All that could be seen when the clock had passed this has been handed out.
    pub(super) fn settle(&mut self, passed: i64) {
        self.since = self.since.max(passed.saturating_sub(self.overlap));
    }

    /// Forgets what cannot come again, where the oldest push that waits is of this date.
    pub(super) fn forget(&mut self, waiting: Option<i64>) {
        if let Some(pushed) = self.pushed.passed().max(self.subscribed) {
            let pushed = pushed.min(waiting.unwrap_or(pushed));
            let pushed = pushed.saturating_sub(self.overlap);
            self.seen.forget_before(self.since.min(pushed));
        }
    }

    /// Where drops were lost, if the next one is of this date.
    pub(super) fn lost_since(&self, next: Option<i64>) -> i64 {
        let last = self.seen.latest(next.unwrap_or(i64::MAX));
        last.unwrap_or(self.since)
    }
}
