//! Domains.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use super::version;
use crate::sandbox::streams::model::domain::Domain;

/// Tags that every domain has, and what they are for.
const TAGS: [(&str, &str); 7] = [
    ("application", "Runs the PEs of jobs"),
    ("audit", "Runs the audit log service"),
    ("authentication", "Runs the authentication service"),
    ("jmx", "Runs the management API service"),
    ("management", "Runs management services"),
    ("sws", "Runs the web management service"),
    ("view", "Runs the view service"),
];

pub(crate) fn to_json(domain: &Domain, links: &Links) -> Value {
    let tags = TAGS.map(|(name, description)| {
        json!({
            "name": name,
            "description": description,
            "reserved": true,
            "definitionFormatProperties": true,
            "propertiesDefinition": {},
            "customDefinition": null,
        })
    });
    json!({
        "resourceType": "domain",
        "id": domain.id,
        "restid": domain.id,
        "self": links.domain(""),
        "status": "running",
        "creationTime": domain.created,
        "startTime": domain.created,
        "creationUser": domain.user,
        "zooKeeperConnectionString": "streams1.example.com:2181",
        "activeVersion": version::active(),
        "resourceTags": tags,
        "instances": links.domain("/instances"),
        "hosts": links.domain("/hosts"),
        "resources": links.domain("/resources"),
        "activeServices": links.domain("/activeservices"),
        "resourceAllocations": links.domain("/resourceallocations"),
        "zooKeeperEnsemble": links.domain(format_args!("/zookeeperensembles/{}", encoded(&domain.id))),
        "productLog": links.domain("/productlog"),
    })
}
