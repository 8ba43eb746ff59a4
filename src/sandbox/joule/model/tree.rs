//! The tree: how folders and streams are found, added and removed.

use super::data_stream::DataStream;
use super::event_stream::EventStream;
use super::folder::{Folder, ROOT};
use super::kind::Kind;
use super::node::Node;
use super::stream::Stream;
use super::time::Micros;

/// The names in the path of a folder, or what Joule says of a path that is none.
pub(crate) fn parse_path(path: &str) -> Result<Vec<&str>, String> {
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

impl Node {
    pub(crate) fn children(&self, parent: i64) -> impl Iterator<Item = &Folder> {
        self.folders
            .iter()
            .filter(move |folder| folder.parent == Some(parent))
    }

    pub(crate) fn child(&self, parent: i64, name: &str) -> Option<&Folder> {
        self.children(parent).find(|folder| folder.name == name)
    }

    /// Sets the time of the last change of a folder and of those above it.
    pub(crate) fn touch(&mut self, folder: i64, now: Micros) {
        let mut next = Some(folder);
        while let Some(folder) = next.and_then(|id| self.folders.get_mut(id)) {
            folder.updated_at = now;
            next = folder.parent;
        }
    }

    /// The numbers of the streams of that name, of either kind, in the folder.
    pub(crate) fn streams_named(&self, folder: i64, name: &str) -> impl Iterator<Item = i64> {
        let data = self.data_streams.iter();
        let data = data.map(|stream| (stream.id, stream.folder, &stream.facts.name));
        let events = self.event_streams.iter();
        let events = events.map(|stream| (stream.id, stream.folder, &stream.facts.name));
        let named = move |(id, place, other): (i64, i64, &String)| {
            (place == folder && other == name).then_some(id)
        };
        data.chain(events).filter_map(named)
    }

    /// Whether it is the root, or a stream in it or below it is locked.
    pub(crate) fn is_locked(&self, folder: i64) -> bool {
        let mut streams = self
            .data_streams
            .iter()
            .filter(|stream| stream.folder == folder);
        folder == ROOT
            || streams.any(|stream| stream.is_locked())
            || self.children(folder).any(|child| self.is_locked(child.id))
    }

    pub(crate) fn is_below(&self, folder: i64, above: i64) -> bool {
        let mut next = Some(folder);
        while let Some(id) = next {
            if id == above {
                return true;
            }
            next = self.folders.get(id).and_then(|folder| folder.parent);
        }
        false
    }

    pub(crate) fn folder_at(&self, names: &[&str]) -> Option<i64> {
        names.iter().try_fold(ROOT, |parent, name| {
            self.child(parent, name).map(|child| child.id)
        })
    }

    /// The path of what is in a folder.
    pub(crate) fn path_of(&self, folder: i64, name: &str) -> String {
        match self.folders.get(folder) {
            Some(Folder {
                parent: Some(parent),
                name: above,
                ..
            }) => format!("{}/{name}", self.path_of(*parent, above)),
            _ => format!("/{name}"),
        }
    }

    /// The number of the stream at a path, if it is of this kind. What begins the path does not matter to Joule.
    pub(crate) fn stream_at<F: Kind>(&self, path: &str) -> Option<i64> {
        let mut characters = path.chars();
        characters.next();
        let mut names: Vec<&str> = characters.as_str().split('/').collect();
        let name = names.pop()?;
        let folder = self.folder_at(&names)?;
        let mut streams = F::records(self).iter();
        let found = streams.find(|stream| stream.folder == folder && stream.facts.name() == name);
        found.map(|stream| stream.id)
    }

    pub(crate) fn add_stream<F: Kind>(&mut self, folder: i64, mut facts: F, now: Micros) -> i64 {
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

    /// Removes streams with what is in them, and their annotations.
    pub(crate) fn remove_streams<F: Kind>(&mut self, gone: impl Fn(&Stream<F>) -> bool) {
        F::records_mut(self).retain(|stream| !gone(stream));
        let data_streams = &self.data_streams;
        self.annotations
            .retain(|annotation| data_streams.get(annotation.stream).is_some());
    }

    /// Removes a folder with its streams and all that is below it.
    pub(crate) fn remove_folder(&mut self, id: i64) {
        let children: Vec<i64> = self.children(id).map(|child| child.id).collect();
        for child in children {
            self.remove_folder(child);
        }
        self.remove_streams(|stream: &DataStream| stream.folder == id);
        self.remove_streams(|stream: &EventStream| stream.folder == id);
        self.folders.remove(id);
    }
}
