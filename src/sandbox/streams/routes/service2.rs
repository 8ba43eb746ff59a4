//! Streaming Analytics, version 2.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::job::named;
use super::submission;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::reply::Reply;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, service};

/// GET /v2/streaming_analytics/{service}
pub(crate) fn status(domain: &mut Domain, request: &Request) -> Answer {
    Ok(service::status2(domain, &request.links).into())
}

/// PATCH /v2/streaming_analytics/{service}
pub(crate) fn change(domain: &mut Domain, request: &Request) -> Answer {
    let body = request
        .json()
        .map_err(|_| refused("the body is not JSON"))?;
    match body.get("state").and_then(Value::as_str) {
        Some("STARTED") => domain.instance.start(request.now),
        Some("STOPPED") => domain.instance.stop(),
        _ => return Err(refused("state is neither STARTED nor STOPPED")),
    }
    Ok(service::status2(domain, &request.links).into())
}

/// GET /v2/streaming_analytics/{service}/jobs
pub(crate) fn jobs(domain: &mut Domain, request: &Request) -> Answer {
    let jobs = domain.instance.jobs.values();
    let jobs: Vec<Value> = jobs
        .map(|job| service::job(domain, job, &request.links))
        .collect();
    Ok(json!({"total_results": jobs.len(), "resources": jobs}).into())
}

/// GET /v2/streaming_analytics/{service}/jobs/{job}
pub(crate) fn job(domain: &mut Domain, request: &Request) -> Answer {
    let found = named(domain, request).map_err(|_| unknown())?;
    Ok(service::job(domain, found, &request.links).into())
}

/// POST /v2/streaming_analytics/{service}/jobs
pub(crate) fn submit(domain: &mut Domain, request: &Request) -> Answer {
    let id = submission::of_form(domain, request)?;
    let job = domain.instance.jobs.get(&id).ok_or_else(unknown)?;
    let json = service::job(domain, job, &request.links);
    Ok(Reply::from(json).with_status(StatusCode::CREATED))
}

/// DELETE /v2/streaming_analytics/{service}/jobs/{job}
pub(crate) fn cancel(domain: &mut Domain, request: &Request) -> Answer {
    let job = named(domain, request).map_err(|_| unknown())?;
    let (id, json) = (job.id, service::job(domain, job, &request.links));
    domain.instance.cancel(id);
    Ok(json.into())
}

fn refused(why: &str) -> Failure {
    let status = StatusCode::BAD_REQUEST;
    Failure::object(status, service::error2(status, why))
}

fn unknown() -> Failure {
    let status = StatusCode::NOT_FOUND;
    Failure::object(status, service::error2(status, "the job does not exist"))
}
