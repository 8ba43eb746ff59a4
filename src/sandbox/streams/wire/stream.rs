//! Exported and imported streams. The product gives them no `self`; clients that keep objects by it need one.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use super::port::Place;

/// A stream that leaves a job at this port, or arrives there. `side` is `output` or `input`.
fn to_json(place: Place<'_>, kind: &str, list: &str, side: &str, links: &Links) -> Value {
    let (job, name, port) = (place.job.id, &place.operator.name, place.port);
    let connections = links.instance(format_args!(
        "/operatorconnections?{side}port.restid={port}&operator.restid={}&job.restid={job}",
        encoded(name)
    ));
    let own = format!("j{job}o{}p{port}", place.at);
    let end = links.operator(job, name, format_args!("/{side}ports/{port}"));
    let mut json = json!({
        "resourceType": kind,
        "self": links.instance(format_args!("/{list}/{own}")),
        "operatorConnections": connections,
    });
    if let Value::Object(members) = &mut json {
        let member = match side {
            "input" => "operatorInputPort",
            _ => "operatorOutputPort",
        };
        members.insert(member.to_owned(), end.into());
    }
    json
}

pub(crate) fn exported(place: Place<'_>, links: &Links) -> Value {
    to_json(place, "exportedStream", "exportedstreams", "output", links)
}

pub(crate) fn imported(place: Place<'_>, links: &Links) -> Value {
    to_json(place, "importedStream", "importedstreams", "input", links)
}
