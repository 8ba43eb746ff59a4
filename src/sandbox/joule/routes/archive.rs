//! Archives: data of another node, as a file.

use std::io::Cursor;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use zip::ZipArchive;

use super::unread::Unread;
use crate::sandbox::joule::wire::{Answer, error::Failure, python};

const MAGIC: &str = "joule-data-archive-bundle";

/// POST /archive.json; the node has no importer
pub(crate) async fn upload(unread: Unread) -> Answer {
    let file = axum::body::to_bytes(unread.body, usize::MAX).await;
    let metadata = file.ok().and_then(metadata);
    let metadata = metadata.ok_or_else(|| Failure::bad_request("invalid joule archive"))?;
    let member = |key: &str| match metadata.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Ok(python::repr(other)),
        None => Err(Failure::uncaught(format!("KeyError: '{key}'"))),
    };
    let (node, name) = (member("node")?, member("name")?);
    let error = json!({
        "source_label": null,
        "destination": null,
        "message": format!("No importer defined for archive [{name}] from node [{node}]"),
        "target_type": null,
    });
    Ok(json!({"info": [], "warnings": [], "errors": [error]}).into())
}

/// What an archive says of itself.
fn metadata(file: Bytes) -> Option<Map<String, Value>> {
    let mut archive = ZipArchive::new(Cursor::new(file)).ok()?;
    let file = archive.by_name("metadata.json").ok()?;
    let metadata: Map<String, Value> = serde_json::from_reader(file).ok()?;
    (metadata.get("magic")? == MAGIC).then_some(metadata)
}
