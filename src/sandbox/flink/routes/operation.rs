//! What routes have in common that set an operation in motion or ask for it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        operation::{Ends, Key, Kind},
    },
    wire::{Answer, error::Failure, operation, reply::Reply},
};

/// Starts an operation, and says under which id it is asked for.
pub(crate) fn start(
    cluster: &mut Cluster,
    kind: Kind,
    job: Option<String>,
    trigger: Option<String>,
    ends: Ends,
) -> Value {
    let trigger = trigger.unwrap_or_else(|| cluster.ids.hex32());
    let reply = json!({"request-id": trigger});
    cluster.start(Key { kind, job, trigger }, ends);
    reply
}

/// The answer to a second request with the trigger id of a first: the same operation, not a second one.
pub(crate) fn again(
    cluster: &Cluster,
    kind: Kind,
    job: &str,
    trigger: Option<&String>,
    now: i64,
) -> Option<Reply> {
    let trigger = trigger?;
    let key = Key {
        kind,
        job: Some(job.to_owned()),
        trigger: trigger.clone(),
    };
    cluster.operation(&key, now)?;
    Some(Reply::accepted(json!({"request-id": trigger})))
}

/// How far an operation is; an error where there is none under this key, or none any more.
pub(crate) fn status(
    cluster: &Cluster,
    kind: Kind,
    job: Option<String>,
    trigger: String,
    now: i64,
) -> Answer {
    let key = Key { kind, job, trigger };
    let operation = cluster.operation(&key, now).ok_or_else(|| missing(&key))?;
    Ok(match cluster.outcome(operation, now) {
        None => json!({"status": {"id": "IN_PROGRESS"}, "operation": null}),
        Some(outcome) => {
            json!({"status": {"id": "COMPLETED"}, "operation": operation::outcome(outcome, kind)})
        }
    }
    .into())
}

fn missing(key: &Key) -> Failure {
    let what = match key.kind {
        Kind::Savepoint => "savepoint",
        Kind::Checkpoint => "checkpoint",
        Kind::Disposal | Kind::Deletion => {
            let key = "org.apache.flink.runtime.rest.handler.async.OperationKey@1f";
            return Failure::not_found(format!("Operation not found under key: {key}"));
        }
    };
    let trigger = &key.trigger;
    let job = key.job.as_deref().unwrap_or_default();
    Failure::rest(
        StatusCode::NOT_FOUND,
        format!("There is no {what} operation with triggerId={trigger} for job {job}."),
    )
}
