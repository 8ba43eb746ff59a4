//! Folders: the tree in which streams are found.

use super::time::Micros;

/// The number of the root.
pub(crate) const ROOT: i64 = 1;

/// A folder of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) id: i64,
    /// `None` of the root only.
    pub(crate) parent: Option<i64>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) updated_at: Micros,
}

impl Folder {
    pub(crate) fn root(now: Micros) -> Self {
        Self {
            id: ROOT,
            parent: None,
            name: "root".to_owned(),
            description: None,
            updated_at: now,
        }
    }

    pub(crate) fn new(id: i64, parent: i64, name: &str, now: Micros) -> Self {
        Self {
            id,
            parent: Some(parent),
            name: name.to_owned(),
            ..Self::root(now)
        }
    }
}
