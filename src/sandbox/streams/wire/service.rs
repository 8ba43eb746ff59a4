//! What Streaming Analytics says of itself, and the credentials by which clients find it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::links::Links;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::flavour::Flavour;
use crate::sandbox::streams::model::job::Job;

/// The path of version 2.
pub(crate) fn path(domain: &Domain) -> String {
    format!("/v2/streaming_analytics/{}", domain.service.id)
}

/// Upper-case, as the service has it.
fn state(domain: &Domain) -> &'static str {
    match domain.instance.started {
        Some(_) => "STARTED",
        None => "STOPPED",
    }
}

/// Version 1: status, and what start and stop answer.
pub(crate) fn status1(domain: &Domain) -> Value {
    json!({
        "plan": "Standard",
        "enabled": true,
        "state": state(domain),
        "status": domain.instance.status(),
        "job_count": domain.instance.jobs.len(),
    })
}

/// Version 2.
pub(crate) fn status2(domain: &Domain, links: &Links) -> Value {
    let own = format!("{}{}", links.origin, path(domain));
    json!({
        "id": domain.service.id,
        "crn": crn(domain),
        "plan": "entry-container-hourly",
        "role": "Manager",
        "self": own,
        "jobs": format!("{own}/jobs"),
        "documentation": "https://console.bluemix.net/docs/services/StreamingAnalytics",
        // The real one ends with a slash, too.
        "streams_self": format!("{}/", links.instance("")),
        "streams_console": format!("{}/streams/console", links.origin),
        "state": state(domain),
        "status": domain.instance.status(),
        "enabled": true,
        "auto_stop": false,
        "job_count": domain.instance.jobs.len(),
        "size": 1,
        "minimum": 1,
        "maximum": 5,
    })
}

/// A job, as version 2 has it.
pub(crate) fn job(domain: &Domain, job: &Job, links: &Links) -> Value {
    let own = format!("{}{}/jobs/{}", links.origin, path(domain), job.id);
    json!({
        "id": job.id.to_string(),
        "name": job.name,
        "application": job.application.name,
        "health": job.health(domain.now()),
        "status": job.status(domain.now()),
        "submitted_by": job.started_by,
        "submitted_at": job.submitted,
        "self": own,
    })
}

fn crn(domain: &Domain) -> String {
    format!(
        "crn:v1:bluemix:public:streaming-analytics:us-south:a/0:{}::",
        domain.service.id
    )
}

/// The paths of version 1, with the place of the service in them.
fn paths(domain: &Domain) -> [(&'static str, String); 7] {
    let place = format!(
        "service_instances/{}/service_bindings/{}",
        domain.service.id, domain.service.binding
    );
    let path = |name, group: &str| (name, format!("/jax-rs/{group}/{place}"));
    [
        path("jobs_path", "jobs"),
        path("resources_path", "resources"),
        path("status_path", "streams/status"),
        path("start_path", "streams/start"),
        path("stop_path", "streams/stop"),
        path("size_path", "streams/size"),
        path("bundles_path", "bundles"),
    ]
}

/// The text of `VCAP_SERVICES`, by which clients find the service named so.
pub(crate) fn vcap(domain: &Domain, name: &str, url: &str) -> Value {
    let host = url.split("://").nth(1).unwrap_or_default();
    let (host, port) = host.split_once(':').unwrap_or((host, "443"));
    let mut credentials = json!({});
    if let Value::Object(members) = &mut credentials {
        let mut member = |name: &str, value: String| members.insert(name.to_owned(), value.into());
        if domain.flavour == Flavour::Sas2 {
            member("apikey", domain.service.api_key.clone());
            member("iam_apikey_description", "made by a sandbox".to_owned());
            member("iam_apikey_name", "sandbox".to_owned());
            member(
                "iam_role_crn",
                "crn:v1:bluemix:public:iam::::serviceRole:Manager".to_owned(),
            );
            member(
                "iam_serviceid_crn",
                format!(
                    "crn:v1:bluemix:public:iam-identity::a/0::serviceid:ServiceId-{}",
                    domain.service.binding
                ),
            );
            member("v2_rest_url", format!("{url}{}", path(domain)));
        } else {
            member("userid", domain.user.clone());
            member("password", domain.password.clone());
            member("rest_url", url.to_owned());
            member("rest_host", host.to_owned());
            member("rest_port", port.to_owned());
            for (name, path) in paths(domain) {
                member(name, path);
            }
        }
    }
    json!({
        "streaming-analytics": [{
            "name": name,
            "label": "streaming-analytics",
            "plan": if domain.flavour == Flavour::Sas2 { "entry-container-hourly" } else { "Standard" },
            "credentials": credentials,
        }],
    })
}

/// Version 1: where the REST API is.
pub(crate) fn resources1(links: &Links) -> Value {
    json!({
        "streams_rest_url": links.root(""),
        "streams_console_url": format!("{}/streams/console", links.origin),
    })
}

/// Version 1: an error.
pub(crate) fn error1(status: StatusCode, description: &str) -> Value {
    json!({"error_status": status.as_u16(), "description": description})
}

/// Version 2.
pub(crate) fn error2(status: StatusCode, message: &str) -> Value {
    json!({"code": status.as_u16(), "message": message})
}
