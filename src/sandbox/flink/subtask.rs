//! Subtasks: the current attempt, which in the sandbox is the only one.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::cluster::Cluster;
use super::error::Failure;
use super::job::Job;
use super::reply::Answer;
use super::request::Request;
use super::task::{self, Load, State};
use super::taskmanager::Place;
use super::vertex;

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex
pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex, subtask) = find(cluster, request)?;
    Ok(attempt(job, vertex, subtask, request.now).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt
pub(super) fn attempt_details(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex, subtask) = find_attempt(cluster, request)?;
    Ok(attempt(job, vertex, subtask, request.now).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasktimes
pub(super) fn times(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, vertex) = find_vertex(cluster, request)?;
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

/// `SubtaskAttempt`. The start time is there twice: the second is a getter that Flink forgot to hide.
pub(super) fn attempt(job: &Job, vertex: usize, subtask: i32, now: i64) -> Value {
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
        "metrics": Load::of(job, vertex, subtask, now).to_json(),
        "taskmanager-id": place.id,
        "status-duration": durations,
        "start_time": start,
    })
}

/// The subtask in the path.
fn find<'a>(cluster: &'a Cluster, request: &Request) -> Result<(&'a Job, usize, i32), Failure> {
    let subtask = request.subtask()?;
    let (job, vertex) = find_vertex(cluster, request)?;
    in_range(job, vertex, subtask)?;
    Ok((job, vertex, subtask))
}

/// The attempt in the path: the only one there is.
pub(super) fn find_attempt<'a>(
    cluster: &'a Cluster,
    request: &Request,
) -> Result<(&'a Job, usize, i32), Failure> {
    let attempt: i32 = request.number("attempt")?;
    let found = find(cluster, request)?;
    match attempt {
        0 => Ok(found),
        _ => Err(missing(format!("Invalid attempt num {attempt}"))),
    }
}

/// The vertex in the path.
pub(super) fn find_vertex<'a>(
    cluster: &'a Cluster,
    request: &Request,
) -> Result<(&'a Job, usize), Failure> {
    let id = request.id("vertexid")?;
    let job = cluster.job_of(request)?;
    let vertex = vertex::find(job, &id, request.now)
        .ok_or_else(|| missing(format!("No vertex with ID '{id}' exists.")))?;
    Ok((job, vertex))
}

/// Refuses an index that the vertex does not have.
pub(super) fn in_range(job: &Job, vertex: usize, subtask: i32) -> Result<(), Failure> {
    if (0..job.width(vertex)).contains(&subtask) {
        return Ok(());
    }
    let id = job.vertices().get(vertex).map_or("", |vertex| vertex.id);
    Err(missing(format!("Invalid subtask index for vertex {id}")))
}

fn missing(message: String) -> Failure {
    Failure::rest(StatusCode::NOT_FOUND, message)
}
