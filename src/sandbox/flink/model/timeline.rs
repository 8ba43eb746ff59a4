//! When what happened, and what will: state as a function of the time.
//!
//! Nothing in the sandbox ticks. A job that is started gets its whole future at once, and each request
//! reads the state at its own `now`; a cancel rewrites what has not happened yet.

/// States in order, each with the time (ms since the epoch) at which it is entered.
#[derive(Clone, Debug)]
pub(crate) struct Timeline<S>(Vec<(S, i64)>);

impl<S: Copy + PartialEq> Timeline<S> {
    pub(crate) fn new(states: Vec<(S, i64)>) -> Self {
        Self(states)
    }

    /// The state at `now`; `None` before the first one.
    pub(crate) fn state(&self, now: i64) -> Option<S> {
        self.past(now).last().map(|(state, _)| state)
    }

    /// When the state was entered for the last time; `None` if that has not happened by `now`.
    pub(crate) fn entered(&self, state: S, now: i64) -> Option<i64> {
        self.past(now)
            .filter(|(other, _)| *other == state)
            .last()
            .map(|(_, at)| at)
    }

    /// When the state is entered for the first time, now or later.
    pub(crate) fn began(&self, state: S) -> Option<i64> {
        self.past(i64::MAX)
            .find(|(other, _)| *other == state)
            .map(|(_, at)| at)
    }

    /// When the state is entered for the last time, now or later.
    pub(crate) fn enters(&self, state: S) -> Option<i64> {
        self.entered(state, i64::MAX)
    }

    /// The time of the last change by `now`.
    pub(crate) fn changed(&self, now: i64) -> Option<i64> {
        self.past(now).last().map(|(_, at)| at)
    }

    /// How long the state has lasted, all its stays together, in ms; `None` where it was never entered.
    pub(crate) fn spent(&self, state: S, now: i64) -> Option<i64> {
        let ends = self.past(now).skip(1).map(|(_, at)| at).chain([now]);
        let stays = self
            .past(now)
            .zip(ends)
            .filter(|((other, _), _)| *other == state);
        stays
            .map(|((_, from), until)| until - from)
            .reduce(|sum, stay| sum + stay)
    }

    /// The changes that have happened by `now`, oldest first.
    pub(crate) fn past(&self, now: i64) -> impl Iterator<Item = (S, i64)> + '_ {
        self.0.iter().copied().take_while(move |(_, at)| *at <= now)
    }

    /// The changes that are yet to come.
    pub(crate) fn future(&self, now: i64) -> impl Iterator<Item = (S, i64)> + '_ {
        self.0.iter().copied().skip_while(move |(_, at)| *at <= now)
    }

    /// Replaces the future.
    pub(crate) fn turn(&mut self, now: i64, future: impl IntoIterator<Item = (S, i64)>) {
        self.0.retain(|(_, at)| *at <= now);
        self.0.extend(future);
    }
}
