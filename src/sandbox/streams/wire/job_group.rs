//! Groups of jobs, as Streams 5 has them.

use serde_json::{Value, json};

use super::links::{Links, encoded};

pub(crate) fn link(name: &str, links: &Links) -> String {
    links.instance(format_args!("/jobgroups/{}", encoded(name)))
}

pub(crate) fn to_json(name: &str, links: &Links) -> Value {
    json!({"resourceType": "jobGroup", "name": name, "restid": name, "self": link(name, links)})
}
