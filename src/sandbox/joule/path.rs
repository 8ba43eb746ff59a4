//! Paths: how folders and streams are found, and made, by name.

use serde_json::{Map, Value};

use super::error::Failure;
use super::folder::{Folder, ROOT};
use super::node::Node;
use super::records::json_id;
use super::time::Micros;

/// The names in the path of a folder, or what Joule says of a path that is none.
pub(super) fn parse_path(path: &str) -> Result<Vec<&str>, String> {
    let invalid = || format!("invalid path [{path}]");
    let names = path.strip_prefix('/').ok_or_else(invalid)?;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = names.split('/').collect();
    if names.contains(&"") {
        return Err(invalid());
    }
    Ok(names)
}

/// Where a thing is to go: a folder that exists, and those that are to be made below it.
#[derive(Debug)]
pub(super) struct Destination {
    nearest: i64,
    missing: Vec<String>,
}

impl Destination {
    /// `dest_path` or `dest_id`.
    pub(super) fn parse(node: &Node, body: &Map<String, Value>) -> Result<Self, Failure> {
        match (body.get("dest_path"), body.get("dest_id")) {
            (Some(path), _) => Self::at(node, path.as_str().unwrap_or_default())
                .map_err(|error| Failure::bad_request(format!("Destination error: {error}"))),
            (None, Some(id)) => {
                let folder = node.folders.get(json_id(id)?);
                let nearest = folder.map(|folder| folder.id).ok_or_else(|| {
                    Failure::uncaught(
                        "AttributeError: 'NoneType' object has no attribute 'children'",
                    )
                })?;
                Ok(Self {
                    nearest,
                    missing: Vec::new(),
                })
            }
            (None, None) => Err(Failure::bad_request("specify a destination")),
        }
    }

    /// A path, which need not exist.
    pub(super) fn at(node: &Node, path: &str) -> Result<Self, String> {
        let names = parse_path(path)?;
        let mut nearest = ROOT;
        let mut left = names.into_iter();
        let mut missing = Vec::new();
        for name in left.by_ref() {
            match node.child(nearest, name) {
                Some(child) => nearest = child.id,
                None => {
                    missing.push(name.to_owned());
                    break;
                }
            }
        }
        missing.extend(left.map(str::to_owned));
        Ok(Self { nearest, missing })
    }

    /// The folder, if it exists.
    pub(super) fn existing(&self) -> Option<i64> {
        self.missing.is_empty().then_some(self.nearest)
    }

    /// Whether a stream of that name, of either kind, is there.
    pub(super) fn has_stream(&self, node: &Node, name: &str) -> bool {
        let mut there = self.existing().into_iter();
        there.any(|folder| node.streams_named(folder, name).next().is_some())
    }

    /// The lowest folder on the way that exists.
    pub(super) fn nearest(&self) -> i64 {
        self.nearest
    }

    /// The folder, made if it does not exist.
    pub(super) fn make(self, node: &mut Node, now: Micros) -> i64 {
        self.missing.iter().fold(self.nearest, |parent, name| {
            node.folders.add(|id| Folder::new(id, parent, name, now))
        })
    }
}

impl Node {
    pub(super) fn folder_at(&self, names: &[&str]) -> Option<i64> {
        names.iter().try_fold(ROOT, |parent, name| {
            self.child(parent, name).map(|child| child.id)
        })
    }

    /// The path of what is in a folder.
    pub(super) fn path_of(&self, folder: i64, name: &str) -> String {
        match self.folders.get(folder) {
            Some(Folder {
                parent: Some(parent),
                name: above,
                ..
            }) => format!("{}/{name}", self.path_of(*parent, above)),
            _ => format!("/{name}"),
        }
    }
}
