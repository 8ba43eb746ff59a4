//! Streams of either kind: made, told of, changed, moved and removed.

use serde_json::{Value, json};

use super::address;
use super::unread::Unread;
use crate::sandbox::joule::{
    model::{
        node::{self, Node},
        stream::Stream,
        time::Micros,
    },
    wire::{
        Answer,
        attributes::Invalid,
        error::Failure,
        id::json_id,
        reply::Reply,
        request::Request,
        stream::{self, Described},
    },
};
use crate::sandbox::lock;

/// GET /stream.json
pub(crate) async fn get_data(unread: Unread) -> Answer {
    let Unread { node, request, .. } = unread;
    let with_info = request.query("no-info").is_none();
    let _connection = match with_info {
        true => node::connection(&node).await,
        false => None,
    };
    let mut node = lock(&node);
    let stream = address::data_stream(&mut node, &request)?;
    Ok(stream::to_json(stream, with_info)?.into())
}

/// GET /event.json
pub(crate) fn get_events(node: &mut Node, request: &Request) -> Answer {
    let stream = address::event_stream(node, request)?;
    Ok(stream::to_json(stream, true)?.into())
}

/// POST /stream.json, /event.json
pub(crate) fn create<F: Described>(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let Some(stream) = body.get("stream") else {
        return Err(Failure::bad_request("provide a stream"));
    };
    let destination = address::destination(node, &body)?;
    let refused = |invalid: Invalid| F::refused(invalid.of_creation());
    let facts = F::parse(stream).map_err(refused)?;
    if destination.has_stream(node, facts.name()) {
        return Err(refused(namesake()));
    }
    let folder = destination.make(node, request.now);
    let id = node.add_stream(folder, facts, request.now);
    Ok(changed::<F>(node, id, request.now, |_| {})?.into())
}

/// PUT /stream.json, /event.json
pub(crate) fn update<F: Described>(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let id = body.get("id");
    let id = id.filter(|id| !(F::NULL_IS_NO_ID && id.is_null()));
    let id = id.ok_or_else(|| Failure::bad_request("Invalid request: specify id"))?;
    let stream = F::records(node).get(json_id(id)?);
    let stream = stream.ok_or_else(Failure::no_stream)?;
    unlocked(stream)?;
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
    Ok(changed(node, id, request.now, change)?.into())
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
pub(crate) fn relocate<F: Described>(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let source = ("src_path", "src_id");
    let stream = address::stream_in_body::<F>(node, &body, source, F::NO_SOURCE)?;
    unlocked(stream)?;
    let (id, from, name) = (stream.id, stream.folder, stream.facts.name().to_owned());
    let destination = address::destination(node, &body)?;
    if destination.has_stream(node, &name) {
        let why = "stream with the same name exists in the destination folder";
        return Err(Failure::bad_request(why));
    }
    let to = destination.make(node, request.now);
    node.touch(from, request.now);
    let stream = changed(node, id, request.now, |stream: &mut Stream<F>| {
        stream.folder = to
    })?;
    Ok(json!({"stream": stream}).into())
}

/// DELETE /stream.json, /event.json
pub(crate) fn delete<F: Described>(node: &mut Node, request: &Request) -> Answer {
    let stream = address::stream::<F>(node, request)?;
    unlocked(stream)?;
    let (id, folder) = (stream.id, stream.folder);
    node.remove_streams(|stream: &Stream<F>| stream.id == id);
    node.touch(folder, request.now);
    Ok(Reply::ok())
}

fn unlocked<F: Described>(stream: &Stream<F>) -> Result<(), Failure> {
    match stream.is_locked() {
        true => Err(Failure::bad_request("stream is locked")),
        false => Ok(()),
    }
}

/// Changes a stream, and gives it back as JSON.
fn changed<F: Described>(
    node: &mut Node,
    id: i64,
    now: Micros,
    change: impl FnOnce(&mut Stream<F>),
) -> Result<Value, Failure> {
    let stream = address::numbered(node, Some(id))?;
    change(stream);
    stream.updated_at = now;
    let (folder, json) = (stream.folder, stream::to_json(stream, false)?);
    node.touch(folder, now);
    Ok(json)
}
