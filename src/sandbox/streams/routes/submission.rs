//! Submitting jobs, in every flavour that does it over REST.

use serde_json::{Map, Value, json};

use crate::sandbox::streams::model::demo;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::submission::Submission;
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::reply::Reply;
use crate::sandbox::streams::wire::request::{Body, Request};
use crate::sandbox::streams::wire::{Answer, job, overlay};
use axum::http::StatusCode;

/// POST /instances/{instance}/jobs
pub(crate) fn submit(domain: &mut Domain, request: &Request) -> Answer {
    let body = request.json()?;
    let bundle = body.get("application").and_then(Value::as_str);
    let bundle = bundle.ok_or_else(|| Failure::bad_body("application is missing"))?;
    // The id that the upload told, or the link.
    let id = bundle.rsplit('/').next().unwrap_or_default();
    let name = domain.instance.bundles.get(id).cloned();
    let name = name.ok_or_else(|| Failure::not_found(bundle))?;
    if body.get("preview") == Some(&json!(true)) {
        return Err(Failure::not_carried("POST", "previews of jobs"));
    }
    let none = Map::new();
    let overlays = match body.get("jobConfigurationOverlay") {
        None | Some(Value::Null) => &none,
        Some(Value::Object(overlays)) => overlays,
        Some(_) => {
            return Err(Failure::bad_body(
                "jobConfigurationOverlay is not an object",
            ));
        }
    };
    let submission = overlay::submission(overlays)?;
    let id = run(domain, &name, submission, request)?;
    let job = domain.instance.jobs.get(&id);
    let job = job.ok_or_else(|| request.not_found())?;
    let json = job::to_json(job, &request.links, request.now);
    Ok(Reply::created(&request.links.job(id, ""), json))
}

/// Runs what a form brings, and tells the number of the job.
pub(super) fn of_form(domain: &mut Domain, request: &Request) -> Result<u64, Failure> {
    let Body::Form(form) = &request.body else {
        return Err(Failure::bad_body("it is not multipart/form-data"));
    };
    let (file, _) = form
        .bundle
        .as_ref()
        .ok_or_else(|| Failure::bad_body("the part bundle_file is missing"))?;
    let options = form
        .options
        .as_ref()
        .ok_or_else(|| Failure::bad_body("the part job_options is missing"))?;
    let options: Map<String, Value> =
        serde_json::from_slice(options).map_err(|error| Failure::bad_body(&error.to_string()))?;
    let submission = overlay::submission(&options)?;
    run(domain, &application_of(file), submission, request)
}

/// `namespace::Main` of a file `namespace.Main.sab`.
fn application_of(file: &str) -> String {
    let name = file.strip_suffix(".sab").unwrap_or(file);
    match name.rsplit_once('.') {
        Some((namespace, main)) => format!("{namespace}::{main}"),
        None => name.to_owned(),
    }
}

fn run(
    domain: &mut Domain,
    application: &str,
    submission: Submission,
    request: &Request,
) -> Result<u64, Failure> {
    let instance = &mut domain.instance;
    if instance.started.is_none() {
        return Err(Failure::conflict("The instance is not running."));
    }
    if let Some(group) = &submission.group
        && !instance.groups.contains(group)
    {
        let text = format!("The job group {group} does not exist.");
        return Err(Failure::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "CDISW5001E",
            text,
        ));
    }
    if let Some(name) = &submission.name
        && instance.jobs.values().any(|job| job.name == *name)
    {
        return Err(Failure::conflict(format!("A job is named {name} already.")));
    }
    Ok(instance.run(demo::of_bundle(application), submission, request.now))
}
