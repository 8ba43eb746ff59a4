//! Jobs.

use serde_json::{Value, json};

use super::job_group;
use super::links::Links;
use super::version;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::time::Millis;

/// Lists of the instance that a job has a part of: the property, and its path.
const SCOPED: [(&str, &str); 6] = [
    ("activeViews", "activeviews"),
    ("views", "views"),
    ("operators", "operators"),
    ("operatorConnections", "operatorconnections"),
    ("pes", "pes"),
    ("peConnections", "peconnections"),
];

pub(crate) fn to_json(job: &Job, links: &Links, now: Millis) -> Value {
    let is_five = links.flavour.is_five();
    let (namespace, main) = match job.application.name.rsplit_once("::") {
        Some((namespace, main)) => (format!("{namespace}."), main),
        None => (String::new(), job.application.name.as_str()),
    };
    let group = match is_five {
        true => job_group::link(&job.group, links),
        false => job.group.clone(),
    };
    let version = if is_five {
        version::FIVE
    } else {
        version::FOUR
    };
    let parameters = job.parameters.iter().map(|(name, value)| {
        let values: Vec<&str> = value.split(',').collect();
        json!({
            "name": name,
            "composite": job.application.name,
            "parameterKind": if values.len() > 1 { "namedList" } else { "named" },
            "required": false,
            "defaultValue": null,
            "value": value,
            "values": values,
        })
    });
    let mut json = json!({
        "resourceType": "job",
        "id": job.id.to_string(),
        "restid": job.id.to_string(),
        "self": links.job(job.id, ""),
        "name": job.name,
        "applicationName": job.application.name,
        "applicationVersion": "1.0.0",
        "applicationScope": "Default",
        "applicationPath": format!("toolkits/{main}"),
        "adlFile": format!("output/{namespace}{main}.adl"),
        "outputPath": "output",
        "dataPath": job.data_directory,
        "checkpointPath": null,
        "status": job.status(now),
        "health": job.health(now),
        "startedBy": job.started_by,
        "submitTime": job.submitted,
        "jobGroup": group,
        "submitParameters": parameters.collect::<Value>(),
        "jobResourceSharing": job.deployment.resource_sharing,
        "fusionScheme": job.deployment.fusion_scheme,
        "threadingModel": job.deployment.threading_model,
        "proposedOperatorsPerResource": 8,
        "dynamicThreadingThreadCount": job.deployment.threads,
        "dynamicThreadingElastic": job.deployment.is_elastic,
        "productVersion": version,
        "topologyUpdating": false,
        "generationId": job.generation,
        "instance": links.instance(""),
        "applicationLogTrace": links.job(job.id, "/applicationlogtrace"),
        "productLog": links.job(job.id, "/productlog"),
        "snapshot": links.job(job.id, "/snapshot"),
        "metricsSnapshot": links.job(job.id, "/metricssnapshot"),
    });
    let Value::Object(members) = &mut json else {
        return json;
    };
    let mut scoped = |name: &str, path: &str| {
        let link = links.instance(format_args!("/{path}?job.restid={}", job.id));
        members.insert(name.to_owned(), link.into());
    };
    SCOPED.iter().for_each(|(name, path)| scoped(name, path));
    if !is_five {
        scoped("hosts", "hosts");
        scoped("resourceAllocations", "resourceallocations");
        members.insert("domain".to_owned(), links.domain("").into());
    }
    json
}
