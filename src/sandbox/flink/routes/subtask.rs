//! Subtasks: the current attempt, which in the sandbox is the only one.

use serde_json::{Map, Value, json};

use super::path;
use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        task::{self, State},
        taskmanager::Place,
    },
    wire::{Answer, request::Request, task::attempt},
};

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex
pub(crate) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex, subtask) = path::subtask(cluster, request)?;
    Ok(attempt(job, vertex, subtask, request.now).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt
pub(crate) fn attempt_details(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex, subtask) = path::attempt(cluster, request)?;
    Ok(attempt(job, vertex, subtask, request.now).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasktimes
pub(crate) fn times(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, vertex) = path::vertex(cluster, request)?;
    let subtask = |subtask| {
        let life = task::life(job, vertex, subtask);
        let timestamps: Map<String, Value> = task::STATES
            .iter()
            .map(|(state, name)| {
                let entered = life.entered(*state, now).unwrap_or(0);
                ((*name).to_owned(), json!(entered))
            })
            .collect();
        let ended = life.state(now).filter(|state| state.is_terminal());
        let until = ended.and(life.changed(now)).unwrap_or(now);
        let scheduled = life.entered(State::Scheduled, now);
        let place = Place::of(&life, now);
        json!({
            "subtask": subtask,
            "host": place.host,
            "endpoint": place.endpoint,
            // Since it was scheduled, while attempts count from their deployment.
            "duration": scheduled.map_or(-1, |at| until - at),
            "timestamps": timestamps,
        })
    };
    let described = job.vertices().get(vertex);
    Ok(json!({
        "id": described.map(|vertex| vertex.id),
        "name": described.map(|vertex| vertex.name),
        "now": now,
        "subtasks": (0..job.width(vertex)).map(subtask).collect::<Vec<_>>(),
    })
    .into())
}
