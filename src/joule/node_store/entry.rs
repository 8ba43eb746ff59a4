//! A node that a user has access to.

use serde::{Deserialize, Serialize};

use crate::Secret;

/// A node that a user has access to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeEntry {
    /// The name that the user knows it by. Space around it does not count.
    pub name: String,
    /// Its base URL.
    pub url: String,
    /// The key that opens it.
    pub key: Secret,
}

impl NodeEntry {
    /// A node of this name.
    pub fn new(name: impl Into<String>, url: impl Into<String>, key: impl Into<Secret>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            key: key.into(),
        }
    }

    /// Whether a user calls it so: " meter" and "meter" look the same in a list, and a default node is read without the space.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name.trim() == name.trim()
    }
}
