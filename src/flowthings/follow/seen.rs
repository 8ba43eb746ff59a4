//! Which drops have been handed out, as far as they may come again.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

/// Ids that are kept at most: twice as many as a flow holds, which is what a find can bring.
const MOST: usize = 200_000;

/// Ids of drops with their dates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    ids: HashSet<Arc<str>>,
    dates: BTreeSet<(i64, Arc<str>)>,
}

impl Seen {
    /// Whether it was not there.
    pub(super) fn add(&mut self, id: &str, date: i64) -> bool {
        let id: Arc<str> = id.into();
        if !self.ids.insert(Arc::clone(&id)) {
            return false;
        }
        self.dates.insert((date, id));
        if self.ids.len() > MOST {
            self.forget_first();
        }
        true
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Forgets those from before this date.
    pub(super) fn forget_before(&mut self, date: i64) {
        while self.dates.first().is_some_and(|(own, _)| *own < date) {
            self.forget_first();
        }
    }

    /// The latest date, of those that are not after this one.
    pub(super) fn latest(&self, until: i64) -> Option<i64> {
        let mut dates = self.dates.iter().rev().map(|(date, _)| *date);
        dates.find(|date| *date <= until)
    }

    /// In the order of their dates.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, i64)> {
        self.dates.iter().map(|(date, id)| (&**id, *date))
    }

    fn forget_first(&mut self) {
        if let Some((_, id)) = self.dates.pop_first() {
            self.ids.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_ids_are_kept_than_a_find_can_bring() {
        let mut seen = Seen::default();
        for number in 0..250_000 {
            assert!(seen.add(&number.to_string(), number));
        }
        assert_eq!(seen.iter().len(), 200_000);
        assert!(!seen.has("49999") && seen.has("50000"));
        assert!(!seen.add("50000", 7));
        seen.forget_before(249_999);
        assert_eq!(seen.iter().collect::<Vec<_>>(), [("249999", 249_999)]);
        assert_eq!(seen.latest(249_998), None);
        assert_eq!(seen.latest(i64::MAX), Some(249_999));
    }
}
