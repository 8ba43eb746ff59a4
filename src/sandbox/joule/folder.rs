//! Folders: the tree in which streams are found.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::attributes::{Attributes, Invalid};
use super::connections;
use super::data_stream::DataStream;
use super::error::Failure;
use super::event_stream::EventStream;
use super::node::Node;
use super::path::{Destination, parse_path};
use super::records::{json_id, parse_id};
use super::reply::{Answer, Reply};
use super::request::Request;
use super::router::Visit;
use super::time::{Micros, iso};
use crate::sandbox::lock;

/// The number of the root.
pub(super) const ROOT: i64 = 1;

/// A folder of the tree.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) id: i64,
    /// `None` of the root only.
    pub(super) parent: Option<i64>,
    pub(super) name: String,
    description: Option<String>,
    updated_at: Micros,
}

impl Folder {
    pub(super) fn root(now: Micros) -> Self {
        Self {
            id: ROOT,
            parent: None,
            name: "root".to_owned(),
            description: None,
            updated_at: now,
        }
    }

    pub(super) fn new(id: i64, parent: i64, name: &str, now: Micros) -> Self {
        Self {
            id,
            parent: Some(parent),
            name: name.to_owned(),
            ..Self::root(now)
        }
    }
}

impl Node {
    pub(super) fn children(&self, parent: i64) -> impl Iterator<Item = &Folder> {
        self.folders
            .iter()
            .filter(move |folder| folder.parent == Some(parent))
    }

    pub(super) fn child(&self, parent: i64, name: &str) -> Option<&Folder> {
        self.children(parent).find(|folder| folder.name == name)
    }

    /// Sets the time of the last change of a folder and of those above it.
    pub(super) fn touch(&mut self, folder: i64, now: Micros) {
        let mut next = Some(folder);
        while let Some(folder) = next.and_then(|id| self.folders.get_mut(id)) {
            folder.updated_at = now;
            next = folder.parent;
        }
    }

    /// The numbers of the streams of that name, of either kind, in the folder.
    pub(super) fn streams_named(&self, folder: i64, name: &str) -> impl Iterator<Item = i64> {
        let data = self.data_streams.iter();
        let data = data.map(|stream| (stream.id, stream.folder, &stream.facts.name));
        let events = self.event_streams.iter();
        let events = events.map(|stream| (stream.id, stream.folder, &stream.facts.name));
        let named = move |(id, place, other): (i64, i64, &String)| {
            (place == folder && other == name).then_some(id)
        };
        data.chain(events).filter_map(named)
    }

    fn is_locked(&self, folder: i64) -> bool {
        let mut streams = self
            .data_streams
            .iter()
            .filter(|stream| stream.folder == folder);
        folder == ROOT
            || streams.any(|stream| stream.is_locked())
            || self.children(folder).any(|child| self.is_locked(child.id))
    }

    fn is_below(&self, folder: i64, above: i64) -> bool {
        let mut next = Some(folder);
        while let Some(id) = next {
            if id == above {
                return true;
            }
            next = self.folders.get(id).and_then(|folder| folder.parent);
        }
        false
    }

    fn folder_json(&self, id: i64, with_info: bool) -> Result<Value, Failure> {
        let folder = self.folders.get(id).ok_or_else(Failure::no_folder)?;
        let children = self.children(id);
        let children = children.map(|child| self.folder_json(child.id, with_info));
        let streams = self.data_streams.iter();
        let streams = streams.filter(|stream| stream.folder == id);
        let streams = streams.map(|stream| stream.to_json(with_info));
        let events = self.event_streams.iter();
        let events = events.filter(|stream| stream.folder == id);
        let events = events.map(|stream| stream.to_json(with_info));
        Ok(json!({
            "id": id,
            "name": folder.name,
            "description": folder.description,
            "locked": self.is_locked(id),
            "updated_at": iso(folder.updated_at),
            "children": children.collect::<Result<Value, _>>()?,
            "streams": streams.collect::<Result<Value, _>>()?,
            "event_streams": events.collect::<Result<Value, _>>()?,
        }))
    }

    /// The folder that the query names.
    fn folder_of(&self, request: &Request) -> Result<i64, Failure> {
        let found = match (request.query("path"), request.query("id")) {
            (Some(path), _) => {
                let segments = parse_path(path).map_err(|error| {
                    Failure::uncaught(format!("joule.errors.ConfigurationError: {error}"))
                })?;
                self.folder_at(&segments)
            }
            (None, Some(id)) => self.folders.get(parse_id(id)?).map(|folder| folder.id),
            (None, None) => return Err(Failure::unaddressed()),
        };
        found.ok_or_else(Failure::no_folder)
    }

    /// Removes a folder with its streams and all that is below it.
    fn remove_folder(&mut self, id: i64) {
        let children: Vec<i64> = self.children(id).map(|child| child.id).collect();
        for child in children {
            self.remove_folder(child);
        }
        self.remove_streams(|stream: &DataStream| stream.folder == id);
        self.remove_streams(|stream: &EventStream| stream.folder == id);
        self.folders.remove(id);
    }
}

/// GET /folders.json
pub(super) async fn tree(visit: Visit) -> Answer {
    let with_info = visit.request.query("data-info").is_some();
    let _connection = match with_info {
        true => connections::free(&visit.node).await,
        false => None,
    };
    let node = lock(&visit.node);
    let mut tree = node.folder_json(ROOT, with_info)?;
    let active = node
        .data_streams
        .iter()
        .filter(|stream| stream.is_destination);
    let active: Value = active.map(|stream| stream.id).collect();
    if let Value::Object(members) = &mut tree {
        members.insert("active_data_streams".to_owned(), active);
    }
    Ok(tree.into())
}

/// GET /folder.json
pub(super) fn get(node: &mut Node, request: &Request) -> Answer {
    let folder = node.folder_of(request)?;
    Ok(node.folder_json(folder, false)?.into())
}

/// PUT /folder/move.json
pub(super) fn relocate(node: &mut Node, request: &Request) -> Answer {
    let body = request.trusted_json()?;
    let id = moved(node, &body)?;
    if node.is_locked(id) {
        return Err(Failure::bad_request("folder is locked"));
    }
    let destination = Destination::parse(node, &body)?;
    let name = node.folders.get(id).map(|folder| folder.name.clone());
    let name = name.unwrap_or_default();
    if destination
        .existing()
        .is_some_and(|there| node.child(there, &name).is_some())
    {
        return Err(Failure::bad_request(
            "a folder with this name is in the destination folder",
        ));
    }
    if node.is_below(destination.nearest(), id) {
        return Err(Failure::bad_request(
            "cannot place a parent in a child folder",
        ));
    }
    let from = node.folders.get(id).and_then(|folder| folder.parent);
    if let Some(from) = from {
        node.touch(from, request.now);
    }
    let to = destination.make(node, request.now);
    if let Some(folder) = node.folders.get_mut(id) {
        folder.parent = Some(to);
    }
    node.touch(id, request.now);
    // The member is called so by Joule.
    Ok(json!({"stream": node.folder_json(id, false)?}).into())
}

fn moved(node: &Node, body: &Map<String, Value>) -> Result<i64, Failure> {
    let found = match (body.get("src_path"), body.get("src_id")) {
        (Some(path), _) => {
            let path = path.as_str().unwrap_or_default();
            let segments = parse_path(path).map_err(|error| {
                Failure::uncaught(format!("joule.errors.ConfigurationError: {error}"))
            })?;
            node.folder_at(&segments)
        }
        (None, Some(id)) => node.folders.get(json_id(id)?).map(|folder| folder.id),
        (None, None) => return Err(Failure::unaddressed()),
    };
    found.ok_or_else(Failure::no_folder)
}

/// PUT /folder.json; only name and description are read
pub(super) fn update(node: &mut Node, request: &Request) -> Answer {
    let body = request.trusted_json()?;
    let Some(id) = body.get("id") else {
        return Err(Failure::bad_request("Invalid request: specify id"));
    };
    let Some(mut folder) = node.folders.get(json_id(id)?).cloned() else {
        return Err(Failure::no_folder());
    };
    let id = folder.id;
    if node.is_locked(id) {
        return Err(Failure::bad_request("folder is locked"));
    }
    let Some(attributes) = body.get("folder") else {
        return Err(Failure::bad_request(
            "Invalid request: specify folder as JSON",
        ));
    };
    let changed = Attributes::of(attributes)
        .and_then(|attributes| attributes.rename(&mut folder.name, &mut folder.description));
    changed.map_err(|invalid| match invalid {
        Invalid::Specification(why) => Failure::bad_request(format!("error: {why}")),
        Invalid::Missing(why) | Invalid::Type(why) => Failure::uncaught(why),
    })?;
    let twin = node.child(folder.parent.unwrap_or(ROOT), &folder.name);
    if twin.is_some_and(|twin| twin.id != id) {
        return Err(Failure::bare(
            StatusCode::BAD_REQUEST,
            "a folder with this name is in the destination folder",
        ));
    }
    if let Some(place) = node.folders.get_mut(id) {
        *place = folder;
    }
    node.touch(id, request.now);
    Ok(node.folder_json(id, false)?.into())
}

/// DELETE /folder.json; streams of the folder go with it even where its folders would not
pub(super) fn delete(node: &mut Node, request: &Request) -> Answer {
    let id = node.folder_of(request)?;
    if node.is_locked(id) {
        return Err(Failure::bad_request("folder is locked"));
    }
    if request.query("recursive") != Some("1") && node.children(id).next().is_some() {
        return Err(Failure::bad_request(
            "specify [recursive] or remove child folders first",
        ));
    }
    let parent = node.folders.get(id).and_then(|folder| folder.parent);
    node.remove_folder(id);
    if let Some(parent) = parent {
        node.touch(parent, request.now);
    }
    Ok(Reply::ok())
}
