//! Destinations: where folders and streams are to go.

use super::folder::{Folder, ROOT};
use super::kind::Kind;
use super::node::Node;
use super::time::Micros;
use super::tree::parse_path;

/// Where a thing is to go: a folder that exists, and those that are to be made below it.
#[derive(Debug)]
pub(crate) struct Destination {
    nearest: i64,
    missing: Vec<String>,
}

impl Destination {
    /// A folder that exists.
    pub(crate) fn folder(id: i64) -> Self {
        Self {
            nearest: id,
            missing: Vec::new(),
        }
    }

    /// A path, which need not exist.
    pub(crate) fn at(node: &Node, path: &str) -> Result<Self, String> {
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
    pub(crate) fn existing(&self) -> Option<i64> {
        self.missing.is_empty().then_some(self.nearest)
    }

    /// Whether a stream of that name, of either kind, is there.
    pub(crate) fn has_stream(&self, node: &Node, name: &str) -> bool {
        let mut there = self.existing().into_iter();
        there.any(|folder| node.streams_named(folder, name).next().is_some())
    }

    /// The lowest folder on the way that exists.
    pub(crate) fn nearest(&self) -> i64 {
        self.nearest
    }

    /// The folder, made if it does not exist.
    pub(crate) fn make(self, node: &mut Node, now: Micros) -> i64 {
        self.missing.iter().fold(self.nearest, |parent, name| {
            node.folders.add(|id| Folder::new(id, parent, name, now))
        })
    }
}

impl Node {
    /// Makes a stream under the last name of a path, and the folders on the way to it; `None` where the path is none or is
    /// taken.
    pub(crate) fn add_stream_at<F: Kind>(
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
}
