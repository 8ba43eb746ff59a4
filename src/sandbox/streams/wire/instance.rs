//! Instances.

use serde_json::{Value, json};

use super::links::Links;
use super::version;
use crate::sandbox::streams::model::instance::Instance;
use crate::sandbox::streams::model::time::Millis;

/// Relations of every flavour: the property, and its path.
const LINKS: [(&str, &str); 13] = [
    ("activeViews", "activeviews"),
    ("configuredViews", "configuredviews"),
    ("exportedStreams", "exportedstreams"),
    ("importedStreams", "importedstreams"),
    ("jobs", "jobs"),
    ("jobsMetricsSnapshot", "jobs/metricssnapshot"),
    ("jobsSnapshot", "jobs/snapshot"),
    ("operatorConnections", "operatorconnections"),
    ("operators", "operators"),
    ("peConnections", "peconnections"),
    ("pes", "pes"),
    ("views", "views"),
    ("self", ""),
];

/// Those that Streams 5 has not.
const FOUR: [(&str, &str); 3] = [
    ("activeServices", "activeservices"),
    ("hosts", "hosts"),
    ("resourceAllocations", "resourceallocations"),
];

/// Those that only Streams 5 has.
const FIVE: [(&str, &str); 2] = [
    ("applicationConfigurations", "applicationconfigurations"),
    ("jobGroups", "jobgroups"),
];

pub(crate) fn to_json(instance: &Instance, links: &Links, now: Millis) -> Value {
    let mut json = json!({
        "resourceType": "instance",
        "id": instance.id,
        "restid": instance.id,
        "owner": instance.owner,
        "startedBy": instance.owner,
        "creationUser": instance.owner,
        "creationTime": instance.created,
        "startTime": instance.started,
        "status": instance.status(),
        "health": instance.health(now),
        "restrictedTags": [],
    });
    let Value::Object(members) = &mut json else {
        return json;
    };
    let mut link = |(name, path): &(&str, &str)| {
        let slash = if path.is_empty() { "" } else { "/" };
        let link = links.instance(format_args!("{slash}{path}"));
        members.insert((*name).to_owned(), link.into());
    };
    LINKS.iter().for_each(&mut link);
    if links.flavour.is_five() {
        FIVE.iter().for_each(&mut link);
        members.insert("productVersion".to_owned(), version::FIVE.into());
        return json;
    }
    FOUR.iter().for_each(&mut link);
    members.insert("activeVersion".to_owned(), version::active());
    members.insert("domain".to_owned(), links.domain("").into());
    json
}
