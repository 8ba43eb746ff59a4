//! Types of SPL, the language of Streams.

use std::fmt;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SplType {
    /// One that is only a word: `int64`, `rstring`.
    Plain(&'static str),
    /// `rstring[16]`
    Bounded(&'static str, u32),
    /// `enum{buy,sell}`
    Enum(Vec<&'static str>),
    /// `list<int64>`, `set<rstring>`, `optional<int32>`: the word, and the type inside.
    Of(&'static str, Box<SplType>),
    /// `map<rstring,float64>`
    Map(Box<SplType>, Box<SplType>),
    /// `tuple<rstring symbol,float64 price>`
    Tuple(Vec<Attribute>),
}

/// A named member of a tuple.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) kind: SplType,
}

impl Attribute {
    pub(crate) fn new(name: &str, kind: SplType) -> Self {
        let name = name.to_owned();
        Self { name, kind }
    }
}

/// Attributes whose types are words.
pub(crate) fn plain(attributes: &[(&str, &'static str)]) -> Vec<Attribute> {
    let attributes = attributes.iter();
    attributes
        .map(|(name, kind)| Attribute::new(name, SplType::Plain(kind)))
        .collect()
}

impl SplType {
    /// The word for its kind, without what is inside.
    pub(crate) fn base(&self) -> &'static str {
        match self {
            Self::Plain(word) | Self::Bounded(word, _) | Self::Of(word, _) => word,
            Self::Enum(_) => "enum",
            Self::Map(..) => "map",
            Self::Tuple(_) => "tuple",
        }
    }
}

impl fmt::Display for SplType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(word) => f.write_str(word),
            Self::Bounded(word, size) => write!(f, "{word}[{size}]"),
            Self::Enum(values) => write!(f, "enum{{{}}}", values.join(",")),
            Self::Of(word, inner) => write!(f, "{word}<{inner}>"),
            Self::Map(key, value) => write!(f, "map<{key},{value}>"),
            Self::Tuple(attributes) => {
                f.write_str("tuple<")?;
                for (at, Attribute { name, kind }) in attributes.iter().enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    write!(f, "{comma}{kind} {name}")?;
                }
                f.write_str(">")
            }
        }
    }
}
