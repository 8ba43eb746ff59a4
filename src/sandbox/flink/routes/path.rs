//! What the path names: a job, a vertex, a subtask, an attempt.

use axum::http::StatusCode;

use crate::sandbox::flink::{
    model::{cluster::Cluster, job::Job},
    wire::{error::Failure, request::Request},
};

/// The job in the path, for routes made from the execution graph.
pub(crate) fn job<'a>(cluster: &'a Cluster, request: &Request) -> Result<&'a Job, Failure> {
    let id = request.id("jobid")?;
    cluster.job(&id).ok_or_else(|| Failure::no_job(&id))
}

/// The subtask in the path.
pub(crate) fn subtask<'a>(
    cluster: &'a Cluster,
    request: &Request,
) -> Result<(&'a Job, usize, i32), Failure> {
    let index = request.subtask()?;
    let (job, vertex) = vertex(cluster, request)?;
    subtask_of(job, vertex, index)?;
    Ok((job, vertex, index))
}

/// The attempt in the path: the only one there is.
pub(crate) fn attempt<'a>(
    cluster: &'a Cluster,
    request: &Request,
) -> Result<(&'a Job, usize, i32), Failure> {
    let number: i32 = request.number("attempt")?;
    let found = subtask(cluster, request)?;
    match number {
        0 => Ok(found),
        _ => Err(missing(format!("Invalid attempt num {number}"))),
    }
}

/// The vertex in the path.
pub(crate) fn vertex<'a>(
    cluster: &'a Cluster,
    request: &Request,
) -> Result<(&'a Job, usize), Failure> {
    let id = request.id("vertexid")?;
    let job = job(cluster, request)?;
    let index = job
        .vertex(&id, request.now)
        .ok_or_else(|| missing(format!("No vertex with ID '{id}' exists.")))?;
    Ok((job, index))
}

/// Refuses an index that the vertex does not have.
pub(crate) fn subtask_of(job: &Job, vertex: usize, subtask: i32) -> Result<(), Failure> {
    if (0..job.width(vertex)).contains(&subtask) {
        return Ok(());
    }
    let id = job.vertices().get(vertex).map_or("", |vertex| vertex.id);
    Err(missing(format!("Invalid subtask index for vertex {id}")))
}

fn missing(message: String) -> Failure {
    Failure::rest(StatusCode::NOT_FOUND, message)
}
