//! Streams of either kind: how they are found, made, changed, moved and removed.

use std::fmt::Debug;

use serde_json::{Map, Value, json};

use super::attributes::Invalid;
use super::error::Failure;
use super::node::Node;
use super::path::Destination;
use super::records::{Records, json_id, parse_id};
use super::reply::{Answer, Reply};
use super::request::Request;
use super::time::Micros;

/// A stream, of the kind that its facts tell.
#[derive(Debug)]
pub(super) struct Stream<F: Facts> {
    pub(super) id: i64,
    pub(super) folder: i64,
    pub(super) facts: F,
    /// Whether a configuration file describes it.
    pub(super) is_configured: bool,
    /// Whether something writes to it; to event streams nothing does for long.
    pub(super) is_destination: bool,
    pub(super) content: F::Content,
    pub(super) updated_at: Micros,
}

/// What can be said of a stream when it is made, and in what the kinds of streams differ.
pub(super) trait Facts: Clone + Debug {
    /// What is in such a stream.
    type Content: Debug + Default;

    /// What Joule says of a move that names no stream.
    const NO_SOURCE: &'static str;
    /// Whether a change whose id is `null` has none; if not, it is the id of no stream.
    const NULL_IS_NO_ID: bool;

    fn records(node: &Node) -> &Records<Stream<Self>>;
    fn records_mut(node: &mut Node) -> &mut Records<Stream<Self>>;

    fn name(&self) -> &str;

    /// From an object that must have every member.
    fn parse(value: &Value) -> Result<Self, Invalid>;

    /// Takes over the members that are there.
    fn update(&mut self, value: &Value) -> Result<(), Invalid>;

    /// The form in which a stream is not made.
    fn refused(why: String) -> Failure;

    /// Takes from the node what a new stream needs.
    fn enter(&mut self, _node: &mut Node) {}

    /// All but `data_info`.
    fn to_json(stream: &Stream<Self>) -> Value;

    /// `data_info`
    fn info(stream: &Stream<Self>) -> Result<Value, Failure>;
}

impl<F: Facts> Stream<F> {
    pub(super) fn is_locked(&self) -> bool {
        self.is_configured || self.is_destination
    }

    fn unlocked(&self) -> Result<(), Failure> {
        match self.is_locked() {
            true => Err(Failure::bad_request("stream is locked")),
            false => Ok(()),
        }
    }

    pub(super) fn to_json(&self, with_info: bool) -> Result<Value, Failure> {
        let mut json = F::to_json(self);
        if with_info && let Value::Object(members) = &mut json {
            members.insert("data_info".to_owned(), F::info(self)?);
        }
        Ok(json)
    }

    /// The stream that the query names.
    pub(super) fn of<'a>(node: &'a mut Node, request: &Request) -> Result<&'a mut Self, Failure> {
        let id = match (request.query("path"), request.query("id")) {
            (Some(path), _) => Self::at(node, path),
            (None, Some(id)) => Some(parse_id(id)?),
            (None, None) => return Err(Failure::unaddressed()),
        };
        Self::numbered(node, id)
    }

    fn numbered(node: &mut Node, id: Option<i64>) -> Result<&mut Self, Failure> {
        let stream = id.and_then(|id| F::records_mut(node).get_mut(id));
        stream.ok_or_else(Failure::no_stream)
    }

    /// The stream that a body names by members of these names; `nothing` is what Joule says where neither is there.
    pub(super) fn in_body<'a>(
        node: &'a mut Node,
        body: &Map<String, Value>,
        (path, id): (&str, &str),
        nothing: &str,
    ) -> Result<&'a mut Self, Failure> {
        let id = match (body.get(path), body.get(id)) {
            (Some(path), _) => Self::at(node, path.as_str().unwrap_or_default()),
            (None, Some(id)) => Some(json_id(id)?),
            (None, None) => return Err(Failure::bad_request(nothing)),
        };
        Self::numbered(node, id)
    }

    /// The number of the stream at a path, if it is of this kind. What begins the path does not matter to Joule.
    pub(super) fn at(node: &Node, path: &str) -> Option<i64> {
        let mut characters = path.chars();
        characters.next();
        let mut names: Vec<&str> = characters.as_str().split('/').collect();
        let name = names.pop()?;
        let folder = node.folder_at(&names)?;
        let mut streams = F::records(node).iter();
        let found = streams.find(|stream| stream.folder == folder && stream.facts.name() == name);
        found.map(|stream| stream.id)
    }
}

impl Node {
    pub(super) fn add_stream<F: Facts>(&mut self, folder: i64, mut facts: F, now: Micros) -> i64 {
        facts.enter(self);
        self.touch(folder, now);
        F::records_mut(self).add(|id| Stream {
            id,
            folder,
            facts,
            is_configured: false,
            is_destination: false,
            content: F::Content::default(),
            updated_at: now,
        })
    }

    /// Makes a stream under the last name of a path, and the folders on the way to it; `None` where the path is none or is
    /// taken.
    pub(super) fn add_stream_at<F: Facts>(
        &mut self,
        path: &str,
        facts: impl FnOnce(&str) -> F,
        now: Micros,
    ) -> Option<i64> {
        let (folder, name) = path.rsplit_once('/')?;
        let folder = if folder.is_empty() { "/" } else { folder };
        let destination = Destination::at(self, folder).ok()?;
        if name.is_empty() || destination.has_stream(self, name) {
            return None;
        }
        let folder = destination.make(self, now);
        Some(self.add_stream(folder, facts(name), now))
    }

    /// Removes streams with what is in them, and their annotations.
    pub(super) fn remove_streams<F: Facts>(&mut self, gone: impl Fn(&Stream<F>) -> bool) {
        F::records_mut(self).retain(|stream| !gone(stream));
        let data_streams = &self.data_streams;
        self.annotations
            .retain(|annotation| data_streams.get(annotation.stream).is_some());
    }

    /// Changes a stream, and gives it back as JSON.
    fn changed<F: Facts>(
        &mut self,
        id: i64,
        now: Micros,
        change: impl FnOnce(&mut Stream<F>),
    ) -> Result<Value, Failure> {
        let stream = Stream::<F>::numbered(self, Some(id))?;
        change(stream);
        stream.updated_at = now;
        let (folder, json) = (stream.folder, stream.to_json(false)?);
        self.touch(folder, now);
        Ok(json)
    }
}

/// POST /stream.json, /event.json
pub(super) fn create<F: Facts>(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let Some(stream) = body.get("stream") else {
        return Err(Failure::bad_request("provide a stream"));
    };
    let destination = Destination::parse(node, &body)?;
    let refused = |invalid: Invalid| F::refused(invalid.of_creation());
    let facts = F::parse(stream).map_err(refused)?;
    if destination.has_stream(node, facts.name()) {
        return Err(refused(namesake()));
    }
    let folder = destination.make(node, request.now);
    let id = node.add_stream(folder, facts, request.now);
    Ok(node.changed::<F>(id, request.now, |_| {})?.into())
}

/// PUT /stream.json, /event.json
pub(super) fn update<F: Facts>(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let id = body.get("id");
    let id = id.filter(|id| !(F::NULL_IS_NO_ID && id.is_null()));
    let id = id.ok_or_else(|| Failure::bad_request("Invalid request: specify id"))?;
    let stream = F::records(node).get(json_id(id)?);
    let stream = stream.ok_or_else(Failure::no_stream)?;
    stream.unlocked()?;
    let attributes = match body.get("stream") {
        None => {
            let why = "Invalid request: specify stream as JSON";
            return Err(Failure::bad_request(why));
        }
        Some(Value::String(_)) => {
            let why = "error: [stream] attribute must be JSON";
            return Err(Failure::bad_request(why));
        }
        Some(attributes) => attributes,
    };
    let (id, mut facts) = (stream.id, stream.facts.clone());
    facts.update(attributes).map_err(refused_change)?;
    // Joule compares numbers of both kinds: a stream may take the name of its namesake in number.
    let mut namesakes = node.streams_named(stream.folder, facts.name());
    if namesakes.any(|other| other != id) {
        return Err(refused_change(namesake()));
    }
    drop(namesakes);
    let change = |stream: &mut Stream<F>| stream.facts = facts;
    Ok(node.changed(id, request.now, change)?.into())
}

/// Why a stream is not changed so.
fn refused_change(invalid: Invalid) -> Failure {
    match invalid {
        Invalid::Specification(why) => {
            Failure::bad_request(format!("Invalid stream specification: {why}"))
        }
        Invalid::Missing(why) | Invalid::Type(why) => Failure::uncaught(why),
    }
}

/// A stream of the same name, of either kind, is there.
fn namesake() -> Invalid {
    Invalid::specification("stream with the same name exists in the folder")
}

/// PUT /stream/move.json, /event/move.json
pub(super) fn relocate<F: Facts>(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let source = ("src_path", "src_id");
    let stream = Stream::<F>::in_body(node, &body, source, F::NO_SOURCE)?;
    stream.unlocked()?;
    let (id, from, name) = (stream.id, stream.folder, stream.facts.name().to_owned());
    let destination = Destination::parse(node, &body)?;
    if destination.has_stream(node, &name) {
        let why = "stream with the same name exists in the destination folder";
        return Err(Failure::bad_request(why));
    }
    let to = destination.make(node, request.now);
    node.touch(from, request.now);
    let stream = node.changed(id, request.now, |stream: &mut Stream<F>| stream.folder = to)?;
    Ok(json!({"stream": stream}).into())
}

/// DELETE /stream.json, /event.json
pub(super) fn delete<F: Facts>(node: &mut Node, request: &Request) -> Answer {
    let stream = Stream::<F>::of(node, request)?;
    stream.unlocked()?;
    let (id, folder) = (stream.id, stream.folder);
    node.remove_streams(|stream: &Stream<F>| stream.id == id);
    node.touch(folder, request.now);
    Ok(Reply::ok())
}
