//! How much searching for regular expressions a request may cost.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::refusal::Refusal;

/// Steps that a request may take however long they last. At worst they take about a second where nothing is optimized.
const FREE: u64 = 10_000_000;

/// For how long a request may search where it takes more steps.
const LONGEST: Duration = Duration::from_secs(1);

/// How much a request has searched. A step is one byte of a text for one character of an expression; most searches take far fewer than
/// they may, so beyond the free ones the clock counts too.
#[derive(Debug, Default)]
pub(crate) struct Effort {
    steps: Cell<u64>,
    time: Cell<Duration>,
    has_refused: Cell<bool>,
}

impl Effort {
    /// Does what takes at most so many steps, unless that may take too long.
    pub(super) fn spend<T>(&self, steps: u64, work: impl FnOnce() -> T) -> Result<T, Refusal> {
        if steps == 0 {
            return Ok(work());
        }
        let all = self.steps.get().saturating_add(steps);
        if steps > FREE || (all > FREE && self.time.get() > LONGEST) {
            self.has_refused.set(true);
            return Err(too_long());
        }
        self.steps.set(all);
        let start = Instant::now();
        let outcome = work();
        self.time
            .set(self.time.get().saturating_add(start.elapsed()));
        Ok(outcome)
    }

    /// That nothing was too much so far.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        match self.has_refused.get() {
            true => Err(too_long()),
            false => Ok(()),
        }
    }
}

fn too_long() -> Refusal {
    let why =
        "the sandbox does not search for regular expressions that may take longer than a second";
    Refusal::NotCarried(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_steps_are_refused_at_once_or_when_they_have_lasted_too_long() {
        let effort = Effort::default();
        assert!(effort.spend(FREE + 1, || ()).is_err());
        assert!(effort.check().is_err());
        let effort = Effort::default();
        for _ in 0..10 {
            assert_eq!(effort.spend(FREE, || 7), Ok(7));
        }
        assert_eq!(effort.check(), Ok(()));
        effort.time.set(LONGEST * 2);
        assert!(effort.spend(1, || ()).is_err());
        assert!(effort.check().is_err());
        assert_eq!(effort.spend(0, || 7), Ok(7));
    }

    #[test]
    fn time_does_not_count_before_many_steps_are_taken() {
        let effort = Effort::default();
        effort.time.set(LONGEST * 2);
        assert_eq!(effort.spend(FREE, || 7), Ok(7));
        assert!(effort.spend(1, || ()).is_err());
    }
}
