//! The vocabulary of the spec language: which words stand where, and what they hold.

use serde_norway::Value;

/// What a word holds.
#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    /// Where facts come from.
    Source,
    /// A version of the server.
    Version,
    Flag,
    Number,
    Integer,
    List,
    Map,
    Schema,
    /// Something that has rules of its own.
    Any,
}

use Kind::{Any, Flag, Integer, List, Map, Number, Schema, Source, Text, Version};

pub type Vocabulary = &'static [(&'static str, Kind)];

impl Kind {
    /// Why the value is not of this kind.
    pub fn refuses(self, value: &Value) -> Option<&'static str> {
        let (fits, reason) = match self {
            Self::Text => (value.is_string(), "is not a text; put it in quotes"),
            Self::Source if value.is_string() => (
                value
                    .as_str()
                    .is_some_and(|text| text.split(", ").all(is_source)),
                "is not `captured on <version>`, `official document`, `official client`, `official server` or `inferred`, \
                 or several with a comma and a space between",
            ),
            Self::Version if value.is_string() => (
                value.as_str().is_some_and(is_version),
                "does not begin with a number",
            ),
            Self::Source | Self::Version => (false, "is not a text; put it in quotes"),
            Self::Flag => (value.is_bool(), "is not true or false"),
            Self::Number => (value.is_u64(), "is not a whole number"),
            Self::Integer => (value.is_i64(), "is not an integer"),
            Self::List => (value.is_sequence(), "is not a list"),
            Self::Map => (
                value.is_mapping(),
                "is not a mapping; look at its indentation",
            ),
            Self::Schema => (value.is_mapping(), "is not a schema"),
            Self::Any => (true, ""),
        };
        match (fits, value) {
            (true, _) => None,
            (false, Value::Null) => Some("is empty"),
            (false, _) => Some(reason),
        }
    }
}

fn is_source(text: &str) -> bool {
    let (source, version) = match text.split_once(" on ") {
        Some((source, version)) => (source, Some(version)),
        None => (text, None),
    };
    match source {
        "captured" => version.is_some_and(is_version),
        "official document" | "official client" | "official server" => true,
        "inferred" => version.is_none(),
        _ => false,
    }
}

fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

/// What to do instead of a word that others know and this language does not.
pub fn hint(word: &str, value: &Value) -> Option<&'static str> {
    Some(match word {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf"
        | "pattern" | "minLength" | "maxLength" | "minItems" | "maxItems" | "uniqueItems" => {
            "it would refuse what a server may send, so say it in the description"
        }
        "default" => "say it in the description",
        "anyOf" | "discriminator" => "use oneOf, with a one-value enum in each branch",
        "additionalProperties" => {
            "an object has properties or is a map; x-keep-unknown keeps members that are not described"
        }
        "properties" => "an object is a component, not inline",
        "nullable" => "only a property or a value of a map can be null",
        "required" => "required is a list beside properties",
        "example" => "write examples, each with a name",
        "deprecated" => "say x-until",
        "security" => "credentials belong to the client",
        // `{description: Slow, but sure}` has a key `but sure` without a value.
        _ if value.is_null() => "if it belongs to the text before it, put the whole text in quotes",
        _ => return None,
    })
}

/// The word that was probably meant: one that few changes of a letter make of it, for its length.
pub fn near<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(changes, known)| changes * 4 <= known.len() + 1)
        .min()
        .map(|(_, known)| known)
}

pub const DOCUMENT: Vocabulary = &[
    ("openapi", Text),
    ("info", Map),
    ("servers", List),
    ("tags", List),
    ("paths", Map),
    ("components", Map),
    ("x-path-encoding", Text),
    ("x-numbers", Text),
];

pub const INFO: Vocabulary = &[
    ("title", Text),
    ("version", Text),
    ("description", Text),
    ("license", Map),
    ("contact", Map),
    ("x-source", Source),
];

pub const SERVER: Vocabulary = &[
    ("url", Text),
    ("description", Text),
    ("x-client", Text),
    ("variables", Map),
];

/// A variable of a server's URL.
pub const VARIABLE: Vocabulary = &[("default", Text), ("description", Text)];

pub const COMPONENTS: Vocabulary = &[
    ("schemas", Map),
    ("parameters", Map),
    ("responses", Map),
    ("requestBodies", Map),
];

pub const TAG: Vocabulary = &[
    ("name", Text),
    ("description", Text),
    ("x-root", Flag),
    ("x-binds", List),
    ("x-within", Text),
    ("x-on", Text),
    ("x-server", Text),
    ("x-like", Map),
];

pub const LIKE: Vocabulary = &[("tag", Text), ("words", Map), ("without", List)];

pub const PATH: Vocabulary = &[
    ("parameters", List),
    ("get", Map),
    ("head", Map),
    ("post", Map),
    ("put", Map),
    ("patch", Map),
    ("delete", Map),
    ("x-mget", Map),
    ("x-mput", Map),
];

pub const OPERATION: Vocabulary = &[
    ("tags", List),
    ("operationId", Text),
    ("summary", Text),
    ("description", Text),
    ("parameters", List),
    ("requestBody", Map),
    ("responses", Map),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
    ("x-idempotent", Any),
    ("x-timeout", Text),
    ("x-locator", Map),
    ("x-manual", Flag),
];

pub const IDEMPOTENT: Vocabulary = &[("with", Text)];

pub const LOCATOR: Vocabulary = &[("type", Text), ("id", Text), ("path", Text), ("name", Text)];

pub const PARAMETER: Vocabulary = &[
    ("name", Text),
    ("in", Text),
    ("required", Flag),
    ("description", Text),
    ("schema", Schema),
    ("example", Any),
    ("style", Text),
    ("explode", Flag),
    ("x-name", Text),
    ("x-twin-of", Text),
    ("x-list", Text),
    ("x-split", Number),
    ("x-flag", Text),
    ("x-tail", Flag),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
];

pub const BODY: Vocabulary = &[
    ("required", Flag),
    ("description", Text),
    ("content", Map),
    ("x-change", Text),
    ("x-source", Source),
];

pub const FORM: Vocabulary = &[
    ("type", Text),
    ("required", List),
    ("properties", Map),
    ("description", Text),
];

pub const BYTES: Vocabulary = &[("type", Text), ("format", Text), ("description", Text)];

/// A part of a form: bytes, or a component as JSON.
pub const PART: Vocabulary = &[
    ("type", Text),
    ("format", Text),
    ("allOf", List),
    ("description", Text),
];

pub const RESPONSE: Vocabulary = &[
    ("description", Text),
    ("headers", Map),
    ("content", Map),
    ("x-envelope", Any),
    ("x-next", Text),
    ("x-opens", Text),
    ("x-source", Source),
];

/// A header of a response.
pub const HEADER: Vocabulary = &[("description", Text), ("schema", Schema)];

pub const MEDIA: Vocabulary = &[("schema", Schema), ("examples", Map)];

pub const EXAMPLE: Vocabulary = &[("summary", Text), ("value", Any)];

/// What `x-envelope` says beside the member that is the value.
pub const AROUND: Vocabulary = &[
    ("value", Text),
    ("ok", Text),
    ("beside", Text),
    ("asked", Text),
];

pub const ENVELOPE: Vocabulary = &[("type", Text), ("properties", Map), ("required", List)];

/// A type where it is used: in a parameter, a list, a map, a body.
pub const TYPE: Vocabulary = &[
    ("$ref", Text),
    ("type", Text),
    ("format", Text),
    ("items", Schema),
    ("additionalProperties", Schema),
    ("x-link", Text),
    ("x-type", Text),
];

/// A value of a map.
pub const VALUE: Vocabulary = &[
    ("$ref", Text),
    ("type", Text),
    ("format", Text),
    ("items", Schema),
    ("additionalProperties", Schema),
    ("nullable", Flag),
    ("x-link", Text),
    ("x-type", Text),
];

/// A member of an envelope.
pub const BESIDE: Vocabulary = &[
    ("$ref", Text),
    ("type", Text),
    ("format", Text),
    ("items", Schema),
    ("additionalProperties", Schema),
    ("nullable", Flag),
    ("description", Text),
];

/// The type of a parameter: the server never sends it, so it can be bounded.
pub const ARGUMENT: Vocabulary = &[
    ("$ref", Text),
    ("type", Text),
    ("format", Text),
    ("items", Schema),
    ("additionalProperties", Schema),
    ("x-link", Text),
    ("x-type", Text),
    ("minimum", Integer),
    ("maximum", Integer),
];

pub const PROPERTY: Vocabulary = &[
    ("$ref", Text),
    ("type", Text),
    ("format", Text),
    ("items", Schema),
    ("additionalProperties", Schema),
    ("allOf", List),
    ("enum", List),
    ("nullable", Flag),
    ("description", Text),
    ("example", Any),
    ("x-type", Text),
    ("x-link", Text),
    ("x-name", Text),
    ("x-default", Any),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
];

pub const OBJECT: Vocabulary = &[
    ("description", Text),
    ("type", Text),
    ("required", List),
    ("properties", Map),
    ("example", Any),
    ("x-keep-unknown", Flag),
    ("x-spread", Flag),
    ("x-must-use", Text),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
];

pub const ENUM: Vocabulary = &[
    ("description", Text),
    ("type", Text),
    ("enum", List),
    ("x-enum-descriptions", Map),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
];

pub const ID: Vocabulary = &[
    ("description", Text),
    ("type", Text),
    ("format", Text),
    ("x-id", Text),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
];

pub const UNION: Vocabulary = &[
    ("description", Text),
    ("oneOf", List),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
];

/// A map or a list that deserves a name.
pub const ALIAS: Vocabulary = &[
    ("description", Text),
    ("type", Text),
    ("items", Schema),
    ("additionalProperties", Schema),
    ("x-source", Source),
    ("x-since", Version),
    ("x-until", Version),
];
