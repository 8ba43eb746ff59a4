//! JSON as a filter sees it.

use std::fmt::Display;

use serde_json::Value;

use super::numeral::Numeral;

/// A value of JSON. `Display` is its JSON.
pub(super) trait Tree: Sized + PartialEq + Display {
    fn kind(&self) -> Kind<'_, Self>;

    /// A member of an object.
    fn get(&self, name: &str) -> Option<&Self>;

    /// The members of an object.
    fn members(&self) -> impl Iterator<Item = (&str, &Self)>;

    fn as_str(&self) -> Option<&str> {
        match self.kind() {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    fn as_list(&self) -> Option<&[Self]> {
        match self.kind() {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Numeral> {
        match self.kind() {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.kind(), Kind::Null)
    }

    fn is_map(&self) -> bool {
        matches!(self.kind(), Kind::Map)
    }
}

/// What a value is.
pub(super) enum Kind<'v, T> {
    Null,
    Bool(bool),
    Number(Numeral),
    Text(&'v str),
    List(&'v [T]),
    Map,
}

/// A whole number of more than 64 bits is the double that is nearest.
impl Tree for Value {
    fn kind(&self) -> Kind<'_, Self> {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(bool) => Kind::Bool(*bool),
            Self::Number(number) => Kind::Number(Numeral::of_json(number)),
            Self::String(text) => Kind::Text(text),
            Self::Array(items) => Kind::List(items),
            Self::Object(_) => Kind::Map,
        }
    }

    fn get(&self, name: &str) -> Option<&Self> {
        Self::get(self, name)
    }

    fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members = self.as_object().into_iter().flatten();
        members.map(|(name, value)| (name.as_str(), value))
    }
}
