//! One reading of a flow, page by page from a date to the end.

use crate::flowthings::{pages::disorder, types::Drop};

/// Where a reading stands.
#[derive(Debug)]
pub(super) struct Pass {
    /// The date from which the next page begins.
    pub(super) since: i64,
    /// How many drops of that date the page leaves out.
    pub(super) skipped: usize,
    /// The last one on the page before, with which the page then begins.
    overlap: Option<String>,
    /// Whether the page before did not begin with it.
    is_torn: bool,
    /// What the platform's clock had passed when the page was asked for.
    pub(super) asked: Option<i64>,
    /// All that could be seen when the clock had passed this is on the pages so far.
    reached: i64,
}

/// Whether a page joins the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    Joined,
    /// It begins with what may be anything.
    Open,
    /// Some of its millisecond have gone: that is to be read anew.
    Torn,
    Wrong(&'static str),
}

impl Pass {
    pub(super) fn new(since: i64) -> Self {
        Self {
            since,
            skipped: 0,
            overlap: None,
            is_torn: false,
            asked: None,
            reached: i64::MAX,
        }
    }

    pub(super) fn join(&mut self, page: &[Drop]) -> Join {
        let mut dates = page.iter().filter_map(|drop| drop.creation_date);
        if dates.any(|date| date < self.since) {
            return Join::Wrong("the answer has a drop that is older than what was asked for");
        }
        let dates = page.iter().map(|drop| drop.creation_date);
        if let Some(reason) = disorder(dates, true) {
            return Join::Wrong(reason);
        }
        let Some(overlap) = self.overlap.take() else {
            return Join::Open;
        };
        if page.first().is_some_and(|drop| drop.id.as_str() == overlap) {
            return Join::Joined;
        }
        self.skipped = 0;
        match std::mem::replace(&mut self.is_torn, true) {
            false => Join::Torn,
            true => Join::Wrong(
                "the drops of one millisecond do not fit together over several pages: larger pages may help",
            ),
        }
    }

    /// What the clock had passed when all could be seen that is on the pages up to this one. What became visible behind a page, after
    /// it was asked for, is not there: its date is less than the overlap before what the clock had passed then.
    pub(super) fn reach(&mut self, page: &[Drop], overlap: i64) -> i64 {
        let asked = self.asked.unwrap_or(i64::MIN);
        let dates = page.iter().filter_map(|drop| drop.creation_date);
        let last = dates.max().unwrap_or(self.since);
        if asked.saturating_sub(overlap) <= last {
            self.reached = self.reached.min(asked);
        }
        self.reached.min(asked)
    }

    /// Goes on behind the page, if there can be more: one of fewer than these is the last.
    pub(super) fn turn(&mut self, page: &[Drop], most: usize) -> bool {
        let dates = page.iter().filter_map(|drop| drop.creation_date);
        let Some(last) = dates.max().filter(|_| page.len() >= most) else {
            return false;
        };
        if last > self.since {
            let reached = self.reached;
            *self = Self {
                reached,
                ..Self::new(last)
            };
            return true;
        }
        match page {
            [] | [_] => false,
            [before @ .., last] => {
                self.skipped += before.len();
                self.overlap = Some(last.id.as_str().to_owned());
                true
            }
        }
    }
}
