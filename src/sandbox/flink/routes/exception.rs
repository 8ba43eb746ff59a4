//! Exceptions of a job: the failure of one task, or of the start, in the old members and in the new.

use serde_json::{Value, json};

use super::path;
use crate::sandbox::flink::{
    model::cluster::Cluster,
    wire::{Answer, error::Failure, job_failure::JobFailure, request::Request},
};

/// How many exceptions are listed where nothing is asked for.
const LISTED: i32 = 20;

/// GET /jobs/:jobid/exceptions
pub(crate) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let listed = request.query_number("maxExceptions")?.unwrap_or(LISTED);
    let labels = request
        .parsed("failureLabelFilter", label)?
        .unwrap_or_default();
    let job = path::job(cluster, request)?;
    let listed = usize::try_from(listed)
        .map_err(|_| Failure::unhandled(format!("java.lang.IllegalArgumentException: {listed}")))?;
    let failure = JobFailure::of(job, request.now);
    let tasks: Vec<Value> = failure
        .iter()
        .filter_map(JobFailure::task_exception)
        .collect();
    let entries: Vec<Value> = failure
        .iter()
        .filter(|failure| labels.iter().all(|label| failure.has_label(label)))
        .map(JobFailure::entry)
        .collect();
    // The filter looks at the history alone: the other members are older than it.
    Ok(json!({
        "root-exception": failure.as_ref().map(JobFailure::root_trace),
        "timestamp": failure.as_ref().map(|failure| failure.at),
        "all-exceptions": tasks.iter().take(listed).collect::<Vec<_>>(),
        "truncated": tasks.len() > listed,
        "exceptionHistory": {
            "entries": entries.iter().take(listed).collect::<Vec<_>>(),
            "truncated": entries.len() > listed,
        },
    })
    .into())
}

/// `key:value` with exactly one colon.
fn label(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once(':')?;
    (!value.contains(':')).then(|| (key.to_owned(), value.to_owned()))
}
