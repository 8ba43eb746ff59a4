//! Event streams: what is known of them, apart from their events.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::attributes::{self, Attributes, Invalid, wrong_type};
use super::error::Failure;
use super::event::Event;
use super::node::Node;
use super::path::{Destination, Kind};
use super::records::{Records, json_id, parse_id};
use super::reply::{Answer, Reply};
use super::request::Request;
use super::stream::{attributes_of, place, refused_change};
use super::time::{Micros, iso, through_float};

/// An event stream.
#[derive(Debug)]
pub(super) struct EventStream {
    pub(super) id: i64,
    pub(super) folder: i64,
    pub(super) facts: Facts,
    pub(super) events: Records<Event>,
    updated_at: Micros,
}

/// What can be said of an event stream when it is made, and all of it changed later.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// Types by name: `string`, `numeric`, or `category:` and a JSON array.
    pub(super) event_fields: Map<String, Value>,
    pub(super) chunk_duration_us: i64,
    pub(super) keep_us: i64,
}

impl EventStream {
    pub(super) fn to_json(&self, with_info: bool) -> Value {
        let mut json = json!({
            "id": self.id,
            "name": self.facts.name,
            "description": self.facts.description,
            "event_fields": self.facts.event_fields,
            "chunk_duration_us": self.facts.chunk_duration_us,
            "keep_us": self.facts.keep_us,
            "updated_at": iso(self.updated_at),
        });
        if with_info && let Value::Object(members) = &mut json {
            members.insert("data_info".to_owned(), self.info());
        }
        json
    }

    fn info(&self) -> Value {
        let start = self
            .events
            .iter()
            .map(|event| through_float(event.start))
            .min();
        let end = self
            .events
            .iter()
            .map(|event| through_float(event.end))
            .max();
        json!({
            "start": start,
            "end": end,
            "event_count": self.events.iter().count(),
            "bytes": 0,
            "total_time": start.zip(end).map_or(0, |(start, end)| end - start),
        })
    }
}

impl Facts {
    /// From an object that must have every member.
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let attributes = Attributes::of(value)?;
        attributes.require("id")?;
        Ok(Self {
            name: attributes.name()?,
            description: attributes::text(attributes.require("description")?)?,
            event_fields: event_fields(attributes.require("event_fields")?)?,
            chunk_duration_us: chunk_duration(attributes.require("chunk_duration_us")?)?,
            keep_us: keep(attributes.require("keep_us")?)?,
        })
    }

    /// Takes over the members that are there.
    fn update(&mut self, value: &Value) -> Result<(), Invalid> {
        let attributes = Attributes::of(value)?;
        if attributes.get("name").is_some() {
            self.name = attributes.name()?;
        }
        if let Some(description) = attributes.get("description") {
            self.description = attributes::text(description)?;
        }
        if let Some(fields) = attributes.get("event_fields") {
            self.event_fields = event_fields(fields)?;
        }
        if let Some(duration) = attributes.get("chunk_duration_us") {
            self.chunk_duration_us = chunk_duration(duration)?;
        }
        if let Some(keep_us) = attributes.get("keep_us") {
            self.keep_us = keep(keep_us)?;
        }
        Ok(())
    }
}

fn event_fields(value: &Value) -> Result<Map<String, Value>, Invalid> {
    let Value::Object(fields) = value else {
        let kind = match value {
            Value::Null => "NoneType",
            Value::Bool(_) => "bool",
            Value::Number(number) if number.is_f64() => "float",
            Value::Number(_) => "int",
            Value::String(_) => "str",
            Value::Array(_) | Value::Object(_) => "list",
        };
        let why = format!("event_fields must be a dictionary, not a {kind}");
        return Err(Invalid::Specification(why));
    };
    for value in fields.values() {
        let text = value.as_str().ok_or_else(|| wrong_type(value))?;
        let mut parts = text.split(':');
        match parts.next() {
            Some("string" | "numeric") => {}
            // Split at colons: a category may not have one.
            Some("category") if parts.next().is_some_and(is_choice) => {}
            Some("category") => {
                return Err(Invalid::specification(
                    "invalid value in event_fields, category type must a have JSON list of categories after a ':'",
                ));
            }
            _ => {
                return Err(Invalid::specification(
                    "invalid value in event_fields, must be [numeric|string|category:cat1,cat2,...]",
                ));
            }
        }
    }
    Ok(fields.clone())
}

/// Whether a text is a JSON array of some strings.
fn is_choice(text: &str) -> bool {
    serde_json::from_str::<Vec<String>>(text).is_ok_and(|choice| !choice.is_empty())
}

fn chunk_duration(value: &Value) -> Result<i64, Invalid> {
    match attributes::integer(value) {
        Ok(duration @ 0..) => Ok(duration),
        Ok(_) => Err(Invalid::specification(
            "invalid chunk_duration_us, must be > 0",
        )),
        Err(_) => Err(Invalid::specification(
            "invalid chunk_duration_us, must be an integer",
        )),
    }
}

fn keep(value: &Value) -> Result<i64, Invalid> {
    match attributes::integer(value) {
        Ok(keep @ -1..) => Ok(keep),
        Ok(_) => Err(Invalid::specification(
            "invalid keep_us, must be -1 (KEEP_ALL) or >= 0",
        )),
        Err(_) => Err(Invalid::specification(
            "invalid keep_us, must be an integer",
        )),
    }
}

impl Node {
    pub(super) fn add_event_stream(&mut self, folder: i64, facts: Facts, now: Micros) -> i64 {
        self.touch(folder, now);
        self.event_streams.add(|id| EventStream {
            id,
            folder,
            facts,
            events: Records::default(),
            updated_at: now,
        })
    }

    /// The event stream that the query names.
    pub(super) fn event_stream(&mut self, request: &Request) -> Result<&mut EventStream, Failure> {
        let id = match (request.query("path"), request.query("id")) {
            (Some(path), _) => self.stream_at(path, Kind::Events),
            (None, Some(id)) => Some(parse_id(id)?),
            (None, None) => return Err(Failure::unaddressed()),
        };
        let stream = id.and_then(|id| self.event_streams.get_mut(id));
        stream.ok_or_else(Failure::no_stream)
    }

    /// The event stream that a body names, by members of these names.
    pub(super) fn event_stream_in(
        &self,
        body: &Map<String, Value>,
        path: &str,
        id: &str,
    ) -> Result<i64, Failure> {
        let id = match (body.get(path), body.get(id)) {
            (Some(path), _) => self.stream_at(path.as_str().unwrap_or_default(), Kind::Events),
            (None, Some(id)) => Some(json_id(id)?),
            (None, None) => return Err(Failure::unaddressed()),
        };
        let stream = id.and_then(|id| self.event_streams.get(id));
        stream
            .map(|stream| stream.id)
            .ok_or_else(Failure::no_stream)
    }

    /// Changes a stream, and gives it back as JSON.
    fn changed_events(
        &mut self,
        id: i64,
        now: Micros,
        change: impl FnOnce(&mut EventStream),
    ) -> Value {
        let Some(stream) = self.event_streams.get_mut(id) else {
            return Value::Null;
        };
        change(stream);
        stream.updated_at = now;
        let (folder, json) = (stream.folder, stream.to_json(false));
        self.touch(folder, now);
        json
    }
}

/// GET /event.json
pub(super) fn get(node: &mut Node, request: &Request) -> Answer {
    Ok(node.event_stream(request)?.to_json(true).into())
}

/// POST /event.json, whose refusals do not begin with the status
pub(super) fn create(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let Some(stream) = body.get("stream") else {
        return Err(Failure::bad_request("provide a stream"));
    };
    let destination = Destination::parse(node, &body)?;
    let refused = |invalid: Invalid| Failure::bare(StatusCode::BAD_REQUEST, invalid.of_creation());
    let facts = Facts::parse(stream).map_err(refused)?;
    let there = destination.existing();
    if there.is_some_and(|folder| node.has_stream(folder, &facts.name)) {
        return Err(refused(Invalid::specification(
            "stream with the same name exists in the folder",
        )));
    }
    let folder = destination.make(node, request.now);
    let id = node.add_event_stream(folder, facts, request.now);
    Ok(node.changed_events(id, request.now, |_| {}).into())
}

/// PUT /event.json
pub(super) fn update(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let id = body.get("id").filter(|id| !id.is_null());
    let id = id.ok_or_else(|| Failure::bad_request("Invalid request: specify id"))?;
    let stream = node
        .event_streams
        .get(json_id(id)?)
        .ok_or_else(Failure::no_stream)?;
    let attributes = attributes_of(&body)?;
    let (id, folder, mut facts) = (stream.id, stream.folder, stream.facts.clone());
    let before = facts.name.clone();
    facts.update(attributes).map_err(refused_change)?;
    if facts.name != before && node.has_stream(folder, &facts.name) {
        return Err(refused_change(Invalid::specification(
            "stream with the same name exists in the folder",
        )));
    }
    Ok(node
        .changed_events(id, request.now, |stream| stream.facts = facts)
        .into())
}

/// PUT /event/move.json
pub(super) fn relocate(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let id = node.event_stream_in(&body, "src_path", "src_id")?;
    let name = node
        .event_streams
        .get(id)
        .map(|stream| stream.facts.name.clone());
    let to = place(node, &body, &name.unwrap_or_default(), request.now)?;
    let stream = node.changed_events(id, request.now, |stream| stream.folder = to);
    Ok(json!({"stream": stream}).into())
}

/// DELETE /event.json
pub(super) fn delete(node: &mut Node, request: &Request) -> Answer {
    let stream = node.event_stream(request)?;
    let (id, folder) = (stream.id, stream.folder);
    node.event_streams.remove(id);
    node.touch(folder, request.now);
    Ok(Reply::ok())
}
