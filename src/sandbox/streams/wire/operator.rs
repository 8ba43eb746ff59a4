//! Operators.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::operator::Operator;
use crate::sandbox::streams::model::pe::Pe;

/// An operator at its place in a job.
pub(crate) fn to_json(
    domain: &Domain,
    job: &Job,
    at: usize,
    operator: &Operator,
    links: &Links,
) -> Value {
    let own = links.operator(job.id, &operator.name, "");
    let pe = job.pe_of(at);
    let channels = operator.channel.iter().map(|channel| {
        json!({"logicalOperatorName": channel.region, "indexWithinRegion": channel.index})
    });
    let mut json = json!({
        "resourceType": "operator",
        "name": operator.name,
        "restid": operator.name,
        "logicalName": operator.logical_name(),
        "operatorKind": operator.kind,
        "indexWithinJob": at,
        "channel": operator.channel.as_ref().map(|channel| channel.index),
        "channels": channels.collect::<Value>(),
        "instance": links.instance(""),
        "job": links.job(job.id, ""),
        "pe": pe.map(|pe| links.pe(pe.id, "")),
        "inputPorts": format!("{own}/inputports"),
        "outputPorts": format!("{own}/outputports"),
        "connections": links.instance(format_args!(
            "/operatorconnections?operator.restid={}&job.restid={}",
            encoded(&operator.name),
            job.id
        )),
        "metrics": format!("{own}/metrics"),
        "applicationTrace": pe.map(|pe| links.pe(pe.id, "/applicationtrace")),
        "productLog": pe.map(|pe| links.pe(pe.id, "/productlog")),
        "self": own,
    });
    if let (false, Some(pe), Value::Object(members)) = (links.flavour.is_five(), pe, &mut json) {
        members.extend(places(domain, pe, links));
    }
    json
}

/// Where a PE runs, as Streams 4 tells it.
pub(super) fn places(domain: &Domain, pe: &Pe, links: &Links) -> [(String, Value); 3] {
    let host = domain.hosts.get(pe.host);
    let link = |list: &str| {
        host.map(|host| links.instance(format_args!("/{list}/{}", encoded(&host.name))))
    };
    [
        ("domain".to_owned(), links.domain("").into()),
        ("host".to_owned(), link("hosts").into()),
        (
            "resourceAllocation".to_owned(),
            link("resourceallocations").into(),
        ),
    ]
}
