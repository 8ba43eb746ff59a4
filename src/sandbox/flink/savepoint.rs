//! Savepoints: triggered at once, done a moment later, asked for by trigger id.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::{self, Failure};
use super::reply::{Answer, Reply};
use super::request::Request;

/// From the trigger to the end of the operation, and how long the outcome is kept after it, in ms.
const TAKES: i64 = 250;
const KEPT_FOR: i64 = 5 * 60 * 1000;

/// Where savepoints go that name no directory (`state.savepoints.dir`).
const DEFAULT_DIRECTORY: &str = "file:/tmp/flink/savepoints";

/// The directory that this cluster may not write to.
const FORBIDDEN: &str = "file:/forbidden";

const CHECKPOINT_EXCEPTION: &str = "org.apache.flink.runtime.checkpoint.CheckpointException";

const FRAMES: [&str; 2] = [
    "java.base/java.util.concurrent.CompletableFuture.encodeRelay(CompletableFuture.java:368)",
    "org.apache.flink.runtime.rpc.pekko.PekkoInvocationHandler.lambda$invokeRpc$1(PekkoInvocationHandler.java:261)",
];

/// An operation under the key by which it is asked for.
#[derive(Debug)]
pub(super) struct Savepoint {
    job: String,
    trigger: String,
    done: i64,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    Location(String),
    /// `class: message` of each exception of the chain.
    Failure(Vec<String>),
}

/// What happens to the job once the savepoint is there.
enum Sequel {
    None,
    Cancel,
    Finish,
}

/// POST /jobs/:jobid/savepoints
pub(super) fn trigger(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("SavepointTriggerRequestBody")?;
    format_type(&body)?;
    let sequel = if body.flag("cancel-job")? {
        Sequel::Cancel
    } else {
        Sequel::None
    };
    start(
        cluster,
        request,
        body.text("target-directory")?,
        body.id("triggerId")?,
        sequel,
    )
}

/// POST /jobs/:jobid/stop, whose members are spelled differently
pub(super) fn stop(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("StopWithSavepointRequestBody")?;
    format_type(&body)?;
    body.flag("drain")?;
    start(
        cluster,
        request,
        body.text("targetDirectory")?,
        body.id("triggerId")?,
        Sequel::Finish,
    )
}

/// GET /jobs/:jobid/savepoints/:triggerid
pub(super) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, trigger) = (request.id("jobid")?, request.id("triggerid")?);
    let Some(savepoint) = find(cluster, &job, &trigger, request.now) else {
        let message =
            format!("There is no savepoint operation with triggerId={trigger} for job {job}.");
        return Err(Failure::rest(StatusCode::NOT_FOUND, message));
    };
    if request.now < savepoint.done {
        return Ok(json!({"status": {"id": "IN_PROGRESS"}, "operation": null}).into());
    }
    Ok(json!({"status": {"id": "COMPLETED"}, "operation": savepoint.outcome.to_json()}).into())
}

fn format_type(body: &super::body::Body) -> Result<Option<String>, Failure> {
    body.constant(
        "formatType",
        "org.apache.flink.core.execution.SavepointFormatType",
        &["CANONICAL", "NATIVE"],
    )
}

/// An unknown job is accepted too: that it is unknown is the outcome of the operation.
fn start(
    cluster: &mut Cluster,
    request: &Request,
    directory: Option<String>,
    trigger: Option<String>,
    sequel: Sequel,
) -> Answer {
    let (job, now) = (request.id("jobid")?, request.now);
    if let Some(trigger) = trigger
        .as_ref()
        .filter(|trigger| find(cluster, &job, trigger, now).is_some())
    {
        // The same operation, not a second one.
        return Ok(Reply::accepted(json!({"request-id": trigger})));
    }
    let trigger = trigger.unwrap_or_else(|| cluster.ids.hex32());
    let directory = directory.map_or_else(
        || DEFAULT_DIRECTORY.to_owned(),
        |directory| normal(&directory),
    );
    let name = cluster.ids.hex32();
    let (done, outcome) = match cluster.job_mut(&job).filter(|job| !job.is_over(now)) {
        // Failures come at once, seen on 1.20.5.
        None => (now, Outcome::Failure(vec![error::job_not_found(&job)])),
        Some(_) if directory == FORBIDDEN || directory.starts_with(&format!("{FORBIDDEN}/")) => {
            (now, forbidden(&directory))
        }
        Some(running) => {
            match sequel {
                Sequel::None => {}
                Sequel::Cancel => running.cancel(now + TAKES),
                Sequel::Finish => running.finish(now + TAKES),
            }
            let short = |id: &str, length: usize| id.chars().take(length).collect::<String>();
            (
                now + TAKES,
                Outcome::Location(format!(
                    "{directory}/savepoint-{}-{}",
                    short(&job, 6),
                    short(&name, 12)
                )),
            )
        }
    };
    let reply = json!({"request-id": trigger});
    cluster.savepoints.push(Savepoint {
        job,
        trigger,
        done,
        outcome,
    });
    Ok(Reply::accepted(reply))
}

fn find<'a>(cluster: &'a Cluster, job: &str, trigger: &str, now: i64) -> Option<&'a Savepoint> {
    cluster.savepoints.iter().find(|savepoint| {
        savepoint.job == job && savepoint.trigger == trigger && now <= savepoint.done + KEPT_FOR
    })
}

/// A path as Flink writes it back: `/a` and `file:///a/` are both `file:/a`.
fn normal(directory: &str) -> String {
    let path = directory.trim_end_matches('/');
    match path.strip_prefix("file://").unwrap_or(path) {
        local if local.starts_with('/') => format!("file:{local}"),
        other => other.to_owned(),
    }
}

fn forbidden(directory: &str) -> Outcome {
    let path = directory.trim_start_matches("file:");
    Outcome::Failure(vec![
        format!(
            "{CHECKPOINT_EXCEPTION}: An Exception occurred while triggering the checkpoint. IO-problem detected."
        ),
        format!("java.io.IOException: Failed to create savepoint directory at {path}"),
    ])
}

impl Outcome {
    fn to_json(&self) -> Value {
        match self {
            Self::Location(location) => json!({"location": location}),
            Self::Failure(chain) => {
                let class = "java.util.concurrent.CompletionException";
                let head = format!("{class}: {}", chain.first().map_or("", String::as_str));
                let trace = error::trace(&head, &FRAMES, chain);
                json!({"failure-cause": {
                    "class": class,
                    "stack-trace": trace,
                    "serialized-throwable": SERIALIZED,
                }})
            }
        }
    }
}

/// How the Java serialization of any `SerializedThrowable` begins; some 30 kB more are left out.
const SERIALIZED: &str = "rO0ABXNyAClvcmcuYXBhY2hlLmZsaW5rLnV0aWwuU2VyaWFsaXplZFRocm93YWJsZQ==";
