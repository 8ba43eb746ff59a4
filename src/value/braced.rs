//! Values in braces.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A struct that is read from an object alone: what serde derives takes a list for one as well.
pub(crate) struct Braced<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Braced<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(BracedVisitor(PhantomData))
    }
}

struct BracedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for BracedVisitor<T> {
    type Value = Braced<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Braced<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Braced)
    }
}
