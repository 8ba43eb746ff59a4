//! Subtasks: the current attempt, which in the sandbox is the only one.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::Failure;
use super::job::Job;
use super::reply::Answer;
use super::request::Request;
use super::task::{self, Load};
use super::{taskmanager, vertex};

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex
pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex, subtask) = find(cluster, request)?;
    Ok(attempt(job, vertex, subtask, request.now).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt
pub(super) fn attempt_details(cluster: &mut Cluster, request: &Request) -> Answer {
    let number = request.number("attempt")?;
    let (job, vertex, subtask) = find(cluster, request)?;
    match number {
        0 => Ok(attempt(job, vertex, subtask, request.now).into()),
        _ => Err(missing(format!("Invalid attempt num {number}"))),
    }
}

/// `SubtaskAttempt`. The start time is there twice: the second is a getter that Flink forgot to hide.
pub(super) fn attempt(job: &Job, vertex: usize, subtask: i32, now: i64) -> Value {
    let life = task::life(job, vertex, subtask);
    let (start, end, duration) = task::times(&life, now);
    let durations: BTreeMap<&str, i64> = task::TIMED
        .into_iter()
        .map(|state| (state.name(), life.spent(state, now).unwrap_or(-1)))
        .collect();
    json!({
        "subtask": subtask,
        "status": life.state(now).map(task::State::name),
        "attempt": 0,
        "host": taskmanager::HOST,
        "endpoint": taskmanager::ENDPOINT,
        "start-time": start,
        "end-time": end,
        "duration": duration.max(0),
        "metrics": Load::of(job, vertex, subtask, now).to_json(),
        "taskmanager-id": taskmanager::ID,
        "status-duration": durations,
        "start_time": start,
    })
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/accumulators, of which the sandbox has none
pub(super) fn accumulators(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("vertexid")?;
    let (job, _) = find_vertex(cluster, request, &id)?;
    let subtask = |subtask| {
        json!({
            "subtask": subtask,
            "attempt": 0,
            "host": taskmanager::HOST,
            "endpoint": taskmanager::ENDPOINT,
            "user-accumulators": [],
        })
    };
    let subtasks: Vec<Value> = (0..job.parallelism).map(subtask).collect();
    Ok(json!({"id": id, "parallelism": job.parallelism, "subtasks": subtasks}).into())
}

fn find<'a>(cluster: &'a Cluster, request: &Request) -> Result<(&'a Job, usize, i32), Failure> {
    let (id, subtask) = (request.id("vertexid")?, request.subtask()?);
    let (job, vertex) = find_vertex(cluster, request, &id)?;
    if subtask >= job.parallelism {
        return Err(missing(format!("Invalid subtask index for vertex {id}")));
    }
    Ok((job, vertex, subtask))
}

fn find_vertex<'a>(
    cluster: &'a Cluster,
    request: &Request,
    id: &str,
) -> Result<(&'a Job, usize), Failure> {
    let job = cluster.job_of(request)?;
    let vertex = vertex::find(job, id, request.now);
    let vertex = vertex.ok_or_else(|| missing(format!("No vertex with ID '{id}' exists.")))?;
    Ok((job, vertex))
}

fn missing(message: String) -> Failure {
    Failure::rest(StatusCode::NOT_FOUND, message)
}
