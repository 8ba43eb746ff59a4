//! Savepoints: triggered at once, done a moment later, asked for by trigger id.

use serde_json::Value;

use super::body::Body;
use super::checkpoint::{self, Kind, TAKES, Wanted, normal};
use super::cluster::Cluster;
use super::error::{self, Failure};
use super::job::Job;
use super::operation::{self, Ends, Kind as OperationKind};
use super::reply::{Answer, Reply};
use super::request::Request;

/// Where savepoints go that name no directory (`state.savepoints.dir`).
pub(super) const DEFAULT_DIRECTORY: &str = "file:/tmp/flink/savepoints";

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
pub(super) fn trigger(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("SavepointTriggerRequestBody")?;
    let sequel = if body.flag("cancel-job")? {
        Sequel::Cancel
    } else {
        Sequel::None
    };
    start(cluster, request, &body, "target-directory", sequel)
}

/// POST /jobs/:jobid/stop, whose members are spelled differently
pub(super) fn stop(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("StopWithSavepointRequestBody")?;
    body.flag("drain")?;
    start(cluster, request, &body, "targetDirectory", Sequel::Finish)
}

/// GET /jobs/:jobid/savepoints/:triggerid
pub(super) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, trigger) = (request.id("jobid")?, request.id("triggerid")?);
    operation::status(
        cluster,
        OperationKind::Savepoint,
        Some(&job),
        &trigger,
        request.now,
    )
}

/// An unknown job is accepted too: that it is unknown is the outcome of the operation.
fn start(
    cluster: &mut Cluster,
    request: &Request,
    body: &Body,
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
        None => Ends::refused(now, vec![error::job_not_found(&id)]),
    };
    let reply: Value = operation::start(cluster, kind, Some(id), trigger, ends);
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
        true => Err(
            "An Exception occurred while triggering the checkpoint. IO-problem detected."
                .to_owned(),
        ),
        false => Ok(format!(
            "{directory}/savepoint-{}-{}",
            short(&job.id, 6),
            short(name, 12)
        )),
    };
    let ends = checkpoint::request(
        job,
        Wanted {
            kind: match sequel {
                Sequel::Finish => Kind::SyncSavepoint(format),
                Sequel::None | Sequel::Cancel => Kind::Savepoint(format),
            },
            at: now,
            path,
            // A savepoint that fails leaves the job running.
            is_last: !is_forbidden && !matches!(sequel, Sequel::None),
        },
    );
    if matches!(ends, Ends::WithCheckpoint(_)) && !is_forbidden {
        match sequel {
            Sequel::None => {}
            Sequel::Cancel => job.cancel(now + TAKES),
            Sequel::Finish => job.finish(now + TAKES),
        }
    }
    ends
}

fn format_type(body: &Body) -> Result<String, Failure> {
    let format = body.constant(
        "formatType",
        "org.apache.flink.core.execution.SavepointFormatType",
        &["CANONICAL", "NATIVE"],
    )?;
    Ok(format.unwrap_or_else(|| "CANONICAL".to_owned()))
}
