//! Folders: the tree that is listed, moved, changed and removed.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::address;
use super::unread::Unread;
use crate::sandbox::joule::{
    model::{
        folder::ROOT,
        node::{self, Node},
        time::iso,
    },
    wire::{
        Answer,
        attributes::{Attributes, Invalid},
        error::Failure,
        id::json_id,
        reply::Reply,
        request::Request,
        stream,
    },
};
use crate::sandbox::lock;

/// GET /folders.json
pub(crate) async fn tree(unread: Unread) -> Answer {
    let with_info = unread.request.query("data-info").is_some();
    let _connection = match with_info {
        true => node::connection(&unread.node).await,
        false => None,
    };
    let node = lock(&unread.node);
    let mut tree = to_json(&node, ROOT, with_info)?;
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
pub(crate) fn get(node: &mut Node, request: &Request) -> Answer {
    let folder = address::folder(node, request)?;
    Ok(to_json(node, folder, false)?.into())
}

/// PUT /folder/move.json
pub(crate) fn relocate(node: &mut Node, request: &Request) -> Answer {
    let body = request.trusted_json()?;
    let id = address::moved_folder(node, &body)?;
    if node.is_locked(id) {
        return Err(Failure::bad_request("folder is locked"));
    }
    let destination = address::destination(node, &body)?;
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
    Ok(json!({"stream": to_json(node, id, false)?}).into())
}

/// PUT /folder.json; only name and description are read
pub(crate) fn update(node: &mut Node, request: &Request) -> Answer {
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
    Ok(to_json(node, id, false)?.into())
}

/// DELETE /folder.json; streams of the folder go with it even where its folders would not
pub(crate) fn delete(node: &mut Node, request: &Request) -> Answer {
    let id = address::folder(node, request)?;
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

fn to_json(node: &Node, id: i64, with_info: bool) -> Result<Value, Failure> {
    let folder = node.folders.get(id).ok_or_else(Failure::no_folder)?;
    let children = node.children(id);
    let children = children.map(|child| to_json(node, child.id, with_info));
    let streams = node.data_streams.iter();
    let streams = streams.filter(|stream| stream.folder == id);
    let streams = streams.map(|stream| stream::to_json(stream, with_info));
    let events = node.event_streams.iter();
    let events = events.filter(|stream| stream.folder == id);
    let events = events.map(|stream| stream::to_json(stream, with_info));
    Ok(json!({
        "id": id,
        "name": folder.name,
        "description": folder.description,
        "locked": node.is_locked(id),
        "updated_at": iso(folder.updated_at),
        "children": children.collect::<Result<Value, _>>()?,
        "streams": streams.collect::<Result<Value, _>>()?,
        "event_streams": events.collect::<Result<Value, _>>()?,
    }))
}
