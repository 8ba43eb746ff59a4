//! Some or all subtasks of a vertex, of which Flink makes sums.

use std::collections::BTreeMap;

use super::job::Job;
use super::task::{self, Load, State};
use super::taskmanager::Place;

/// Some of the subtasks of a vertex, of which Flink makes sums.
#[derive(Debug)]
pub(crate) struct Subtasks<'a> {
    job: &'a Job,
    vertex: usize,
    indices: Vec<i32>,
    now: i64,
}

impl<'a> Subtasks<'a> {
    pub(crate) fn all(job: &'a Job, vertex: usize, now: i64) -> Self {
        let indices = (0..job.width(vertex)).collect();
        Self {
            job,
            vertex,
            indices,
            now,
        }
    }

    /// The subtasks by the place at which they are.
    pub(crate) fn by_place(job: &'a Job, vertex: usize, now: i64) -> BTreeMap<Place, Self> {
        let mut groups: BTreeMap<Place, Self> = BTreeMap::new();
        for subtask in 0..job.width(vertex) {
            let place = Place::of(&task::life(job, vertex, subtask), now);
            let group = groups.entry(place).or_insert_with(|| Self {
                job,
                vertex,
                indices: Vec::new(),
                now,
            });
            group.indices.push(subtask);
        }
        groups
    }

    pub(crate) fn states(&self) -> Vec<Option<State>> {
        let state = |subtask: &i32| task::life(self.job, self.vertex, *subtask).state(self.now);
        self.indices.iter().map(state).collect()
    }

    pub(crate) fn loads(&self) -> Vec<Load> {
        let load = |subtask: &i32| Load::of(self.job, self.vertex, *subtask, self.now);
        self.indices.iter().map(load).collect()
    }

    /// How long each has been in this state, in ms; -1 where it never was.
    pub(crate) fn spent(&self, state: State) -> Vec<i64> {
        let spent = |subtask: &i32| {
            let life = task::life(self.job, self.vertex, *subtask);
            life.spent(state, self.now).unwrap_or(-1)
        };
        self.indices.iter().map(spent).collect()
    }

    /// The sum of all loads.
    pub(crate) fn load(&self) -> Load {
        self.loads()
            .into_iter()
            .reduce(Load::add)
            .unwrap_or_default()
    }

    /// The state that Flink derives: the first of these that any of the tasks is in.
    pub(crate) fn state(&self) -> State {
        let states = self.states();
        let any = |state| states.contains(&Some(state));
        let order = [
            State::Failed,
            State::Canceling,
            State::Canceled,
            State::Initializing,
            State::Running,
        ];
        match order.into_iter().find(|state| any(*state)) {
            Some(state) => state,
            None if states.iter().all(|state| *state == Some(State::Finished)) => State::Finished,
            None if any(State::Finished) => State::Running,
            None => State::Created,
        }
    }

    /// `start-time` of the first, `end-time` of the last where all have ended, `duration`; -1 where there is none.
    pub(crate) fn times(&self) -> (i64, i64, i64) {
        let times = self
            .indices
            .iter()
            .map(|subtask| task::times(&task::life(self.job, self.vertex, *subtask), self.now));
        let times: Vec<_> = times.collect();
        let started = times.iter().filter(|(start, ..)| *start >= 0);
        let start = started.map(|(start, ..)| *start).min().unwrap_or(-1);
        let ends = times
            .iter()
            .map(|(_, end, _)| Some(*end).filter(|end| *end >= 0));
        let end = ends
            .collect::<Option<Vec<i64>>>()
            .and_then(|ends| ends.into_iter().max())
            .unwrap_or(-1);
        let duration = match (start, end) {
            (..0, _) => -1,
            (_, ..0) => self.now - start,
            _ => end - start,
        };
        (start, end, duration)
    }
}
