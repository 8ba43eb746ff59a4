//! Operations: set in motion by one request, asked for by others until some minutes after their end.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::checkpoint::{self, Phase};
use super::cluster::Cluster;
use super::error::{self, Failure};
use super::reply::Reply;

/// How long an outcome is kept, in ms (`rest.async.store-duration`).
const KEPT_FOR: i64 = 5 * 60 * 1000;

const COMPLETION: &str = "java.util.concurrent.CompletionException";
const CHECKPOINT_EXCEPTION: &str = "org.apache.flink.runtime.checkpoint.CheckpointException";

const FRAMES: [&str; 2] = [
    "java.base/java.util.concurrent.CompletableFuture.encodeRelay(CompletableFuture.java:368)",
    "org.apache.flink.runtime.rpc.pekko.PekkoInvocationHandler.lambda$invokeRpc$1(PekkoInvocationHandler.java:261)",
];

/// What is done. Each kind has triggers of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Savepoint,
    Checkpoint,
    Disposal,
    Deletion,
}

/// An operation under the key by which it is asked for.
#[derive(Debug)]
pub(super) struct Operation {
    kind: Kind,
    /// Of savepoints and checkpoints; part of the key.
    job: Option<String>,
    trigger: String,
    ends: Ends,
}

/// When and how an operation ends.
#[derive(Debug)]
pub(super) enum Ends {
    /// With this checkpoint of the job.
    WithCheckpoint(i64),
    /// Well, at this time.
    Well(i64),
    /// Badly, at this time; `class: message` of each exception of the chain.
    Badly(i64, Vec<String>),
}

impl Ends {
    /// At once, by an exception of the job's master. Its future wraps what it throws.
    pub(super) fn refused(now: i64, mut chain: Vec<String>) -> Self {
        let first = chain.first().map_or("", String::as_str);
        chain.insert(0, format!("{COMPLETION}: {first}"));
        Self::Badly(now, chain)
    }
}

/// Starts an operation, and says under which id it is asked for.
pub(super) fn start(
    cluster: &mut Cluster,
    kind: Kind,
    job: Option<String>,
    trigger: Option<String>,
    ends: Ends,
) -> Value {
    let trigger = trigger.unwrap_or_else(|| cluster.ids.hex32());
    let reply = json!({"request-id": trigger});
    cluster.operations.push(Operation {
        kind,
        job,
        trigger,
        ends,
    });
    reply
}

/// The answer to a second request with the trigger id of a first: the same operation, not a second one.
pub(super) fn again(
    cluster: &Cluster,
    kind: Kind,
    job: &str,
    trigger: Option<&String>,
    now: i64,
) -> Option<Reply> {
    let trigger = trigger?;
    find(cluster, kind, Some(job), trigger, now)?;
    Some(Reply::accepted(json!({"request-id": trigger})))
}

/// How far an operation is; an error where there is none under this key, or none any more.
pub(super) fn status(
    cluster: &Cluster,
    kind: Kind,
    job: Option<&str>,
    trigger: &str,
    now: i64,
) -> Result<Reply, Failure> {
    let operation =
        find(cluster, kind, job, trigger, now).ok_or_else(|| missing(kind, job, trigger))?;
    Ok(match operation.outcome(cluster, now) {
        None => json!({"status": {"id": "IN_PROGRESS"}, "operation": null}),
        Some(outcome) => json!({"status": {"id": "COMPLETED"}, "operation": outcome}),
    }
    .into())
}

fn find<'a>(
    cluster: &'a Cluster,
    kind: Kind,
    job: Option<&str>,
    trigger: &str,
    now: i64,
) -> Option<&'a Operation> {
    cluster.operations.iter().find(|operation| {
        operation.kind == kind
            && operation.job.as_deref() == job
            && operation.trigger == trigger
            && operation
                .ended(cluster, now)
                .is_none_or(|at| now <= at + KEPT_FOR)
    })
}

fn missing(kind: Kind, job: Option<&str>, trigger: &str) -> Failure {
    let what = match kind {
        Kind::Savepoint => "savepoint",
        Kind::Checkpoint => "checkpoint",
        Kind::Disposal | Kind::Deletion => {
            let key = "org.apache.flink.runtime.rest.handler.async.OperationKey@1f";
            return Failure::not_found(format!("Operation not found under key: {key}"));
        }
    };
    let job = job.unwrap_or_default();
    Failure::rest(
        StatusCode::NOT_FOUND,
        format!("There is no {what} operation with triggerId={trigger} for job {job}."),
    )
}

impl Operation {
    fn ended(&self, cluster: &Cluster, now: i64) -> Option<i64> {
        match self.ends {
            Ends::Well(at) | Ends::Badly(at, _) => Some(at).filter(|at| *at <= now),
            Ends::WithCheckpoint(id) => match self.checkpoint(cluster, id, now)?.phase(now) {
                Phase::InProgress => None,
                Phase::Completed(at) | Phase::Failed(at, _) => Some(at),
            },
        }
    }

    /// The member `operation` of the status; `None` while it goes on.
    fn outcome(&self, cluster: &Cluster, now: i64) -> Option<Value> {
        self.ended(cluster, now)?;
        Some(match &self.ends {
            Ends::Well(_) => json!({}),
            Ends::Badly(_, chain) => self.failure(chain),
            Ends::WithCheckpoint(id) => {
                let checkpoint = self.checkpoint(cluster, *id, now)?;
                match checkpoint.phase(now) {
                    Phase::Failed(_, why) => {
                        let why = format!("{CHECKPOINT_EXCEPTION}: {why}");
                        self.failure(&[format!("{COMPLETION}: {why}"), why])
                    }
                    _ if self.kind == Kind::Savepoint => json!({"location": checkpoint.path}),
                    _ => json!({"checkpointId": id}),
                }
            }
        })
    }

    fn checkpoint(&self, cluster: &Cluster, id: i64, now: i64) -> Option<checkpoint::Checkpoint> {
        let job = cluster.job(self.job.as_deref()?)?;
        checkpoint::find(job, id, now)
    }

    fn failure(&self, chain: &[String]) -> Value {
        // One operation spells it as the others do not.
        let member = match self.kind {
            Kind::Checkpoint => "failureCause",
            _ => "failure-cause",
        };
        json!({member: error::throwable(chain, &FRAMES)})
    }
}
