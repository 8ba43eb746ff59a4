//! Bundles that wait to be run.

use serde_json::{Value, json};

use super::links::Links;

pub(crate) fn to_json(id: &str, links: &Links) -> Value {
    json!({
        "resourceType": "applicationBundle",
        "bundleId": id,
        "self": links.instance(format_args!("/applicationbundles/{id}")),
    })
}
