//! What is told of the checkpoints of a job: how they are made, how they went, how each went in detail.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{operation, path};
use crate::sandbox::flink::{
    model::{
        acknowledgement::Acknowledgement,
        checkpoint::{Checkpoint, Kind, Phase, Wanted},
        checkpoint_coordinator::{self as coordinator, INTERVAL, is_enabled},
        cluster::Cluster,
        job::Job,
        operation::{Cause, Ends, Kind as OperationKind},
    },
    wire::{
        Answer,
        checkpoint::{self, counts, statistics},
        error::Failure,
        reply::Reply,
        request::Request,
        statistics::{Samples, zero},
    },
};

/// How many checkpoints are listed (`web.checkpoints.history`).
const LISTED: usize = 10;

/// GET /jobs/:jobid/checkpoints/config
pub(crate) fn config(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = path::job(cluster, request)?;
    if !is_enabled(job) {
        let message = format!("Checkpointing is not enabled for this job ({}).", job.id);
        return Err(Failure::rest(StatusCode::NOT_FOUND, message));
    }
    // Nobody knows these before there is a graph.
    let known = |name| match job.has_graph(request.now) {
        true => name,
        false => "Unknown",
    };
    Ok(json!({
        "mode": "exactly_once",
        "interval": INTERVAL,
        "timeout": 600_000,
        "min_pause": 0,
        "max_concurrent": 1,
        "externalization": {"enabled": false, "delete_on_cancellation": true},
        "state_backend": known("HashMapStateBackend"),
        "checkpoint_storage": known("FileSystemCheckpointStorage"),
        "unaligned_checkpoints": false,
        "tolerable_failed_checkpoints": 0,
        "aligned_checkpoint_timeout": 0,
        "checkpoints_after_tasks_finish": true,
        "state_changelog_enabled": false,
        "changelog_periodic_materialization_interval": 600_000,
        "changelog_storage": known("memory"),
    })
    .into())
}

/// GET /jobs/:jobid/checkpoints
pub(crate) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let job = enabled(cluster, request)?;
    let checkpoints = coordinator::triggered(job, now);
    let kept = coordinator::kept(job, &checkpoints, now);
    let in_phase = |wanted: fn(&Phase) -> bool| {
        checkpoints
            .iter()
            .filter(move |checkpoint| wanted(&checkpoint.phase(now)))
    };
    let failed = || in_phase(|phase| matches!(phase, Phase::Failed(..)));
    let completed = || in_phase(|phase| matches!(phase, Phase::Completed(_)));
    let in_progress = in_phase(|phase| matches!(phase, Phase::InProgress)).count();
    let latest = |checkpoint: Option<&Checkpoint>| {
        checkpoint.map(|checkpoint| statistics(checkpoint, kept, json!({}), now))
    };
    let samples = |member: &str| -> Samples {
        let value = |checkpoint: &Checkpoint| {
            counts(checkpoint, None, now)
                .get(member)
                .and_then(Value::as_i64)
        };
        completed().filter_map(value).collect()
    };
    let history: Vec<Value> = checkpoints
        .iter()
        .rev()
        .take(LISTED)
        .map(|checkpoint| statistics(checkpoint, kept, json!({}), now))
        .collect();
    let restored: Vec<_> = job
        .restored
        .iter()
        .filter(|restored| restored.at <= now)
        .collect();
    Ok(json!({
        "counts": {
            "restored": restored.len(),
            "total": checkpoints.len(),
            "in_progress": in_progress,
            "completed": completed().count(),
            "failed": failed().count(),
        },
        "summary": {
            "checkpointed_size": samples("checkpointed_size").to_json(),
            "state_size": samples("state_size").to_json(),
            "end_to_end_duration": samples("end_to_end_duration").to_json(),
            "alignment_buffered": zero(),
            "processed_data": samples("processed_data").to_json(),
            "persisted_data": samples("persisted_data").to_json(),
        },
        "latest": {
            "completed": latest(completed().rfind(|checkpoint| !checkpoint.is_savepoint())),
            "savepoint": latest(completed().rfind(|checkpoint| checkpoint.is_savepoint())),
            "failed": latest(failed().next_back()),
            "restored": restored.last().map(|restored| checkpoint::restored(restored)),
        },
        "history": history,
    })
    .into())
}

/// GET /jobs/:jobid/checkpoints/details/:checkpointid
pub(crate) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.number("checkpointid")?;
    let now = request.now;
    let job = enabled(cluster, request)?;
    let checkpoints = coordinator::triggered(job, now);
    let checkpoint = listed(&checkpoints, id)?;
    let tasks: Map<String, Value> = job
        .vertices()
        .iter()
        .enumerate()
        .map(|(index, vertex)| {
            let counts = counts(checkpoint, Some(index), now);
            (vertex.id.to_owned(), Value::Object(counts))
        })
        .collect();
    let kept = coordinator::kept(job, &checkpoints, now);
    Ok(statistics(checkpoint, kept, Value::Object(tasks), now).into())
}

/// GET /jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid
pub(crate) fn subtasks(cluster: &mut Cluster, request: &Request) -> Answer {
    let (id, vertex) = (request.number("checkpointid")?, request.id("vertexid")?);
    let now = request.now;
    let job = enabled(cluster, request)?;
    let checkpoints = coordinator::triggered(job, now);
    let checkpoint = listed(&checkpoints, id)?;
    let index = job.vertex(&vertex, now).ok_or_else(|| {
        Failure::not_found(format!(
            "There is no checkpoint statistics for task {vertex}."
        ))
    })?;
    let arrived: Vec<&Acknowledgement> = checkpoint
        .acknowledged(now)
        .filter(|acknowledgement| acknowledgement.vertex == index)
        .collect();
    let mut members = counts(checkpoint, Some(index), now);
    members.insert(
        "summary".to_owned(),
        checkpoint::summary(&arrived, checkpoint.triggered),
    );
    let subtasks = (0..job.width(index)).map(|subtask| {
        let own = arrived
            .iter()
            .find(|acknowledgement| acknowledgement.subtask == subtask);
        match own {
            Some(own) => checkpoint::subtask(own, checkpoint.triggered),
            None => {
                json!({"className": "pending", "index": subtask, "status": "pending_or_failed"})
            }
        }
    });
    members.insert("subtasks".to_owned(), subtasks.collect());
    Ok(Value::Object(members).into())
}

/// POST /jobs/:jobid/checkpoints
pub(crate) fn trigger(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("CheckpointTriggerRequestBody")?;
    let kind = body.constant(
        "checkpointType",
        "org.apache.flink.core.execution.CheckpointType",
        &["INCREMENTAL", "CONFIGURED", "FULL"],
    )?;
    let trigger = body.id("triggerId")?;
    let (id, now) = (request.id("jobid")?, request.now);
    if kind.as_deref() == Some("INCREMENTAL") {
        return Err(Failure::unhandled(
            "java.lang.IllegalStateException: Flink does not support triggering incremental checkpoint \
             explicitly. See FLINK-33723.",
        ));
    }
    let kind = OperationKind::Checkpoint;
    if let Some(reply) = operation::again(cluster, kind, &id, trigger.as_ref(), now) {
        return Ok(reply);
    }
    let ends = match cluster.job_mut(&id) {
        Some(job) => {
            let wanted = Wanted {
                kind: Kind::Checkpoint,
                at: now,
                path: Ok(String::new()),
                is_last: false,
            };
            Ends::with(coordinator::trigger(job, wanted), &id, now)
        }
        None => Ends::Badly(now, Cause::NoJob(id.clone())),
    };
    let reply = operation::start(cluster, kind, Some(id), trigger, ends);
    Ok(Reply::accepted(reply))
}

/// GET /jobs/:jobid/checkpoints/:triggerid
pub(crate) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, trigger) = (request.id("jobid")?, request.id("triggerid")?);
    operation::status(
        cluster,
        OperationKind::Checkpoint,
        Some(job),
        trigger,
        request.now,
    )
}

fn enabled<'a>(cluster: &'a Cluster, request: &Request) -> Result<&'a Job, Failure> {
    let job = path::job(cluster, request)?;
    match is_enabled(job) {
        true => Ok(job),
        false => Err(Failure::rest(
            StatusCode::NOT_FOUND,
            "Checkpointing has not been enabled.",
        )),
    }
}

/// Of older ones nothing is known.
fn listed(checkpoints: &[Checkpoint], id: i64) -> Result<&Checkpoint, Failure> {
    let mut listed = checkpoints.iter().rev().take(LISTED);
    listed
        .find(|checkpoint| checkpoint.id == id)
        .ok_or_else(|| {
            let message = format!("Could not find checkpointing statistics for checkpoint {id}.");
            Failure::rest(StatusCode::NOT_FOUND, message)
        })
}
