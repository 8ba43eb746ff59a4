//! Views, and what is in them.

use serde::Serialize;
use serde_json::{Value, json};

use super::links::Links;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::time::Millis;
use crate::sandbox::streams::model::view::{Capacity, Item, View};

/// The members of a view's attributes.
pub(super) fn attributes(view: &View) -> Value {
    let attributes = view.attributes.iter();
    attributes
        .map(|attribute| json!({"name": attribute.name, "type": attribute.kind.to_string()}))
        .collect()
}

/// When it begins to fill.
pub(super) fn activate_option(view: &View) -> &'static str {
    match view.on_first_access {
        true => "firstAccess",
        false => "automatic",
    }
}

pub(crate) fn link(view: &View, links: &Links) -> String {
    links.instance(format_args!("/views/{}", view.id))
}

pub(crate) fn to_json(job: &Job, view: &View, links: &Links) -> Value {
    let own = link(view, links);
    let (units, tuples, seconds) = match view.capacity {
        Capacity::Tuples(count) => ("tuples", Some(count), None),
        Capacity::Seconds(seconds) => ("seconds", None, Some(seconds)),
    };
    let operator = job.application.operators.get(view.port.0);
    let mut json = json!({
        "resourceType": "view",
        "id": view.id.to_string(),
        "restid": view.id.to_string(),
        "name": view.name,
        "description": view.description,
        "attributes": attributes(view),
        "activateOption": activate_option(view),
        "bufferCapacityUnits": units,
        "bufferCapacityTuples": tuples,
        "bufferCapacitySeconds": seconds,
        "maximumTupleRate": view.maximum_rate,
        "filterData": false,
        "filterAttribute": null,
        "filterExpression": null,
        "logicalOperatorName": operator.map(|operator| operator.logical_name()),
        "started": view.started.is_some(),
        "instance": links.instance(""),
        "job": links.job(job.id, ""),
        "ports": operator.map(|operator| links.operator(job.id, &operator.name, "/outputports")),
        "viewItems": format!("{own}/viewitems"),
        "self": own,
    });
    if let (false, Value::Object(members)) = (links.flavour.is_five(), &mut json) {
        members.insert("domain".to_owned(), links.domain("").into());
    }
    json
}

/// An item, written without a copy of its tuple.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ViewItem<'a> {
    resource_type: &'static str,
    collection_time: Millis,
    data: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<[i64; 1]>,
}

impl<'a> From<&'a Item> for ViewItem<'a> {
    fn from(item: &'a Item) -> Self {
        Self {
            resource_type: "viewItem",
            collection_time: item.time,
            data: &item.data,
            channel: item.channel,
            channels: item.channel.map(|channel| [channel]),
        }
    }
}
