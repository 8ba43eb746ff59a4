//! Ports of operators.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use crate::sandbox::streams::model::connection::{self, End, PeEnd};
use crate::sandbox::streams::model::instance::Instance;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::operator::{Export, InputPort, Operator, OutputPort};

/// Whose port it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) job: &'a Job,
    pub(crate) operator: &'a Operator,
    /// The place of the operator in the job.
    pub(crate) at: usize,
    /// The place of the port at the operator.
    pub(crate) port: usize,
}

impl Place<'_> {
    pub(crate) fn end(&self) -> End {
        End {
            job: self.job.id,
            operator: self.at,
            port: self.port,
        }
    }

    /// What ports of both kinds have. `side` is `input` or `output`.
    fn common(&self, name: &str, side: &str, links: &Links) -> Value {
        let own = links.operator(
            self.job.id,
            &self.operator.name,
            format_args!("/{side}ports/{}", self.port),
        );
        let pe = self.job.pe_of(self.at);
        json!({
            "name": name,
            "restid": self.port.to_string(),
            "indexWithinOperator": self.port,
            "job": links.job(self.job.id, ""),
            "pe": pe.map(|pe| links.pe(pe.id, "")),
            "operator": links.operator(self.job.id, &self.operator.name, ""),
            "connections": links.instance(format_args!(
                "/operatorconnections?{side}port.restid={}&operator.restid={}&job.restid={}",
                self.port,
                encoded(&self.operator.name),
                self.job.id
            )),
            "metrics": format!("{own}/metrics"),
            "self": own,
        })
    }
}

fn insert(json: &mut Value, name: &str, value: impl Into<Value>) {
    if let Value::Object(members) = json {
        members.insert(name.to_owned(), value.into());
    }
}

pub(crate) fn input(place: Place<'_>, port: &InputPort, links: &Links) -> Value {
    let mut json = place.common(&port.name, "input", links);
    insert(&mut json, "resourceType", "operatorInputPort");
    let ends = connection::pe_end(place.instance, place.end(), Job::pe_inputs);
    let ends = ends.map(|PeEnd { pe, port, .. }| links.pe(pe, format_args!("/inputports/{port}")));
    insert(
        &mut json,
        "peInputPorts",
        ends.into_iter().collect::<Vec<_>>(),
    );
    if let Some(topic) = &port.import {
        let subscription = format!("__spl_exportType == \"topic\" && __spl_topic == \"{topic}\"");
        let import = json!({
            "type": "subscription",
            "subscription": subscription,
            "filter": null,
            "operator": place.operator.name,
            "applicationScope": "Default",
        });
        insert(&mut json, "import", import);
    }
    json
}

pub(crate) fn output(place: Place<'_>, port: &OutputPort, links: &Links) -> Value {
    let mut json = place.common(&port.name, "output", links);
    insert(&mut json, "resourceType", "operatorOutputPort");
    insert(&mut json, "streamName", port.stream.as_str());
    insert(&mut json, "streamViewable", true);
    let ends = connection::pe_end(place.instance, place.end(), Job::pe_outputs);
    let ends = ends.map(|PeEnd { pe, port, .. }| links.pe(pe, format_args!("/outputports/{port}")));
    insert(
        &mut json,
        "peOutputPorts",
        ends.into_iter().collect::<Vec<_>>(),
    );
    let attributes = links.operator(
        place.job.id,
        &place.operator.name,
        format_args!("/outputports/{}/tupleattributes", place.port),
    );
    insert(&mut json, "tupleAttributes", attributes);
    if let Some(export) = &port.export {
        insert(&mut json, "export", exported(export, &place.operator.name));
    }
    json
}

/// Properties are SPL literals: strings keep their double quotes.
fn exported(export: &Export, operator: &str) -> Value {
    match export {
        Export::Name(name) => json!({
            "type": "name",
            "name": name,
            "operator": operator,
            "filterAllowed": true,
        }),
        Export::Topic(topic) => {
            let text = |name: &str, value: &str| json!({"name": name, "type": "rstring", "values": [format!("\"{value}\"")]});
            json!({
                "type": "properties",
                "operator": operator,
                "filterAllowed": false,
                "properties": [
                    text("__spl_exportType", "topic"),
                    text("__spl_topic", topic),
                    {"name": "__spl_topicAllowFilter", "type": "boolean", "values": ["false"]},
                    {"name": "__spl_rank", "type": "int64", "values": ["7"]},
                ],
            })
        }
    }
}
