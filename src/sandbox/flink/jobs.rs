//! What is told of jobs, and cancelling them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::cluster::Cluster;
use super::error::{self, Failure};
use super::job::Job;
use super::plan;
use super::program::Fate;
use super::reply::{Answer, Reply};
use super::request::Request;
use super::status::{STATUSES, Status};
use super::task::{self, State as TaskState};
use super::timeline::Timeline;
use super::vertex;

/// GET /jobs
pub(super) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let jobs: Vec<Value> = cluster
        .jobs
        .iter()
        .map(|job| json!({"id": job.id, "status": job.status(request.now).name()}))
        .collect();
    Ok(json!({"jobs": jobs}).into())
}

/// GET /jobs/overview
pub(super) fn overview(cluster: &mut Cluster, request: &Request) -> Answer {
    let jobs: Vec<Value> = cluster
        .jobs
        .iter()
        .map(|job| job.overview(request.now))
        .collect();
    Ok(json!({"jobs": jobs}).into())
}

/// GET /jobs/:jobid
pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(cluster.job_of(request)?.details(request.now).into())
}

/// GET /jobs/:jobid/status
pub(super) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    // Seen on 1.20.5: this route does not foresee an unknown id, and answers 500.
    let job = cluster
        .job(&id)
        .ok_or_else(|| Failure::unhandled(error::job_not_found(&id)))?;
    Ok(json!({"status": job.status(request.now).name()}).into())
}

/// GET /jobs/:jobid/plan
pub(super) fn plan_of(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(json!({"plan": cluster.job_of(request)?.plan(request.now)}).into())
}

/// GET /jobs/:jobid/config
pub(super) fn config(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = cluster.job_of(request)?;
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
pub(super) fn cancel(cluster: &mut Cluster, request: &Request) -> Answer {
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
                .caused_by(error::job_not_found(&id)),
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

impl Job {
    /// The lives of all tasks.
    fn lives(&self) -> impl Iterator<Item = Timeline<TaskState>> + '_ {
        let vertices = 0..self.vertices().len();
        vertices.flat_map(move |vertex| {
            (0..self.width(vertex)).map(move |subtask| task::life(self, vertex, subtask))
        })
    }

    fn plan(&self, now: i64) -> Value {
        // Without a graph Flink pastes in an empty object.
        if !self.has_graph(now) {
            return json!({});
        }
        let width = |vertex| self.width(vertex);
        plan::plan(&self.id, &self.name, self.program.fate(), width)
    }

    /// When a task changed its state, or the job ended; 0 while there are no tasks.
    fn modified(&self, now: i64) -> i64 {
        let changed = self.lives().filter_map(|life| life.changed(now));
        let ended = self.timeline.changed(now).filter(|_| self.is_over(now));
        changed.chain(ended).max().unwrap_or(0)
    }

    fn overview(&self, now: i64) -> Value {
        let (start, end, duration) = self.times(now);
        let tasks: Vec<Option<TaskState>> = self.lives().map(|life| life.state(now)).collect();
        let mut counts: Map<String, Value> = task::counts(&tasks)
            .into_iter()
            .map(|(name, count)| (name.to_ascii_lowercase(), count))
            .collect();
        counts.insert("total".to_owned(), json!(tasks.iter().flatten().count()));
        json!({
            "jid": self.id,
            "name": self.name,
            "start-time": start,
            "end-time": end,
            "duration": duration,
            "state": self.status(now).name(),
            "last-modification": self.modified(now),
            "tasks": counts,
        })
    }

    fn details(&self, now: i64) -> Value {
        let (start, end, duration) = self.times(now);
        let entered = |status: Option<Status>| {
            status
                .and_then(|status| self.timeline.entered(status, now))
                .unwrap_or(0)
        };
        let timestamps: Map<String, Value> = STATUSES
            .iter()
            .map(|(name, status)| ((*name).to_owned(), json!(entered(*status))))
            .collect();
        let exists = self.has_graph(now);
        let vertices: Vec<usize> = (0..self.vertices().len()).filter(|_| exists).collect();
        let states: Vec<Option<TaskState>> = vertices
            .iter()
            .map(|vertex| Some(vertex::state(self, *vertex, now)))
            .collect();
        json!({
            "jid": self.id,
            "name": self.name,
            "isStoppable": false,
            "state": self.status(now).name(),
            "job-type": self.kind(),
            "start-time": start,
            "end-time": end,
            "duration": duration,
            "maxParallelism": if exists { self.max_parallelism() } else { -1 },
            "now": now,
            "timestamps": timestamps,
            "vertices": vertices.iter().map(|vertex| vertex::summary(self, *vertex, now)).collect::<Vec<_>>(),
            "status-counts": task::counts(&states),
            "plan": self.plan(now),
        })
    }

    /// Unknown where vertices need not agree.
    fn max_parallelism(&self) -> i32 {
        match self.program.fate() {
            Fate::Batch => -1,
            _ => vertex::MAX_PARALLELISM,
        }
    }
}
