//! Data streams: what is known of them, apart from their rows.

use serde_json::{Map, Value, json};

use super::attributes::{self, Attributes, Invalid, wrong_type};
use super::element::Element;
use super::error::Failure;
use super::layout::{Datatype, Layout};
use super::node::Node;
use super::path::{Destination, Kind};
use super::records::{json_id, parse_id};
use super::reply::{Answer, Reply};
use super::request::Request;
use super::source::Source;
use super::time::{Micros, iso};

/// A data stream.
#[derive(Debug)]
pub(super) struct DataStream {
    pub(super) id: i64,
    pub(super) folder: i64,
    pub(super) facts: Facts,
    /// Whether a configuration file describes it.
    pub(super) is_configured: bool,
    /// Whether something writes to it.
    pub(super) is_destination: bool,
    pub(super) source: Source,
    updated_at: Micros,
}

/// What can be said of a data stream when it is made, and much of it changed later.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) datatype: Datatype,
    /// µs for which rows are kept; -1 for ever.
    pub(super) keep_us: i64,
    pub(super) decimate: bool,
    pub(super) elements: Vec<Element>,
}

impl DataStream {
    pub(super) fn layout(&self) -> Layout {
        Layout {
            datatype: self.facts.datatype,
            width: self.facts.elements.len(),
        }
    }

    /// No stream is the source of another here: who writes makes it active.
    pub(super) fn is_active(&self) -> bool {
        self.is_destination
    }

    pub(super) fn is_locked(&self) -> bool {
        self.is_configured || self.is_active()
    }

    pub(super) fn to_json(&self, with_info: bool) -> Value {
        let elements = self.facts.elements.iter().enumerate();
        let elements = elements.map(|(index, element)| element.to_json(index));
        let mut json = json!({
            "id": self.id,
            "name": self.facts.name,
            "description": self.facts.description,
            "datatype": self.facts.datatype.name(),
            "layout": self.layout().to_string(),
            "keep_us": self.facts.keep_us,
            "is_configured": self.is_configured,
            "is_source": false,
            "is_destination": self.is_destination,
            "updated_at": iso(self.updated_at),
            "locked": self.is_locked(),
            "active": self.is_active(),
            "decimate": self.facts.decimate,
            "elements": elements.collect::<Value>(),
        });
        if with_info && let Value::Object(members) = &mut json {
            members.insert("data_info".to_owned(), self.source.info());
        }
        json
    }
}

impl Facts {
    /// From an object that must have every member.
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let attributes = Attributes::of(value)?;
        let elements = attributes.require("elements")?;
        let elements = elements.as_array().ok_or_else(|| wrong_type(elements))?;
        let elements: Vec<Element> = elements
            .iter()
            .map(Element::parse)
            .collect::<Result<_, _>>()?;
        attributes.require("id")?;
        let name = attributes.name()?;
        let description = attributes::text(attributes.require("description")?)?;
        let datatype = datatype(attributes.require("datatype")?)?;
        let keep_us = attributes::integer(attributes.require("keep_us")?)?;
        let decimate = attributes.require("decimate")?;
        for flag in ["is_configured", "is_source", "is_destination"] {
            attributes.require(flag)?;
        }
        if elements.is_empty() {
            return Err(Invalid::specification(
                "stream must have at least one element",
            ));
        }
        let mut names: Vec<&str> = elements
            .iter()
            .map(|element| element.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != elements.len() {
            return Err(Invalid::specification("element names must be unique"));
        }
        Ok(Self {
            name,
            description,
            datatype,
            keep_us,
            decimate: decimate.as_bool().ok_or_else(|| wrong_type(decimate))?,
            elements,
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
        if let Some(keep_us) = attributes.get("keep_us") {
            self.keep_us = attributes::integer(keep_us)?;
        }
        if let Some(decimate) = attributes.get("decimate") {
            self.decimate = decimate.as_bool().ok_or_else(|| wrong_type(decimate))?;
        }
        if let Some(elements) = attributes.get("elements") {
            let changes = elements.as_array().ok_or_else(|| wrong_type(elements))?;
            if changes.len() != self.elements.len() {
                return Err(Invalid::specification("incorrect number of elements"));
            }
            for (element, change) in self.elements.iter_mut().zip(changes) {
                element.update(change)?;
            }
        }
        Ok(())
    }
}

fn datatype(value: &Value) -> Result<Datatype, Invalid> {
    let text = value.as_str().ok_or_else(|| wrong_type(value))?;
    Datatype::named(text).ok_or_else(|| {
        let text = text.to_uppercase();
        let choice = Datatype::ALL.map(Datatype::name).join(", ");
        Invalid::Specification(format!("invalid datatype [{text}], choose from [{choice}]"))
    })
}

impl Node {
    pub(super) fn add_data_stream(&mut self, folder: i64, mut facts: Facts, now: Micros) -> i64 {
        for element in &mut facts.elements {
            self.elements_given += 1;
            element.id = self.elements_given;
        }
        self.touch(folder, now);
        self.data_streams.add(|id| DataStream {
            id,
            folder,
            facts,
            is_configured: false,
            is_destination: false,
            source: Source::Empty,
            updated_at: now,
        })
    }

    /// Removes a stream with its rows and annotations.
    pub(super) fn remove_data_stream(&mut self, id: i64) {
        self.data_streams.remove(id);
        self.annotations
            .retain(|annotation| annotation.stream != id);
    }

    /// The number of the data stream that the query names.
    pub(super) fn data_stream_id(&self, request: &Request) -> Result<i64, Failure> {
        let id = match (request.query("path"), request.query("id")) {
            (Some(path), _) => self.stream_at(path, Kind::Data),
            (None, Some(id)) => Some(parse_id(id)?),
            (None, None) => return Err(Failure::unaddressed()),
        };
        id.ok_or_else(Failure::no_stream)
    }

    /// The data stream that the query names.
    pub(super) fn data_stream(&mut self, request: &Request) -> Result<&mut DataStream, Failure> {
        let id = self.data_stream_id(request)?;
        self.data_streams.get_mut(id).ok_or_else(Failure::no_stream)
    }

    /// Changes a stream, and gives it back as JSON.
    fn changed(&mut self, id: i64, now: Micros, change: impl FnOnce(&mut DataStream)) -> Value {
        let Some(stream) = self.data_streams.get_mut(id) else {
            return Value::Null;
        };
        change(stream);
        stream.updated_at = now;
        let (folder, json) = (stream.folder, stream.to_json(false));
        self.touch(folder, now);
        json
    }
}

/// GET /stream.json
pub(super) fn get(node: &mut Node, request: &Request) -> Answer {
    let with_info = request.query("no-info").is_none();
    Ok(node.data_stream(request)?.to_json(with_info).into())
}

/// POST /stream.json
pub(super) fn create(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let Some(stream) = body.get("stream") else {
        return Err(Failure::bad_request("provide a stream"));
    };
    let destination = Destination::parse(node, &body)?;
    let facts = Facts::parse(stream).and_then(|facts| {
        let there = destination.existing();
        match there.is_some_and(|folder| node.has_stream(folder, &facts.name)) {
            true => Err(Invalid::specification(
                "stream with the same name exists in the folder",
            )),
            false => Ok(facts),
        }
    });
    let facts = facts.map_err(|invalid| Failure::bad_request(invalid.of_creation()))?;
    let folder = destination.make(node, request.now);
    let id = node.add_data_stream(folder, facts, request.now);
    Ok(node.changed(id, request.now, |_| {}).into())
}

/// PUT /stream.json
pub(super) fn update(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let Some(id) = body.get("id") else {
        return Err(Failure::bad_request("Invalid request: specify id"));
    };
    let stream = node
        .data_streams
        .get(json_id(id)?)
        .ok_or_else(Failure::no_stream)?;
    if stream.is_locked() {
        return Err(Failure::locked_stream());
    }
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
        .changed(id, request.now, |stream| stream.facts = facts)
        .into())
}

/// The member `stream` of a change.
pub(super) fn attributes_of(body: &Map<String, Value>) -> Result<&Value, Failure> {
    let Some(attributes) = body.get("stream") else {
        return Err(Failure::bad_request(
            "Invalid request: specify stream as JSON",
        ));
    };
    match attributes {
        Value::String(_) => Err(Failure::bad_request(
            "error: [stream] attribute must be JSON",
        )),
        attributes => Ok(attributes),
    }
}

/// Why a stream is not changed so.
pub(super) fn refused_change(invalid: Invalid) -> Failure {
    match invalid {
        Invalid::Specification(why) => {
            Failure::bad_request(format!("Invalid stream specification: {why}"))
        }
        Invalid::Missing(why) | Invalid::Type(why) => Failure::uncaught(why),
    }
}

/// PUT /stream/move.json
pub(super) fn relocate(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let id = match (body.get("src_path"), body.get("src_id")) {
        (Some(path), _) => node.stream_at(path.as_str().unwrap_or_default(), Kind::Data),
        (None, Some(id)) => Some(json_id(id)?),
        (None, None) => return Err(Failure::bad_request("specify a source id or a path")),
    };
    let stream = id
        .and_then(|id| node.data_streams.get(id))
        .ok_or_else(Failure::no_stream)?;
    if stream.is_locked() {
        return Err(Failure::locked_stream());
    }
    let (id, name) = (stream.id, stream.facts.name.clone());
    let to = place(node, &body, &name, request.now)?;
    let stream = node.changed(id, request.now, |stream| stream.folder = to);
    Ok(json!({"stream": stream}).into())
}

/// The folder to which a stream of that name is moved.
pub(super) fn place(
    node: &mut Node,
    body: &Map<String, Value>,
    name: &str,
    now: Micros,
) -> Result<i64, Failure> {
    let destination = Destination::parse(node, body)?;
    if destination
        .existing()
        .is_some_and(|folder| node.has_stream(folder, name))
    {
        return Err(Failure::bad_request(
            "stream with the same name exists in the destination folder",
        ));
    }
    Ok(destination.make(node, now))
}

/// DELETE /stream.json
pub(super) fn delete(node: &mut Node, request: &Request) -> Answer {
    let stream = node.data_stream(request)?;
    if stream.is_locked() {
        return Err(Failure::locked_stream());
    }
    let (id, folder) = (stream.id, stream.folder);
    node.remove_data_stream(id);
    node.touch(folder, request.now);
    Ok(Reply::ok())
}
