//! Rules on schemas: what typify gets wrong, what must be described, what would collide.

use std::collections::BTreeMap;

use serde_norway::Value;

use super::{Faults, prose};
use crate::codegen::{
    names,
    spec::{entries, is_double, items, reference, resolve, text},
};

/// Words that turn a response into a failure when the server changes its mind.
const BOUNDS: [&str; 9] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];

pub fn check(document: &Value, faults: &mut Faults) {
    for (name, schema) in entries(&document["components"]["schemas"]) {
        let place = format!("schema {name}");
        if names::pascal(&name) != name {
            faults.add(&place, "the name is not in Pascal case");
        }
        if matches!(
            name.as_str(),
            "Default" | "Option" | "Result" | "String" | "Vec" | "Box" | "Error"
        ) {
            faults.add(&place, "the name is taken by Rust");
        }
        faults.known_keys(
            &place,
            schema,
            &[
                "type",
                "format",
                "description",
                "properties",
                "required",
                "additionalProperties",
                "items",
                "oneOf",
                "enum",
                "nullable",
                "example",
                "x-id",
                "x-enum-descriptions",
                "x-keep-unknown",
                "x-source",
                "x-since",
                "x-until",
            ],
        );
        faults.described(&place, schema);
        if schema.get("properties").is_some() {
            object(&place, schema, document, faults);
        } else if let Some(id) = schema.get("x-id") {
            if text(id) != name || schema["type"] != "string" {
                faults.add(&place, "x-id is the component's own name, on a string");
            }
        } else if schema.get("enum").is_some() {
            enumeration(&place, schema, faults);
        } else if schema.get("oneOf").is_some() {
            if !is_double(schema) {
                union(&place, schema, document, faults);
            }
        } else {
            check_type(&place, &name, schema, document, faults);
        }
    }
}

fn object(place: &str, schema: &Value, document: &Value, faults: &mut Faults) {
    if schema.get("additionalProperties").is_some() {
        faults.add(place, "an object has properties or additionalProperties; to keep unknown members say x-keep-unknown");
    }
    let mut rust_names = BTreeMap::new();
    for (wire, property) in entries(&schema["properties"]) {
        let about = |reason: &str| format!("property {wire}: {reason}");
        faults.known_keys(
            place,
            property,
            &[
                "type",
                "format",
                "description",
                "items",
                "additionalProperties",
                "allOf",
                "enum",
                "nullable",
                "example",
                "deprecated",
                "x-name",
                "x-link",
                "x-source",
                "x-since",
                "x-until",
            ],
        );
        let description = text(&property["description"]);
        if description.is_empty() {
            faults.add(place, about("description is missing"));
        }
        for reason in prose::faults(&description) {
            faults.add(place, about(&reason));
        }
        let rust = property["x-name"]
            .as_str()
            .map_or_else(|| names::snake(&wire), str::to_owned);
        if let Some(other) = rust_names.insert(rust.clone(), wire.clone()) {
            faults.add(
                place,
                about(&format!(
                    "`{rust}` is also the Rust name of {other}; give it an x-name"
                )),
            );
        }
        if rust == "extra" && schema["x-keep-unknown"].as_bool() == Some(true) {
            faults.add(
                place,
                about("`extra` holds the unknown members here; give it an x-name"),
            );
        }
        check_type(place, &wire, property, document, faults);
    }
    for required in items(&schema["required"]).map(text) {
        if schema["properties"][required.as_str()].is_null() {
            faults.add(
                place,
                format!("required names {required}, which is not a property"),
            );
        }
    }
}

fn enumeration(place: &str, schema: &Value, faults: &mut Faults) {
    let mut variants = BTreeMap::new();
    for value in items(&schema["enum"]).map(text) {
        let variant = names::pascal(&value);
        if let Some(other) = variants.insert(variant.clone(), value.clone()) {
            faults.add(
                place,
                format!("values {other} and {value} are both `{variant}` in Rust"),
            );
        }
        let description = text(&schema["x-enum-descriptions"][value.as_str()]);
        if description.is_empty() {
            faults.add(place, format!("x-enum-descriptions lacks {value}"));
        }
        for reason in prose::faults(&description) {
            faults.add(place, format!("value {value}: {reason}"));
        }
    }
    for (value, _) in entries(&schema["x-enum-descriptions"]) {
        if !items(&schema["enum"]).any(|known| text(known) == value) {
            faults.add(
                place,
                format!("x-enum-descriptions names {value}, which is not a value"),
            );
        }
    }
}

fn union(place: &str, schema: &Value, document: &Value, faults: &mut Faults) {
    for branch in items(&schema["oneOf"]) {
        let Some(name) = reference(branch) else {
            faults.add(place, "a branch of oneOf is a $ref to a component");
            continue;
        };
        let target = resolve(document, branch);
        let tagged = entries(&target["properties"]).any(|(wire, property)| {
            items(&property["enum"]).count() == 1
                && items(&target["required"]).any(|name| text(name) == wire)
        });
        if !tagged {
            faults.add(
                place,
                format!("branch {name} has no required one-value enum that tells it apart"),
            );
        }
    }
}

/// A type as it stands in a property, a parameter, an item or a body.
pub fn check_type(place: &str, name: &str, schema: &Value, document: &Value, faults: &mut Faults) {
    let about = |reason: &str| format!("{name}: {reason}");
    for bound in BOUNDS {
        if schema.get(bound).is_some() {
            faults.add(
                place,
                about(&format!(
                    "{bound} would refuse what a server may send; say it in the description"
                )),
            );
        }
    }
    if schema.get("anyOf").is_some() {
        faults.add(place, about("anyOf is not supported; use oneOf with tags"));
    }
    if schema.get("default").is_some() {
        faults.add(place, about("a default belongs in the description"));
    }
    if matches!(schema.get("additionalProperties"), Some(Value::Bool(_))) {
        faults.add(
            place,
            about("additionalProperties is a schema, not true or false"),
        );
    }
    if schema.get("properties").is_some() {
        faults.add(place, about("an object is a component, not inline"));
    }
    if items(&schema["enum"]).count() > 1 {
        faults.add(place, about("an enum is a component, not inline"));
    }
    if let Some(parts) = schema["allOf"].as_sequence() {
        if parts.len() != 1 || parts.iter().any(|part| reference(part).is_none()) {
            faults.add(place, about("allOf holds one $ref"));
        }
        return;
    }
    if reference(schema).is_some() {
        return;
    }
    match schema["type"].as_str() {
        Some("integer") => {
            if !matches!(schema["format"].as_str(), Some("int32" | "int64")) {
                faults.add(place, about("an integer has format int32 or int64"));
            }
        }
        Some("array") => {
            if schema["items"].is_null() {
                faults.add(place, about("an array has items"));
            } else {
                check_type(place, name, &schema["items"], document, faults);
            }
        }
        Some("object") => {
            if let Some(value) = schema
                .get("additionalProperties")
                .filter(|value| value.is_mapping())
            {
                check_type(place, name, value, document, faults);
            }
        }
        Some("string") => link(place, name, schema, document, faults),
        None | Some("number" | "boolean") => {}
        Some(other) => faults.add(place, about(&format!("type {other} is not known"))),
    }
}

fn link(place: &str, name: &str, schema: &Value, document: &Value, faults: &mut Faults) {
    let Some(link) = schema.get("x-link") else {
        return;
    };
    faults.known_keys(place, link, &["to", "key"]);
    if document["components"]["schemas"][text(&link["to"]).as_str()].is_null() {
        faults.add(place, format!("{name}: x-link.to is not a schema"));
    }
}
