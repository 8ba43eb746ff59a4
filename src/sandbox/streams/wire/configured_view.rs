//! Configured and active views: the names that views had before Streams 4.

use serde_json::{Value, json};

use super::links::Links;
use super::view::{activate_option, attributes};
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::view::{Capacity, View};

pub(crate) fn configured(job: &Job, view: &View, links: &Links) -> Value {
    let own = links.instance(format_args!("/configuredviews/{}", view.id));
    let (operator, port) = view.port;
    let operator = job.application.operators.get(operator);
    let stream = operator.and_then(|operator| operator.outputs.get(port));
    let (units, capacity) = match view.capacity {
        Capacity::Tuples(count) => ("tuples", json!(count)),
        Capacity::Seconds(seconds) => ("seconds", json!(seconds)),
    };
    json!({
        "resourceType": "configuredView",
        "id": view.id.to_string(),
        "restid": view.id.to_string(),
        "name": view.name,
        "description": view.description,
        "adlFile": format!("output/{}.adl", job.application.name.replace("::", ".")),
        "applicationName": job.application.name,
        "operatorName": operator.map(|operator| operator.logical_name()),
        "streamName": stream.map(|stream| stream.stream.as_str()),
        "portIndex": port,
        "attributes": attributes(view),
        "bufferCapacity": capacity,
        "bufferCapacityUnits": units,
        "maximumTupleRate": view.maximum_rate,
        "activateOption": activate_option(view),
        "filterData": false,
        "filterAttribute": null,
        "filterExpression": null,
        "activeViews": links.instance(format_args!("/activeviews?configuredView.restid={}", view.id)),
        "self": own,
    })
}

pub(crate) fn active(job: &Job, view: &View, links: &Links) -> Value {
    let own = links.instance(format_args!("/activeviews/{}", view.id));
    let operator = job.application.operators.get(view.port.0);
    json!({
        "resourceType": "activeView",
        "id": view.id.to_string(),
        "restid": view.id.to_string(),
        "configuredView": links.instance(format_args!("/configuredviews/{}", view.id)),
        "job": links.job(job.id, ""),
        "ports": operator.map(|operator| links.operator(job.id, &operator.name, "/outputports")),
        "viewItems": format!("{own}/viewitems"),
        "self": own,
    })
}
