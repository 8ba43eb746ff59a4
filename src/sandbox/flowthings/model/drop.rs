//! Drops: written, read, changed and deleted.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::caller::Caller;
use super::contents::Contents;
use super::element;
use super::filter::Filter;
use super::kind::{DROP, Kind};
use super::location;
use super::object::{capacity, check_id, is_public, same_id};
use super::permission::Deed;
use super::platform::Platform;
use super::refusal::Refusal;
use super::statistics::Statistic;
use super::value::text;

/// What a drop has of its writer: elements, a location, a hash, and whatever the platform does not know.
pub(crate) type Content = Map<String, Value>;

/// A drop, and whether it has been written: not if the flow has seen its hash, or does not take it.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) drop: Arc<Value>,
    pub(crate) is_new: bool,
    /// Whether the flow took it.
    pub(crate) is_taken: bool,
}

/// What a request says of a drop that is to be written.
pub(crate) fn content(body: &Value) -> Result<Content, Refusal> {
    let mut content = changes(body)?;
    content.retain(|_, value| !value.is_null());
    if !content.contains_key("elems") {
        return Err(Refusal::missing("elems"));
    }
    Ok(content)
}

/// What a request says of a drop that is to be changed.
fn changes(body: &Value) -> Result<Content, Refusal> {
    let content = body.as_object().cloned();
    let mut content = content.ok_or(Refusal::invalid("A drop is not an object"))?;
    content.retain(|name, _| !is_read_only(name));
    if let Some(elements) = content.get_mut("elems") {
        let elements = elements.as_object_mut();
        let elements = elements.ok_or(Refusal::invalid("elems is not an object"))?;
        for (name, element) in elements {
            let kept = element::kept(element.take());
            *element = kept.map_err(|why| Refusal::Invalid(format!("elems.{name}: {why}")))?;
        }
    }
    let given = |name: &str| content.get(name).filter(|value| !value.is_null());
    if let Some(location) = given("location") {
        location::check(location)?;
    }
    match given("fhash") {
        Some(hash) if !hash.is_string() => Err("fhash is not a text".into()),
        _ => Ok(content),
    }
}

fn is_read_only(name: &str) -> bool {
    matches!(
        name,
        "id" | "flowId"
            | "path"
            | "creationDate"
            | "creatorId"
            | "lastEditDate"
            | "lastEditorId"
            | "parentDropId"
            | "version"
    )
}

impl Platform {
    /// The drops of a flow that the caller may read.
    pub(crate) fn drops(&self, caller: &Caller, flow: &str) -> Result<&Contents, Refusal> {
        self.permit(caller, flow, Deed::DropRead)?;
        self.contents.get(flow).ok_or(Refusal::NotFound)
    }

    /// The id of the flow at a path.
    pub(crate) fn flow_at(&self, path: &str) -> Result<&str, Refusal> {
        self.paths
            .get(path)
            .map(String::as_str)
            .ok_or(Refusal::NotFound)
    }

    /// That the caller may do something with the drops of a flow.
    pub(crate) fn permit(&self, caller: &Caller, flow: &str, deed: Deed) -> Result<(), Refusal> {
        check_id(flow)?;
        let flow = self.get(Kind::Flow, flow).ok_or(Refusal::NotFound)?;
        let path = text(flow, "path");
        let is_free = deed == Deed::DropRead && is_public(Kind::Flow, flow);
        match is_free || caller.may(deed, path) {
            true => Ok(()),
            false => Err(Refusal::forbidden(deed.verb(), path)),
        }
    }

    /// One drop that the caller may read.
    pub(crate) fn drop(&self, caller: &Caller, flow: &str, id: &str) -> Result<&Value, Refusal> {
        check_id(id)?;
        let contents = self.drops(caller, flow)?;
        contents.get(id).ok_or(Refusal::NotFound)
    }

    /// Writes a drop to a flow that exists, whoever may. `parent` is the drop that a track has made it of.
    pub(crate) fn store(
        &mut self,
        flow: &str,
        content: Arc<Content>,
        creator: &str,
        parent: Option<&Value>,
    ) -> Result<Written, Refusal> {
        let kept = self.get(Kind::Flow, flow).ok_or(Refusal::NotFound)?;
        let (path, capacity) = (text(kept, "path").to_owned(), capacity(kept));
        let filter = kept.get("filter").and_then(Value::as_str);
        let filter = filter.map(|text| Filter::read(text, &self.effort));
        let filter = filter.transpose()?;
        let hash = content.get("fhash").and_then(Value::as_str);
        let seen = self.contents.get(flow).and_then(|contents| {
            let id = contents.first_with(hash?)?;
            // Of one that is gone no more is known.
            let gone = || json!({"id": id, "flowId": flow});
            Some(contents.get(id).cloned().unwrap_or_else(gone))
        });
        if let Some(first) = seen {
            return Ok(Written {
                drop: first.into(),
                is_new: false,
                is_taken: false,
            });
        }
        let (id, time, now) = (self.id(DROP), self.time(), self.now());
        let mut drop = Arc::unwrap_or_clone(content);
        let mut fill = |name: &str, value: Value| drop.insert(name.to_owned(), value);
        fill("id", id.into());
        fill("flowId", flow.into());
        fill("path", path.into());
        fill("creationDate", now.into());
        fill("creatorId", creator.into());
        fill("version", 1.into());
        if let Some(parent) = parent {
            let parent = json!({"flowId": text(parent, "flowId"), "dropId": text(parent, "id")});
            fill("parentDropId", parent);
        }
        let drop = Arc::new(Value::Object(drop));
        if let Some(filter) = filter
            && !filter.takes(&drop, time, &self.effort)?
        {
            return Ok(Written {
                drop,
                is_new: true,
                is_taken: false,
            });
        }
        let contents = self.contents.entry(flow.to_owned()).or_default();
        contents.add(Arc::clone(&drop), capacity);
        self.statistics.count(Statistic::FlowDropAdded, flow, now);
        self.statistics
            .count(Statistic::DropCreatedBy, creator, now);
        Ok(Written {
            drop,
            is_new: true,
            is_taken: true,
        })
    }

    /// Replaces members of a drop, each as a whole.
    pub(crate) fn update_drop(
        &mut self,
        caller: &Caller,
        flow: &str,
        id: &str,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let drop = self.changed_drop(caller, flow, id, body)?;
        if let Some(contents) = self.contents.get_mut(flow) {
            contents.replace(&drop);
        }
        Ok(drop)
    }

    /// What a drop would be with these changes, or why it cannot be.
    pub(crate) fn changed_drop(
        &mut self,
        caller: &Caller,
        flow: &str,
        id: &str,
        body: &Value,
    ) -> Result<Value, Refusal> {
        self.permit(caller, flow, Deed::DropWrite)?;
        check_id(id)?;
        let now = self.now();
        let contents = self.contents.get(flow).ok_or(Refusal::NotFound)?;
        let mut drop = contents.get(id).ok_or(Refusal::NotFound)?.clone();
        let changes = same_id(body, id).and_then(|()| changes(body))?;
        if changes.get("elems") == Some(&Value::Null) {
            return Err(Refusal::missing("elems"));
        }
        if let Some(members) = drop.as_object_mut() {
            let version = members.get("version").and_then(Value::as_i64);
            let version = version.unwrap_or_default().saturating_add(1);
            members.extend(changes);
            members.retain(|_, value| !value.is_null());
            members.insert("version".to_owned(), version.into());
            members.insert("lastEditDate".to_owned(), now.into());
            members.insert("lastEditorId".to_owned(), caller.identity.clone().into());
        }
        Ok(drop)
    }

    /// Deletes a drop.
    pub(crate) fn delete_drop(
        &mut self,
        caller: &Caller,
        flow: &str,
        id: &str,
    ) -> Result<(), Refusal> {
        self.permit(caller, flow, Deed::DropWrite)?;
        check_id(id)?;
        let contents = self.contents.get_mut(flow).ok_or(Refusal::NotFound)?;
        contents.remove(id).map(|_| ()).ok_or(Refusal::NotFound)
    }

    /// Deletes all drops of a flow. What it has seen it has seen.
    pub(crate) fn delete_drops(&mut self, caller: &Caller, flow: &str) -> Result<(), Refusal> {
        self.permit(caller, flow, Deed::DropWrite)?;
        let contents = self.contents.get_mut(flow).ok_or(Refusal::NotFound)?;
        contents.trim(0);
        Ok(())
    }
}
