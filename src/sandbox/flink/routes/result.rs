//! The result of a job: how it ended, and what it counted.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::flink::{
    model::{accumulator::Count, cluster::Cluster, job::Job, status::Status},
    wire::{
        Answer, accumulator::serialized, error::Failure, exception, job_failure::JobFailure,
        request::Request,
    },
};

/// GET /jobs/:jobid/execution-result
pub(crate) fn of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    let job = cluster.job(&id).ok_or_else(|| {
        // The exception itself is the message here.
        let cause = exception::job_not_found(&id);
        Failure::rest(StatusCode::NOT_FOUND, &*cause)
            .caused_by(format!("java.util.concurrent.CompletionException: {cause}"))
            .caused_by(cause)
    })?;
    Ok(match application_status(job.status(request.now)) {
        // Unlike operations, a result that is not there is left out.
        None => json!({"status": {"id": "IN_PROGRESS"}}),
        Some(status) => json!({
            "status": {"id": "COMPLETED"},
            "job-execution-result": result(job, status, request.now),
        }),
    }
    .into())
}

/// `JobResult`.
fn result(job: &Job, status: &str, now: i64) -> Value {
    let (_, _, duration) = job.times(now);
    let mut result = json!({
        "id": job.id,
        "application-status": status,
        "accumulator-results": serialized(&Count::of_job(job, now)),
        "net-runtime": duration,
    });
    if let (Some(failure), Some(members)) = (JobFailure::of(job, now), result.as_object_mut()) {
        members.insert("failure-cause".to_owned(), failure.throwable());
    }
    result
}

fn application_status(status: Status) -> Option<&'static str> {
    match status {
        Status::Finished => Some("SUCCEEDED"),
        Status::Failed => Some("FAILED"),
        Status::Canceled => Some("CANCELED"),
        _ => None,
    }
}
