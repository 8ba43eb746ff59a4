//! GET /folder/map.json: where elements and event streams are in the tree.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::sandbox::joule::{
    model::node::Node,
    wire::{Answer, error::Failure, request::Request},
};

/// GET /folder/map.json
pub(crate) fn of_folders(node: &mut Node, request: &Request) -> Answer {
    let Some(elements) = request.query("data_stream_elements") else {
        return Err(Failure::uncaught(
            "UnboundLocalError: cannot access local variable 'element_ids' \
             where it is not associated with a value",
        ));
    };
    let elements = numbers(elements)?;
    let events = request.query("event_streams").map(numbers).transpose()?;
    let events = events.unwrap_or_default();
    let mut streams = BTreeSet::new();
    let mut folders = BTreeSet::new();
    let mut owners = Map::new();
    for stream in node.data_streams.iter() {
        for element in &stream.facts.elements {
            if elements.contains(&element.id) {
                streams.insert(stream.id);
                folders.insert(stream.folder);
                owners.insert(element.id.to_string(), stream.id.into());
            }
        }
    }
    let chosen = events.iter().filter_map(|id| node.event_streams.get(*id));
    folders.extend(chosen.map(|stream| stream.folder));
    for folder in folders.clone() {
        let mut next = Some(folder);
        while let Some(id) = next {
            folders.insert(id);
            next = node.folders.get(id).and_then(|folder| folder.parent);
        }
    }
    Ok(json!({
        "node_uuid": node.uuid,
        "event_stream_ids": events,
        "data_stream_ids": streams,
        "data_element_ids": elements,
        "folder_ids": folders,
        "data_stream_element_map": Value::Object(owners),
    })
    .into())
}

fn numbers(text: &str) -> Result<Vec<i64>, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::uncaught(format!("json.decoder.JSONDecodeError: {error}")))
}
