//! Accumulators: what the enriching program counts.

use serde_json::{Map, Value, json};

use super::path;
use crate::sandbox::flink::{
    model::{accumulator::Count, cluster::Cluster, task, taskmanager::Place},
    wire::{
        Answer,
        accumulator::{listed, serialized},
        request::Request,
    },
};

/// GET /jobs/:jobid/accumulators
pub(crate) fn of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = path::job(cluster, request)?;
    let count = Count::of_job(job, request.now);
    // What is not the word true is false.
    let include = request
        .query("includeSerializedValue")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let serialized = if include {
        serialized(&count)
    } else {
        Map::new()
    };
    Ok(json!({
        "job-accumulators": [],
        "user-task-accumulators": listed(&count),
        "serialized-user-task-accumulators": serialized,
    })
    .into())
}

/// GET /jobs/:jobid/vertices/:vertexid/accumulators
pub(crate) fn of_vertex(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex) = path::vertex(cluster, request)?;
    let count = Count::of_vertex(job, vertex, request.now);
    let id = job.vertices().get(vertex).map(|vertex| vertex.id);
    Ok(json!({"id": id, "user-accumulators": listed(&count)}).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/accumulators
pub(crate) fn of_subtasks(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, vertex) = path::vertex(cluster, request)?;
    let subtask = |subtask| {
        let place = Place::of(&task::life(job, vertex, subtask), now);
        json!({
            "subtask": subtask,
            "attempt": 0,
            "host": place.host,
            "endpoint": place.endpoint,
            "user-accumulators": listed(&Count::of(job, vertex, subtask, now)),
        })
    };
    let id = job.vertices().get(vertex).map(|vertex| vertex.id);
    let subtasks: Vec<Value> = (0..job.width(vertex)).map(subtask).collect();
    Ok(json!({"id": id, "parallelism": job.width(vertex), "subtasks": subtasks}).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt/accumulators
pub(crate) fn of_attempt(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex, subtask) = path::attempt(cluster, request)?;
    let id = job.vertices().get(vertex).map_or("", |vertex| vertex.id);
    Ok(json!({
        "subtask": subtask,
        "attempt": 0,
        // The graph has an id of its own in it; that of the slot sharing group is as good.
        "id": format!("{}_{id}_{subtask}_0", job.slot_sharing_group),
        "user-accumulators": listed(&Count::of(job, vertex, subtask, request.now)),
    })
    .into())
}
