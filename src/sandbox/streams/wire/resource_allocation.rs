//! Resource allocations: hosts, as an instance has them.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use crate::sandbox::streams::model::host::Host;

pub(crate) fn to_json(host: &Host, links: &Links) -> Value {
    let name = encoded(&host.name).to_string();
    json!({
        "resourceType": "resourceAllocation",
        "restid": host.name,
        "self": links.instance(format_args!("/resourceallocations/{name}")),
        "status": "running",
        "schedulerStatus": if host.runs_jobs { "schedulable" } else { "notApplicable" },
        "applicationResource": host.runs_jobs,
        "resourceSpecification": {
            "id": "1",
            "tags": host.tags,
            "resourceCount": 1,
            "exclusive": false,
            "restrictedTags": [],
        },
        "serviceStatus": [],
        "domain": links.domain(""),
        "instance": links.instance(""),
        "resource": links.domain(format_args!("/resources/{name}")),
        "activeServices": links.instance(format_args!("/resourceallocations/{name}/activeservices")),
        "jobs": links.instance(format_args!("/jobs?resource.restid={name}")),
        "pes": links.instance(format_args!("/pes?resource.restid={name}")),
    })
}
