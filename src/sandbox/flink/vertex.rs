//! Vertices: the summary inside a job, and the details with all subtasks.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::Failure;
use super::job::{Job, Status};
use super::reply::Answer;
use super::request::Request;
use super::subtask;
use super::task::{self, Load, State};

/// Of every job and vertex in the sandbox.
pub(super) const MAX_PARALLELISM: i32 = 128;

/// The state of a vertex as Flink derives it: the first of these that any of its tasks is in.
pub(super) fn state(job: &Job, vertex: usize, now: i64) -> State {
    let states = states(job, vertex, now);
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

/// `JobVertex`, an item of the details of a job.
pub(super) fn summary(job: &Job, vertex: usize, now: i64) -> Value {
    let name = job.vertices().get(vertex);
    let subtasks =
        || (0..job.parallelism).map(|subtask| task::times(&task::life(job, vertex, subtask), now));
    let start = subtasks()
        .map(|(start, _, _)| start)
        .filter(|start| *start >= 0)
        .min()
        .unwrap_or(-1);
    let ended = subtasks().all(|(_, end, _)| end >= 0);
    let end = if ended {
        subtasks().map(|(_, end, _)| end).max().unwrap_or(-1)
    } else {
        -1
    };
    let duration = match (start, end) {
        (..0, _) => -1,
        (_, ..0) => now - start,
        _ => end - start,
    };
    json!({
        "id": name.map(|vertex| vertex.id),
        "slotSharingGroupId": job.slot_sharing_group,
        "name": name.map(|vertex| vertex.name),
        "maxParallelism": MAX_PARALLELISM,
        "parallelism": job.parallelism,
        "status": state(job, vertex, now).name(),
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "tasks": task::counts(&states(job, vertex, now)),
        "metrics": load(job, vertex, now).to_json(),
    })
}

/// GET /jobs/:jobid/vertices/:vertexid
pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("vertexid")?;
    let job = cluster.job_of(request)?;
    let index = find(job, &id, request.now)
        .ok_or_else(|| Failure::not_found(format!("JobVertex {id} not found")))?;
    let now = request.now;
    let attempts = (0..job.parallelism).map(|subtask| subtask::attempt(job, index, subtask, now));
    Ok(json!({
        "id": id,
        "name": job.vertices().get(index).map(|vertex| vertex.name),
        "parallelism": job.parallelism,
        "maxParallelism": MAX_PARALLELISM,
        "now": now,
        "subtasks": attempts.collect::<Vec<_>>(),
        "aggregated": aggregated(job, index, now),
    })
    .into())
}

/// The position of the vertex in its job; `None` while the graph is not made.
pub(super) fn find(job: &Job, id: &str, now: i64) -> Option<usize> {
    let exists = job.status(now) != Status::Initializing;
    job.vertices()
        .iter()
        .position(|vertex| vertex.id == id)
        .filter(|_| exists)
}

fn states(job: &Job, vertex: usize, now: i64) -> Vec<Option<State>> {
    (0..job.parallelism)
        .map(|subtask| task::life(job, vertex, subtask).state(now))
        .collect()
}

fn load(job: &Job, vertex: usize, now: i64) -> Load {
    let loads = (0..job.parallelism).map(|subtask| Load::of(job, vertex, subtask, now));
    loads.reduce(Load::add).unwrap_or_default()
}

fn aggregated(job: &Job, vertex: usize, now: i64) -> Value {
    let loads: Vec<Load> = (0..job.parallelism)
        .map(|subtask| Load::of(job, vertex, subtask, now))
        .collect();
    let over = |value: fn(&Load) -> i64| statistics(loads.iter().map(value).collect());
    let durations: BTreeMap<&str, Value> = task::TIMED
        .into_iter()
        .map(|state| {
            let spent = (0..job.parallelism).map(|subtask| {
                task::life(job, vertex, subtask)
                    .spent(state, now)
                    .unwrap_or(-1)
            });
            (state.name(), statistics(spent.collect()))
        })
        .collect();
    json!({
        "metrics": {
            "read-bytes": over(Load::read_bytes),
            "write-bytes": over(Load::write_bytes),
            "read-records": over(|load| load.read_records),
            "write-records": over(|load| load.write_records),
            "accumulated-backpressured-time": over(|_| 0),
            "accumulated-idle-time": over(|load| load.idle),
            "accumulated-busy-time": over(|load| load.busy),
        },
        "status-duration": durations,
    })
}

/// `min`, `max` and so on over subtasks; percentiles lean to the lower of two as Flink's do.
fn statistics(mut values: Vec<i64>) -> Value {
    values.sort_unstable();
    let sum: i64 = values.iter().sum();
    let count = values.len() as i64;
    let at = |percent: usize| {
        values
            .get((values.len() * percent).div_ceil(100).max(1) - 1)
            .copied()
            .unwrap_or(-1)
    };
    let median = match values.len() {
        even if even % 2 == 0 => (at(50) + values.get(even / 2).copied().unwrap_or(-1)) / 2,
        _ => at(50),
    };
    json!({
        "min": values.first().copied().unwrap_or(-1),
        "max": values.last().copied().unwrap_or(-1),
        "avg": if count == 0 { -1 } else { sum / count },
        "sum": sum,
        "median": median,
        "p25": at(25),
        "p75": at(75),
        "p95": at(95),
    })
}
