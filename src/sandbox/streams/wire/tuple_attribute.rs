//! The type of the tuples of a port, taken apart.

use serde_json::{Map, Value, json};

use super::collection::Collection;
use crate::sandbox::streams::model::spl::{Attribute, SplType};

/// The attributes of a schema, with the whole of it in the envelope.
pub(crate) fn list(schema: &SplType) -> Collection {
    let attributes: &[Attribute] = match schema {
        SplType::Tuple(attributes) => attributes,
        _ => &[],
    };
    Collection::new(
        "tupleAttributes",
        "tupleAttributeList",
        attributes.iter().map(to_json),
    )
    .with("splType", schema.to_string())
    .with("type", schema.base())
}

fn to_json(attribute: &Attribute) -> Value {
    let mut json = described(&attribute.kind);
    json.insert("resourceType".to_owned(), "tupleAttribute".into());
    json.insert("name".to_owned(), attribute.name.as_str().into());
    json.insert("splType".to_owned(), attribute.kind.to_string().into());
    Value::Object(json)
}

/// A type, and the types in it.
fn described(kind: &SplType) -> Map<String, Value> {
    let mut json = Map::new();
    let mut member = |name: &str, value: Value| json.insert(name.to_owned(), value);
    member("type", kind.base().into());
    match kind {
        SplType::Plain(_) => {}
        SplType::Bounded(_, size) => drop(member("boundedSize", (*size).into())),
        SplType::Enum(values) => drop(member("possibleValues", json!(values))),
        SplType::Of(word, inner) => {
            let name = match *word {
                "optional" => "underlyingType",
                _ => "elementType",
            };
            member(name, described(inner).into());
        }
        SplType::Map(key, value) => {
            member("keyType", described(key).into());
            member("valueType", described(value).into());
        }
        SplType::Tuple(attributes) => {
            let nested = attributes.iter().map(|attribute| {
                let mut json = described(&attribute.kind);
                json.insert("name".to_owned(), attribute.name.as_str().into());
                Value::Object(json)
            });
            member("tupleAttributes", nested.collect());
        }
    }
    json
}
