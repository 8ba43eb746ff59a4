//! The members of a JSON object, in their order.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap as _,
};

use crate::Json;

/// Names and values, each name once.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Members(Vec<(String, Json)>);

impl Members {
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(super) fn into_iter(self) -> std::vec::IntoIter<(String, Json)> {
        self.0.into_iter()
    }

    /// A value that is there and not null.
    pub(super) fn value(&self, name: &str) -> Option<&Json> {
        self.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        let mut entries = self.iter();
        entries
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// A member that is there already keeps its place.
    pub(super) fn set(&mut self, name: String, value: Json) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members::default();
                while let Some((name, value)) = map.next_entry()? {
                    members.set(name, value);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
