//! What the dates of drops tell of the platform's clock.

use std::{cmp::Reverse, collections::BinaryHeap};

/// So many dates have to agree: a drop with a date of the far future, or a few of them, tell nothing.
const AGREED: usize = 8;

/// The latest dates of drops.
#[derive(Debug, Default)]
pub(super) struct Clock(BinaryHeap<Reverse<i64>>);

impl Clock {
    /// A drop of this date has come.
    pub(super) fn observe(&mut self, date: i64) {
        self.0.push(Reverse(date));
        if self.0.len() > AGREED {
            self.0.pop();
        }
    }

    /// What the clock has passed for certain, in milliseconds since the Unix epoch; nothing before enough drops have come.
    pub(super) fn passed(&self) -> Option<i64> {
        let is_agreed = self.0.len() == AGREED;
        self.0
            .peek()
            .filter(|_| is_agreed)
            .map(|Reverse(date)| *date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_the_far_future_moves_nothing() {
        let mut clock = Clock::default();
        clock.observe(i64::MAX);
        for date in 0..7 {
            assert_eq!(clock.passed(), None);
            clock.observe(date);
        }
        assert_eq!(clock.passed(), Some(0));
        clock.observe(i64::MIN);
        clock.observe(7);
        assert_eq!(clock.passed(), Some(1));
    }
}
