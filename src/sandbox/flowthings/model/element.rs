//! Elements of drops: plain JSON, or `{"type": .., "value": ..}`.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::value;
use crate::flowthings::Filter;

/// The type and the value of an element that is written with both.
fn typed(element: &Value) -> Option<(&str, &Value)> {
    let members = element.as_object().filter(|members| members.len() == 2)?;
    Some((members.get("type")?.as_str()?, members.get("value")?))
}

/// A drop whose elements have their types.
pub(crate) fn with_types(drop: &Value) -> Value {
    with_elements(drop, hinted)
}

/// A drop whose elements have no types where JSON has them.
pub(crate) fn without_types(drop: &Value) -> Value {
    with_elements(drop, bare)
}

fn with_elements(drop: &Value, form: fn(&Value) -> Value) -> Value {
    let mut drop = drop.clone();
    if let Some(elements) = drop.get_mut("elems").and_then(Value::as_object_mut) {
        for element in elements.values_mut() {
            *element = form(element);
        }
    }
    drop
}

/// An element with its type, and so whatever it holds.
fn hinted(element: &Value) -> Value {
    let (name, value) = match typed(element) {
        Some(typed) => typed,
        None => match Filter::type_of(element) {
            Some(name) => (name, element),
            None => return Value::Null,
        },
    };
    let value = match (name, value) {
        ("list" | "set" | "sortedSet", Value::Array(items)) => items.iter().map(hinted).collect(),
        ("map", Value::Object(members)) => each(members, hinted),
        (_, value) => value.clone(),
    };
    json!({"type": name, "value": value})
}

/// An element without its type where JSON has it.
fn bare(element: &Value) -> Value {
    let value = match typed(element) {
        Some(("boolean" | "integer" | "long" | "float" | "string" | "list" | "map", value)) => {
            value
        }
        Some(_) => return hinted(element),
        None => element,
    };
    match value {
        Value::Array(items) => items.iter().map(bare).collect(),
        Value::Object(members) => each(members, bare),
        plain => plain.clone(),
    }
}

fn each(members: &Map<String, Value>, of: impl Fn(&Value) -> Value) -> Value {
    let members = members.iter();
    let members = members.map(|(name, value)| (name.clone(), of(value)));
    Value::Object(members.collect())
}

/// The element as it is kept: a set has each item once, and a sorted one has them in order. Why a value is not of the type that is
/// written with it, if it is not; types that nobody knows may have any.
pub(crate) fn kept(element: Value) -> Result<Value, String> {
    let Some((name, value)) = typed(&element) else {
        return Ok(element);
    };
    let fits = match name {
        "boolean" => value.is_boolean(),
        "integer" | "long" | "date" => value.is_i64(),
        "float" => value.is_number(),
        "string" | "html" | "uri" | "email" | "id" => value.is_string(),
        "list" | "set" | "sortedSet" => value.is_array(),
        "map" | "dropRef" | "location" => value.is_object(),
        _ => true,
    };
    if !fits {
        return Err(format!("a value is not of the type {name}"));
    }
    let items = match (name, value) {
        ("set" | "sortedSet", Value::Array(items)) => items,
        _ => return Ok(element),
    };
    let mut seen = HashSet::new();
    let items = items.iter();
    let once = items.filter(|item| seen.insert(value::key(&hinted(item))));
    let mut once: Vec<Value> = once.cloned().collect();
    if name == "sortedSet" {
        once.sort_by(|left, right| value::order(&bare(left), &bare(right)));
    }
    Ok(json!({"type": name, "value": once}))
}
