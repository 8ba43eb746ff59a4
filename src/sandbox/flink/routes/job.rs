//! What is told of jobs, and cancelling them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::path;
use crate::sandbox::flink::{
    model::{cluster::Cluster, status::Status},
    wire::{Answer, error::Failure, exception, job, reply::Reply, request::Request},
};

/// GET /jobs
pub(crate) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let jobs: Vec<Value> = cluster
        .jobs
        .iter()
        .map(|job| json!({"id": job.id, "status": job.status(request.now).name()}))
        .collect();
    Ok(json!({"jobs": jobs}).into())
}

/// GET /jobs/overview
pub(crate) fn overview(cluster: &mut Cluster, request: &Request) -> Answer {
    let jobs: Vec<Value> = cluster
        .jobs
        .iter()
        .map(|job| job::overview(job, request.now))
        .collect();
    Ok(json!({"jobs": jobs}).into())
}

/// GET /jobs/:jobid
pub(crate) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(job::details(path::job(cluster, request)?, request.now).into())
}

/// GET /jobs/:jobid/status
pub(crate) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    // Seen on 1.20.5: this route does not foresee an unknown id, and answers 500.
    let job = cluster
        .job(&id)
        .ok_or_else(|| Failure::unhandled(exception::job_not_found(&id)))?;
    Ok(json!({"status": job.status(request.now).name()}).into())
}

/// GET /jobs/:jobid/plan
pub(crate) fn plan(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(json!({"plan": job::plan(path::job(cluster, request)?, request.now)}).into())
}

/// GET /jobs/:jobid/config
pub(crate) fn config(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = path::job(cluster, request)?;
    // What a program with global job parameters makes of `--key value`.
    let mut user_config: Map<String, Value> = job
        .arguments
        .chunks_exact(2)
        .filter_map(|pair| Some((pair.first()?, pair.last()?)))
        .map(|(key, value)| (key.trim_start_matches("--").to_owned(), json!(value)))
        .collect();
    if !job.arguments.is_empty() {
        user_config.insert("argv".to_owned(), json!(job.arguments.join("|")));
    }
    Ok(json!({
        "jid": job.id,
        "name": job.name,
        "execution-config": {
            "execution-mode": "PIPELINED",
            "restart-strategy": "Cluster level default restart strategy",
            "job-parallelism": job.parallelism,
            "object-reuse-mode": false,
            "user-config": user_config,
        },
    })
    .into())
}

/// PATCH /jobs/:jobid
pub(crate) fn cancel(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    // Each mode with the status it is answered with.
    let mode = request.parsed("mode", |mode| match mode.to_ascii_lowercase().as_str() {
        "cancel" => Some(StatusCode::ACCEPTED),
        "stop" => Some(StatusCode::PERMANENT_REDIRECT),
        _ => None,
    })?;
    if mode.is_some_and(|modes| modes.first() == Some(&StatusCode::PERMANENT_REDIRECT)) {
        // Seen on 1.20.5: a redirect without a Location.
        let message = "The termination mode \"stop\" has been removed. \
                       For an ungraceful shutdown, please use \"cancel\" instead. \
                       For a graceful shutdown, please use \"jobs/:jobId/stop\" instead.";
        return Err(Failure::rest(StatusCode::PERMANENT_REDIRECT, message));
    }
    let Some(job) = cluster.job_mut(&id) else {
        return Err(
            Failure::rest(StatusCode::NOT_FOUND, "Job could not be found.")
                .caused_by(exception::job_not_found(&id)),
        );
    };
    match job.status(request.now) {
        status @ (Status::Finished | Status::Failed) => {
            let name = status.name();
            let message = format!(
                "Job cancellation failed because the job has already reached another terminal state ({name})."
            );
            Err(Failure::rest(StatusCode::CONFLICT, message))
        }
        Status::Cancelling | Status::Canceled => Ok(Reply::accepted(json!({}))),
        _ => {
            job.cancel(request.now);
            Ok(Reply::accepted(json!({})))
        }
    }
}
