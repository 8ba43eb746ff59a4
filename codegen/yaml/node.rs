//! A node of the document: what it says, and which form of the language it has.

use serde_norway::Value;

use crate::codegen::names;

/// The verbs of a path item, those that HTTP does not know included.
pub const VERBS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("head", "HEAD"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("x-mget", "MGET"),
    ("x-mput", "MPUT"),
];

/// The kinds of components, and what one of each is called.
pub const KINDS: [(&str, &str); 4] = [
    ("schemas", "schema"),
    ("parameters", "parameter"),
    ("responses", "response"),
    ("requestBodies", "requestBody"),
];

/// What a component can be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Object,
    Id,
    Enum,
    Union,
    Double,
    Map,
    List,
}

impl Form {
    pub fn of(schema: &Value) -> Option<Self> {
        let has = |word: &str| schema.get(word).is_some();
        let mut branches = items(&schema["oneOf"]);
        Some(if has("properties") {
            Self::Object
        } else if has("x-id") {
            Self::Id
        } else if has("enum") {
            Self::Enum
        } else if has("oneOf") && branches.any(|branch| branch.get("type").is_some()) {
            Self::Double
        } else if has("oneOf") {
            Self::Union
        } else if has("additionalProperties") {
            Self::Map
        } else if has("items") {
            Self::List
        } else {
            return None;
        })
    }
}

/// Objects that travel back to the server are taken whole unless they say otherwise; others are spread into setters.
pub fn is_spread(schema: &Value) -> bool {
    let is_whole = keeps_unknown(schema) && schema["x-spread"].as_bool() != Some(true);
    Form::of(schema) == Some(Form::Object) && !is_whole
}

/// Whether an object keeps members that the spec does not know.
pub fn keeps_unknown(schema: &Value) -> bool {
    schema["x-keep-unknown"].as_bool() == Some(true)
}

/// Whether a status says that all went well. 101 does: the connection goes on in another protocol.
pub fn is_success(status: &str) -> bool {
    status.starts_with('2') || status == "101"
}

/// The Rust name of a parameter or a property.
pub fn rust_name(node: &Value, wire: &str) -> String {
    optional(&node["x-name"]).unwrap_or_else(|| names::snake(wire))
}

/// The member of an envelope that is the value.
pub fn envelope_value(envelope: &Value) -> Option<String> {
    optional(envelope).or_else(|| optional(&envelope["value"]))
}

/// The property of a schema at the end of a way such as `head.references`; null where there is none.
pub fn at_way<'a>(document: &'a Value, schema: &'a Value, way: &str) -> &'a Value {
    way.split('.').fold(schema, |schema, step| {
        let object = resolve(document, schema);
        let object = match object.get("allOf") {
            Some(parts) => resolve(document, &parts[0]),
            None => object,
        };
        &object["properties"][step]
    })
}

/// The parameter that is the whole segment: `jobid` of `{jobid}`.
pub fn segment_name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The parameters of a path, in its order.
pub fn path_names(path: &str) -> Vec<String> {
    let names = path.split('/').filter_map(segment_name);
    names.map(str::to_owned).collect()
}

/// Follows `$ref` inside the document; anything else is itself.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref") {
        Some(pointer) => find(document, &text(pointer)),
        None => value,
    }
}

/// What a pointer leads to; null where it leads nowhere.
pub fn find<'a>(document: &'a Value, pointer: &str) -> &'a Value {
    pointer
        .trim_start_matches("#/")
        .split('/')
        .fold(document, |node, key| &node[key])
}

/// The name at the end of `$ref`.
pub fn reference(schema: &Value) -> Option<String> {
    let pointer = schema.get("$ref")?.as_str()?;
    Some(pointer.rsplit('/').next()?.to_owned())
}

/// The string, or nothing.
pub fn text(value: &Value) -> String {
    optional(value).unwrap_or_default()
}

pub fn optional(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A key as it is written: YAML reads some as numbers, truth values or nothing.
pub fn key_text(key: &Value) -> String {
    optional(key).unwrap_or_else(|| "null".to_owned())
}

pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_sequence().into_iter().flatten()
}

pub fn entries(value: &Value) -> impl Iterator<Item = (String, &Value)> {
    value
        .as_mapping()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key_text(key), value))
}
