//! Connections of operators and of PEs.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use crate::sandbox::streams::model::connection::{self, Connection, End, PeConnection, PeEnd};
use crate::sandbox::streams::model::instance::Instance;
use crate::sandbox::streams::model::time::Millis;

pub(crate) fn of_operators(instance: &Instance, connection: &Connection, links: &Links) -> Value {
    let id = connection.id();
    let between = connection::between_pes(instance, *connection);
    json!({
        "resourceType": "operatorConnection",
        "id": id,
        "restid": id,
        "self": links.instance(format_args!("/operatorconnections/{}", encoded(&id))),
        "required": connection.is_required,
        "peConnection": between.map(|between| own(&between, links)),
        "source": end(instance, connection.source, "output", links),
        "target": end(instance, connection.target, "input", links),
    })
}

fn end(instance: &Instance, end: End, side: &str, links: &Links) -> Value {
    let job = instance.jobs.get(&end.job);
    let operator = job.and_then(|job| job.application.operators.get(end.operator));
    let name = operator.map_or("", |operator| operator.name.as_str());
    let pe = job.and_then(|job| job.pe_of(end.operator));
    let port = links.operator(end.job, name, format_args!("/{side}ports/{}", end.port));
    let mut json = json!({
        "job": links.job(end.job, ""),
        "pe": pe.map(|pe| links.pe(pe.id, "")),
        "operator": links.operator(end.job, name, ""),
    });
    if let Value::Object(members) = &mut json {
        members.insert(format!("{side}Port"), port.into());
    }
    json
}

pub(crate) fn of_pes(
    instance: &Instance,
    connection: &PeConnection,
    links: &Links,
    now: Millis,
) -> Value {
    let id = connection.id();
    let own = own(connection, links);
    json!({
        "resourceType": "peConnection",
        "id": id,
        "restid": id,
        "required": connection.is_required,
        "status": connection.status(instance, now),
        "source": pe_end(connection.source, "output", links),
        "target": pe_end(connection.target, "input", links),
        "metrics": format!("{own}/metrics"),
        "self": own,
    })
}

fn own(connection: &PeConnection, links: &Links) -> String {
    links.instance(format_args!("/peconnections/{}", connection.id()))
}

fn pe_end(end: PeEnd, side: &str, links: &Links) -> Value {
    let port = links.pe(end.pe, format_args!("/{side}ports/{}", end.port));
    let mut json = json!({"job": links.job(end.job, ""), "pe": links.pe(end.pe, "")});
    if let Value::Object(members) = &mut json {
        members.insert(format!("{side}Port"), port.into());
    }
    json
}
