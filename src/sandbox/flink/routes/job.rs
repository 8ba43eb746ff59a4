//! What is told of jobs, and cancelling them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::path;
use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        job::Job,
        plan::MAX_PARALLELISM,
        program::Fate,
        status::{STATUSES, Status},
        subtasks::Subtasks,
        task::{self, State as TaskState},
    },
    wire::{
        Answer,
        error::Failure,
        exception, plan,
        reply::Reply,
        request::Request,
        task::{counts, io_metrics},
    },
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
        .map(|job| overview_json(job, request.now))
        .collect();
    Ok(json!({"jobs": jobs}).into())
}

/// GET /jobs/:jobid
pub(crate) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(details_json(path::job(cluster, request)?, request.now).into())
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
    Ok(json!({"plan": plan_json(path::job(cluster, request)?, request.now)}).into())
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

fn plan_json(job: &Job, now: i64) -> Value {
    // Without a graph Flink pastes in an empty object.
    if !job.has_graph(now) {
        return json!({});
    }
    let width = |vertex| job.width(vertex);
    plan::plan(&job.id, &job.name, job.program.fate(), width)
}

/// When a task changed its state, or the job ended; 0 while there are no tasks.
fn modified(job: &Job, now: i64) -> i64 {
    let changed = task::lives(job).filter_map(|life| life.changed(now));
    let ended = job.timeline.changed(now).filter(|_| job.is_over(now));
    changed.chain(ended).max().unwrap_or(0)
}

fn overview_json(job: &Job, now: i64) -> Value {
    let (start, end, duration) = job.times(now);
    let tasks: Vec<Option<TaskState>> = task::lives(job).map(|life| life.state(now)).collect();
    let mut counts: Map<String, Value> = counts(&tasks)
        .into_iter()
        .map(|(name, count)| (name.to_ascii_lowercase(), count))
        .collect();
    counts.insert("total".to_owned(), json!(tasks.iter().flatten().count()));
    json!({
        "jid": job.id,
        "name": job.name,
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "state": job.status(now).name(),
        "last-modification": modified(job, now),
        "tasks": counts,
    })
}

fn details_json(job: &Job, now: i64) -> Value {
    let (start, end, duration) = job.times(now);
    let entered = |status: Option<Status>| {
        status
            .and_then(|status| job.timeline.entered(status, now))
            .unwrap_or(0)
    };
    let timestamps: Map<String, Value> = STATUSES
        .iter()
        .map(|(name, status)| ((*name).to_owned(), json!(entered(*status))))
        .collect();
    let exists = job.has_graph(now);
    let vertices: Vec<usize> = (0..job.vertices().len()).filter(|_| exists).collect();
    let states: Vec<Option<TaskState>> = vertices
        .iter()
        .map(|vertex| Some(Subtasks::all(job, *vertex, now).state()))
        .collect();
    json!({
        "jid": job.id,
        "name": job.name,
        "isStoppable": false,
        "state": job.status(now).name(),
        "job-type": job.kind(),
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "maxParallelism": if exists { max_parallelism(job) } else { -1 },
        "now": now,
        "timestamps": timestamps,
        "vertices": vertices.iter().map(|vertex| vertex_json(job, *vertex, now)).collect::<Vec<_>>(),
        "status-counts": counts(&states),
        "plan": plan_json(job, now),
    })
}

/// Unknown where vertices need not agree.
fn max_parallelism(job: &Job) -> i32 {
    match job.program.fate() {
        Fate::Batch => -1,
        _ => MAX_PARALLELISM,
    }
}

/// `JobVertex`, an item of the details of a job.
fn vertex_json(job: &Job, vertex: usize, now: i64) -> Value {
    let name = job.vertices().get(vertex);
    let all = Subtasks::all(job, vertex, now);
    let (start, end, duration) = all.times();
    json!({
        "id": name.map(|vertex| vertex.id),
        "slotSharingGroupId": job.slot_sharing_group,
        "name": name.map(|vertex| vertex.name),
        "maxParallelism": job.max_parallelism(vertex),
        "parallelism": job.width(vertex),
        "status": all.state().name(),
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "tasks": counts(&all.states()),
        "metrics": io_metrics(all.load()),
    })
}
