//! PEs.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use super::operator::places;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::pe::Pe;
use crate::sandbox::streams::model::time::Millis;

/// A PE at its place in a job. `verbose` tells a little more.
pub(crate) fn to_json(
    domain: &Domain,
    job: &Job,
    at: usize,
    pe: &Pe,
    links: &Links,
    now: Millis,
    verbose: bool,
) -> Value {
    let status = pe.status(now);
    let runs = status == "running";
    let connected = if runs { "connected" } else { "disconnected" };
    let link = |path: &str| links.pe(pe.id, format_args!("/{path}"));
    let mut json = json!({
        "resourceType": "pe",
        "id": pe.id.to_string(),
        "restid": pe.id.to_string(),
        "self": links.pe(pe.id, ""),
        "indexWithinJob": at,
        "launchCount": pe.launch_count,
        "status": status,
        "statusReason": pe.reason,
        "health": pe.health(now),
        "processId": (!pe.is_stopped).then(|| pe.process.to_string()),
        "requiredConnections": connected,
        "optionalConnections": connected,
        "tracingLevel": pe.tracing,
        "pendingTracingLevel": null,
        "relocatable": true,
        "restartable": true,
        "currentWorkingPath": "",
        "resourceTags": [],
        "osCapabilities": [],
        "instance": links.instance(""),
        "job": links.job(job.id, ""),
        "operators": links.instance(format_args!("/operators?pe.restid={}", pe.id)),
        "inputPorts": link("inputports"),
        "outputPorts": link("outputports"),
        "connections": links.instance(format_args!("/peconnections?pe.restid={}", pe.id)),
        "metrics": link("metrics"),
        "consoleLog": link("consolelog"),
        "applicationTrace": link("applicationtrace"),
        "productLog": link("productlog"),
        "snapshot": link("snapshot"),
        "metricsSnapshot": link("metricssnapshot"),
    });
    let Value::Object(members) = &mut json else {
        return json;
    };
    if verbose {
        members.insert("restartPriority".to_owned(), "none".into());
    }
    if !links.flavour.is_five() {
        members.extend(places(domain, pe, links));
        return json;
    }
    if let Some(host) = domain.hosts.get(pe.host) {
        let resource = links.instance(format_args!("/resources/{}", encoded(&host.name)));
        members.insert("resource".to_owned(), resource.into());
    }
    json
}
