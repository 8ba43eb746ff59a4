//! What comes beside a body: the objects that it refers to.

use serde_json::{Map, Value};

use crate::sandbox::flowthings::model::kind::{Kind, is_id};
use crate::sandbox::flowthings::model::object::may_read;
use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::wire::{Answer, reply::Reply, request::Request};

impl Reply {
    /// With the objects that the body refers to, if they are asked for and the caller may read them.
    pub(super) fn referring(self, platform: &mut Platform, request: &Request) -> Answer {
        if !request.view()?.refs {
            return Ok(self);
        }
        let mut ids = Vec::new();
        collect(self.body(), &mut ids);
        let now = platform.now();
        let mut references = Map::new();
        for id in ids {
            let letter = id.chars().next();
            let mut kinds = Kind::ALL.into_iter();
            let Some(kind) = kinds.find(|kind| Some(kind.letter()) == letter) else {
                continue;
            };
            if let Some(object) = platform.get(kind, &id)
                && may_read(&request.caller, kind, object)
            {
                let seen = platform.seen(&request.caller, kind, object, now);
                references.insert(id, seen);
            }
        }
        Ok(self.with(references))
    }
}

/// The ids in all members but `id` and what drops hold.
fn collect(body: &Value, ids: &mut Vec<String>) {
    match body {
        Value::String(text) if is_id(text) => ids.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(members) => {
            let others = members.iter();
            let others = others.filter(|(name, _)| !matches!(name.as_str(), "id" | "elems"));
            others.for_each(|(_, value)| collect(value, ids));
        }
        _ => {}
    }
}
