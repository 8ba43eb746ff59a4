//! What a modification sends.

use std::fmt;

use serde::{Serialize, Serializer};

use super::members::Members;
use crate::Json;

/// What has changed of an object: the members by name, in the order in which they first changed. Serialized, it is the object that is
/// sent.
#[derive(Clone, PartialEq)]
pub struct Changes(pub(super) Members);

impl Changes {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.0.iter().len() == 0
    }

    /// How many members have changed.
    pub fn len(&self) -> usize {
        self.0.iter().len()
    }

    /// The changed members, in the order in which they first changed.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.0.iter()
    }

    /// The new value of a member that has changed.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }
}

/// The changed members, in the order in which they first changed.
impl IntoIterator for Changes {
    type Item = (String, Json);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Display for Changes {
    /// The JSON that is sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Json::new(self) {
            Ok(text) => text.fmt(f),
            Err(_) => Err(fmt::Error),
        }
    }
}

impl fmt::Debug for Changes {
    /// The names alone: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(|(name, _)| name);
        f.debug_set().entries(names).finish()
    }
}
