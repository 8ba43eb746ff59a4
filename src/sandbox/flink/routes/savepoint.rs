//! Savepoints: triggered at once, done a moment later, asked for by trigger id.

use super::operation;
use crate::sandbox::flink::{
    model::{
        checkpoint::{DEFAULT_DIRECTORY, FailureReason, Kind, TAKES, Wanted, normal},
        checkpoint_coordinator as coordinator,
        cluster::Cluster,
        job::Job,
        operation::{Cause, Ends, Kind as OperationKind},
    },
    wire::{Answer, error::Failure, json_body::JsonBody, reply::Reply, request::Request},
};

/// The directory that this cluster may not write to.
const FORBIDDEN: &str = "file:/forbidden";

/// What happens to the job once the savepoint is there.
#[derive(Clone, Copy)]
enum Sequel {
    None,
    Cancel,
    Finish,
}

/// POST /jobs/:jobid/savepoints
pub(crate) fn trigger(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("SavepointTriggerRequestBody")?;
    let sequel = if body.flag("cancel-job")? {
        Sequel::Cancel
    } else {
        Sequel::None
    };
    start(cluster, request, &body, "target-directory", sequel)
}

/// POST /jobs/:jobid/stop, whose members are spelled differently
pub(crate) fn stop(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("StopWithSavepointRequestBody")?;
    body.flag("drain")?;
    start(cluster, request, &body, "targetDirectory", Sequel::Finish)
}

/// GET /jobs/:jobid/savepoints/:triggerid
pub(crate) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, trigger) = (request.id("jobid")?, request.id("triggerid")?);
    operation::status(
        cluster,
        OperationKind::Savepoint,
        Some(job),
        trigger,
        request.now,
    )
}

/// An unknown job is accepted too: that it is unknown is the outcome of the operation.
fn start(
    cluster: &mut Cluster,
    request: &Request,
    body: &JsonBody,
    directory: &str,
    sequel: Sequel,
) -> Answer {
    let format = format_type(body)?;
    let directory = body.text(directory)?;
    let trigger = body.id("triggerId")?;
    let (id, now) = (request.id("jobid")?, request.now);
    let kind = OperationKind::Savepoint;
    if let Some(reply) = operation::again(cluster, kind, &id, trigger.as_ref(), now) {
        return Ok(reply);
    }
    let directory = directory.map_or_else(
        || DEFAULT_DIRECTORY.to_owned(),
        |directory| normal(&directory),
    );
    let name = cluster.ids.hex32();
    let ends = match cluster.job_mut(&id) {
        Some(job) => write(job, &directory, &name, format, sequel, now),
        None => Ends::Badly(now, Cause::NoJob(id.clone())),
    };
    let reply = operation::start(cluster, kind, Some(id), trigger, ends);
    Ok(Reply::accepted(reply))
}

fn write(
    job: &mut Job,
    directory: &str,
    name: &str,
    format: String,
    sequel: Sequel,
    now: i64,
) -> Ends {
    let is_forbidden = directory == FORBIDDEN || directory.starts_with(&format!("{FORBIDDEN}/"));
    let short = |id: &str, length: usize| id.chars().take(length).collect::<String>();
    let path = match is_forbidden {
        true => Err(FailureReason::IoException),
        false => Ok(format!(
            "{directory}/savepoint-{}-{}",
            short(&job.id, 6),
            short(name, 12)
        )),
    };
    let wanted = Wanted {
        kind: match sequel {
            Sequel::Finish => Kind::SyncSavepoint(format),
            Sequel::None | Sequel::Cancel => Kind::Savepoint(format),
        },
        at: now,
        path,
        // A savepoint that fails leaves the job running.
        is_last: !is_forbidden && !matches!(sequel, Sequel::None),
    };
    let triggered = coordinator::trigger(job, wanted);
    if triggered.is_ok() && !is_forbidden {
        match sequel {
            Sequel::None => {}
            Sequel::Cancel => job.cancel(now + TAKES),
            Sequel::Finish => job.finish(now + TAKES),
        }
    }
    Ends::with(triggered, &job.id, now)
}

fn format_type(body: &JsonBody) -> Result<String, Failure> {
    let format = body.constant(
        "formatType",
        "org.apache.flink.core.execution.SavepointFormatType",
        &["CANONICAL", "NATIVE"],
    )?;
    Ok(format.unwrap_or_else(|| "CANONICAL".to_owned()))
}
