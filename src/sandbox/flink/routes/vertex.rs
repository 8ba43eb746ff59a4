//! Vertices: the details with all subtasks, and where these are.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::path;
use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        job::Job,
        subtasks::Subtasks,
        task::{self, Load},
    },
    wire::{
        Answer,
        error::Failure,
        request::Request,
        task::{attempt, counts, io_metrics},
    },
};

/// GET /jobs/:jobid/vertices/:vertexid
pub(crate) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, index) = of_graph(cluster, request)?;
    let attempts = (0..job.width(index)).map(|subtask| attempt(job, index, subtask, now));
    Ok(json!({
        "id": job.vertices().get(index).map(|vertex| vertex.id),
        "name": job.vertices().get(index).map(|vertex| vertex.name),
        "parallelism": job.width(index),
        "maxParallelism": job.max_parallelism(index),
        "now": now,
        "subtasks": attempts.collect::<Vec<_>>(),
        "aggregated": aggregated(&Subtasks::all(job, index, now)),
    })
    .into())
}

/// GET /jobs/:jobid/vertices/:vertexid/taskmanagers
pub(crate) fn taskmanagers(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, index) = of_graph(cluster, request)?;
    let groups = Subtasks::by_place(job, index, now).into_iter();
    let taskmanagers = groups.map(|(place, group)| {
        let (start, end, duration) = group.times();
        json!({
            // Seen on 1.20.5: not the host.
            "host": place.endpoint,
            "endpoint": place.endpoint,
            "status": group.state().name(),
            "start-time": start,
            "end-time": end,
            "duration": duration,
            "metrics": io_metrics(group.load()),
            "status-counts": counts(&group.states()),
            "taskmanager-id": place.id,
            "aggregated": aggregated(&group),
        })
    });
    Ok(json!({
        "id": job.vertices().get(index).map(|vertex| vertex.id),
        "name": job.vertices().get(index).map(|vertex| vertex.name),
        "now": now,
        "taskmanagers": taskmanagers.collect::<Vec<_>>(),
    })
    .into())
}

/// The vertex in the path, for the routes that miss one with these words. Others have [`path::vertex`].
fn of_graph<'a>(cluster: &'a Cluster, request: &Request) -> Result<(&'a Job, usize), Failure> {
    let id = request.id("vertexid")?;
    let job = path::job(cluster, request)?;
    let index = job
        .vertex(&id, request.now)
        .ok_or_else(|| Failure::not_found(format!("JobVertex {id} not found")))?;
    Ok((job, index))
}

/// `Aggregated`.
fn aggregated(group: &Subtasks<'_>) -> Value {
    let loads = group.loads();
    let over = |value: fn(&Load) -> i64| statistics(loads.iter().map(value).collect());
    let durations: BTreeMap<&str, Value> = task::TIMED
        .into_iter()
        .map(|state| (state.name(), statistics(group.spent(state))))
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
