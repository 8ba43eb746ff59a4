//! Toolkits, and how they come: a zip archive with a folder in which `toolkit.xml` is.

use std::io::{Cursor, Read as _};

use bytes::Bytes;
use roxmltree::Document;
use serde_json::{Value, json};
use zip::ZipArchive;

use super::error::Failure;
use super::links::{Links, encoded};
use crate::sandbox::streams::model::toolkit::Toolkit;

/// Bytes of an index.
const INDEX_LIMIT: u64 = 16 << 20;

pub(crate) fn to_json(toolkit: &Toolkit, links: &Links) -> Value {
    let id = toolkit.id();
    let own = links.root(format_args!("/toolkits/{}", encoded(&id)));
    json!({
        "resourceType": "toolkit",
        "id": id,
        "restid": id,
        "self": own,
        "name": toolkit.name,
        "version": toolkit.version,
        "requiredProductVersion": toolkit.required_product_version,
        "path": format!("/opt/ibm/streams-build/toolkits/{id}"),
        "index": format!("{own}/index"),
    })
}

/// The toolkit in an archive.
pub(crate) fn unpack(archive: Bytes) -> Result<Toolkit, Failure> {
    let index = index(archive)
        .ok_or_else(|| Failure::bad_body("it is not a zip archive with a toolkit.xml"))?;
    let document = Document::parse(&index);
    let document = document.map_err(|_| Failure::bad_body("its toolkit.xml is not XML"))?;
    let toolkit = document.descendants();
    let toolkit = toolkit
        .into_iter()
        .find(|node| node.tag_name().name() == "toolkit");
    let attribute = |name| Some(toolkit?.attribute(name)?.to_owned());
    let missing = || Failure::bad_body("its toolkit.xml has no name or no version");
    Ok(Toolkit {
        name: attribute("name").ok_or_else(missing)?,
        version: attribute("version").ok_or_else(missing)?,
        required_product_version: attribute("requiredProductVersion").unwrap_or_default(),
        index: index.clone(),
    })
}

fn index(archive: Bytes) -> Option<String> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    let names = archive.file_names().filter_map(Result::ok);
    let mut names = names.map(|name| name.into_owned());
    let name = names.find(|name| name.split('/').nth(1) == Some("toolkit.xml"))?;
    drop(names);
    let mut text = String::new();
    let file = archive.by_name(&name).ok()?;
    file.take(INDEX_LIMIT).read_to_string(&mut text).ok()?;
    Some(text)
}
