//! Streaming Analytics, version 1.

use axum::http::StatusCode;
use serde_json::json;

use super::submission;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, service};

/// GET of `resources_path`
pub(crate) fn resources(_: &mut Domain, request: &Request) -> Answer {
    Ok(service::resources1(&request.links).into())
}

/// GET of `status_path`
pub(crate) fn status(domain: &mut Domain, _: &Request) -> Answer {
    Ok(service::status1(domain).into())
}

/// PUT of `start_path`
pub(crate) fn start(domain: &mut Domain, request: &Request) -> Answer {
    domain.instance.start(request.now);
    Ok(service::status1(domain).into())
}

/// PUT of `stop_path`
pub(crate) fn stop(domain: &mut Domain, _: &Request) -> Answer {
    domain.instance.stop();
    Ok(service::status1(domain).into())
}

/// POST of `jobs_path`
pub(crate) fn submit(domain: &mut Domain, request: &Request) -> Answer {
    if request.query("bundle_id").is_none() {
        return Err(refused(StatusCode::BAD_REQUEST, "bundle_id is missing"));
    }
    let id = submission::of_form(domain, request)?;
    let job = domain.instance.jobs.get(&id);
    let job = job.ok_or_else(|| request.not_found())?;
    Ok(json!({
        "id": id.to_string(),
        "jobId": id.to_string(),
        "name": job.name,
        "application": job.application.name,
    })
    .into())
}

/// DELETE of `jobs_path`; by a number, a name, or both
pub(crate) fn cancel(domain: &mut Domain, request: &Request) -> Answer {
    let (id, name) = (request.query("job_id"), request.query("job_name"));
    if id.is_none() && name.is_none() {
        let text = "job_id and job_name are missing";
        return Err(refused(StatusCode::BAD_REQUEST, text));
    }
    let mut jobs = domain.instance.jobs.values();
    let found = jobs.find(|job| {
        id.is_none_or(|id| job.id.to_string() == id) && name.is_none_or(|name| job.name == name)
    });
    let Some(id) = found.map(|job| job.id) else {
        return Err(refused(StatusCode::NOT_FOUND, "the job does not exist"));
    };
    let job = domain.instance.cancel(id);
    let name = job.map(|job| job.name);
    Ok(json!({"jobId": id.to_string(), "name": name, "status": "canceled"}).into())
}

fn refused(status: StatusCode, why: &str) -> Failure {
    Failure::object(status, service::error1(status, why))
}
