//! Tasks: how many are in which state, what each has carried, its attempt.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::sandbox::flink::model::{
    job::Job,
    task::{self, Load, STATES, State},
    taskmanager::Place,
};

/// How often each state occurs, all ten named.
pub(crate) fn counts(states: &[Option<State>]) -> Map<String, Value> {
    let count = |state| states.iter().filter(|other| **other == Some(state)).count();
    STATES
        .iter()
        .map(|(state, name)| ((*name).to_owned(), json!(count(*state))))
        .collect()
}

/// `IOMetrics`; the busy time is a double, as it may be NaN.
pub(crate) fn io_metrics(load: Load) -> Value {
    json!({
        "read-bytes": load.read_bytes(),
        "read-bytes-complete": load.complete,
        "write-bytes": load.write_bytes(),
        "write-bytes-complete": load.complete,
        "read-records": load.read_records,
        "read-records-complete": load.complete,
        "write-records": load.write_records,
        "write-records-complete": load.complete,
        "accumulated-backpressured-time": 0,
        "accumulated-idle-time": load.idle,
        "accumulated-busy-time": load.busy as f64,
    })
}

/// `SubtaskAttempt`. The start time is there twice: the second is a getter that Flink forgot to hide.
pub(crate) fn attempt(job: &Job, vertex: usize, subtask: i32, now: i64) -> Value {
    let life = task::life(job, vertex, subtask);
    let (start, end, duration) = task::times(&life, now);
    let place = Place::of(&life, now);
    let durations: BTreeMap<&str, i64> = task::TIMED
        .into_iter()
        .map(|state| (state.name(), life.spent(state, now).unwrap_or(-1)))
        .collect();
    json!({
        "subtask": subtask,
        "status": life.state(now).map(State::name),
        "attempt": 0,
        "host": place.host,
        "endpoint": place.endpoint,
        "start-time": start,
        "end-time": end,
        "duration": duration.max(0),
        "metrics": io_metrics(Load::of(job, vertex, subtask, now)),
        "taskmanager-id": place.id,
        "status-duration": durations,
        "start_time": start,
    })
}
