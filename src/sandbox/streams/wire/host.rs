//! Hosts, and the same as resources.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use crate::sandbox::streams::model::host::Host;

/// Where a host is looked for: in the instance or in the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Domain,
    Instance,
}

/// Services that run on a host.
fn services(host: &Host) -> Value {
    let types: &[&str] = match host.runs_jobs {
        true => &["hc"],
        false => &["aas", "jmx", "sws", "sam", "sch", "srm", "view"],
    };
    let services = types.iter();
    services
        .map(|kind| json!({"type": kind, "name": kind, "status": "running"}))
        .collect()
}

/// As a host, in the words before Streams 4.2.
pub(crate) fn to_json(host: &Host, side: Side, links: &Links) -> Value {
    let name = encoded(&host.name);
    let own = format!("/hosts/{name}");
    let (own, instance) = match side {
        Side::Domain => (links.domain(own), Value::Null),
        Side::Instance => (links.instance(own), links.instance("").into()),
    };
    json!({
        "resourceType": "host",
        "name": host.name,
        "restid": host.name,
        "self": own,
        "ipAddress": host.address,
        "status": "running",
        "processorCount": host.processors,
        "schedulerState": "schedulable",
        "services": services(host),
        "tags": host.tags,
        "restrictedTags": [],
        "instance": instance,
        "domain": links.domain(""),
        "jobs": links.instance(format_args!("/jobs?host.restid={name}")),
        "pes": links.instance(format_args!("/pes?host.restid={name}")),
        "metrics": format!("{own}/metrics"),
    })
}

/// As a resource: of a domain, and in Streams 5 of the instance.
pub(crate) fn resource(host: &Host, links: &Links) -> Value {
    let name = encoded(&host.name);
    let own = format!("/resources/{name}");
    let is_five = links.flavour.is_five();
    let own = match is_five {
        true => links.instance(own),
        false => links.domain(own),
    };
    let mut json = json!({
        "resourceType": "resource",
        "id": host.name,
        "restid": host.name,
        "self": own,
        "displayName": host.name,
        "ipAddress": host.address,
        "status": "running",
        "type": "streams",
        "tags": host.tags,
        "restrictedTags": [],
        "serviceStatus": services(host),
        "metrics": format!("{own}/metrics"),
    });
    if let (false, Value::Object(members)) = (is_five, &mut json) {
        let mut link = |name: &str, link: String| members.insert(name.to_owned(), link.into());
        link("domain", links.domain(""));
        link("installations", format!("{own}/installations"));
        let services = format_args!("/activeservices?resource.restid={name}").to_string();
        link("activeServices", links.domain(services));
        let allocations = format_args!("/resourceallocations?resource.restid={name}").to_string();
        link("allocations", links.domain(allocations));
    }
    json
}
