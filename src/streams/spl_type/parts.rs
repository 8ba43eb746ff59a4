//! What an SPL type is made of.

use super::SplType;

/// What stands behind the word of a type, but for its bound.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Parts {
    /// Nothing.
    None,
    /// The schema of an XML document.
    Schema(String),
    /// The names of an enumeration.
    Names(Vec<String>),
    /// The attributes of a tuple.
    Attributes(Vec<(String, SplType)>),
    /// The type of the elements, or of the value that may be missing.
    Element(Box<SplType>),
    /// The types of keys and values.
    Entry(Box<(SplType, SplType)>),
}
