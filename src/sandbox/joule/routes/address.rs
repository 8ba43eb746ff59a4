//! What a request is about: a stream, a folder, a destination, by path or by id.

use serde_json::{Map, Value};

use crate::sandbox::joule::{
    model::{
        data_stream::{DataFacts, DataStream},
        destination::Destination,
        event_stream::{EventFacts, EventStream},
        kind::Kind,
        node::Node,
        stream::Stream,
        tree::parse_path,
    },
    wire::{
        error::Failure,
        id::{json_id, parse_id},
        request::Request,
    },
};

/// The data stream that the query names.
pub(crate) fn data_stream<'a>(
    node: &'a mut Node,
    request: &Request,
) -> Result<&'a mut DataStream, Failure> {
    stream::<DataFacts>(node, request)
}

/// The event stream that the query names.
pub(crate) fn event_stream<'a>(
    node: &'a mut Node,
    request: &Request,
) -> Result<&'a mut EventStream, Failure> {
    stream::<EventFacts>(node, request)
}

/// The stream of this kind that the query names.
pub(crate) fn stream<'a, F: Kind>(
    node: &'a mut Node,
    request: &Request,
) -> Result<&'a mut Stream<F>, Failure> {
    let id = match (request.query("path"), request.query("id")) {
        (Some(path), _) => node.stream_at::<F>(path),
        (None, Some(id)) => Some(parse_id(id)?),
        (None, None) => return Err(Failure::unaddressed()),
    };
    numbered(node, id)
}

/// The stream that a body names by members of these names; `nothing` is what Joule says where neither is there.
pub(crate) fn stream_in_body<'a, F: Kind>(
    node: &'a mut Node,
    body: &Map<String, Value>,
    (path, id): (&str, &str),
    nothing: &str,
) -> Result<&'a mut Stream<F>, Failure> {
    let id = match (body.get(path), body.get(id)) {
        (Some(path), _) => node.stream_at::<F>(path.as_str().unwrap_or_default()),
        (None, Some(id)) => Some(json_id(id)?),
        (None, None) => return Err(Failure::bad_request(nothing)),
    };
    numbered(node, id)
}

/// The stream with this number.
pub(crate) fn numbered<F: Kind>(
    node: &mut Node,
    id: Option<i64>,
) -> Result<&mut Stream<F>, Failure> {
    let stream = id.and_then(|id| F::records_mut(node).get_mut(id));
    stream.ok_or_else(Failure::no_stream)
}

/// The folder that the query names.
pub(crate) fn folder(node: &Node, request: &Request) -> Result<i64, Failure> {
    let found = match (request.query("path"), request.query("id")) {
        (Some(path), _) => folder_at(node, path)?,
        (None, Some(id)) => node.folders.get(parse_id(id)?).map(|folder| folder.id),
        (None, None) => return Err(Failure::unaddressed()),
    };
    found.ok_or_else(Failure::no_folder)
}

/// The folder that a body names by `src_path` or `src_id`.
pub(crate) fn moved_folder(node: &Node, body: &Map<String, Value>) -> Result<i64, Failure> {
    let found = match (body.get("src_path"), body.get("src_id")) {
        (Some(path), _) => folder_at(node, path.as_str().unwrap_or_default())?,
        (None, Some(id)) => node.folders.get(json_id(id)?).map(|folder| folder.id),
        (None, None) => return Err(Failure::unaddressed()),
    };
    found.ok_or_else(Failure::no_folder)
}

fn folder_at(node: &Node, path: &str) -> Result<Option<i64>, Failure> {
    let names = parse_path(path)
        .map_err(|error| Failure::uncaught(format!("joule.errors.ConfigurationError: {error}")))?;
    Ok(node.folder_at(&names))
}

/// The destination that a body names by `dest_path` or `dest_id`.
pub(crate) fn destination(node: &Node, body: &Map<String, Value>) -> Result<Destination, Failure> {
    match (body.get("dest_path"), body.get("dest_id")) {
        (Some(path), _) => Destination::at(node, path.as_str().unwrap_or_default())
            .map_err(|error| Failure::bad_request(format!("Destination error: {error}"))),
        (None, Some(id)) => {
            let folder = node.folders.get(json_id(id)?);
            let nearest = folder.map(|folder| folder.id).ok_or_else(|| {
                Failure::uncaught("AttributeError: 'NoneType' object has no attribute 'children'")
            })?;
            Ok(Destination::folder(nearest))
        }
        (None, None) => Err(Failure::bad_request("specify a destination")),
    }
}
