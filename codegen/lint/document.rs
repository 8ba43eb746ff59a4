//! Rules on the document as a whole: version, client, tags, references.

use std::collections::BTreeSet;

use serde_norway::Value;

use super::Faults;
use crate::codegen::spec::{VERBS, entries, items, resolve, text};

pub fn check(document: &Value, faults: &mut Faults) {
    faults.known_keys(
        "",
        document,
        &[
            "openapi",
            "info",
            "servers",
            "tags",
            "paths",
            "components",
            "x-client",
        ],
    );
    if !text(&document["openapi"]).starts_with("3.0.") {
        faults.add("", "openapi is not 3.0.x");
    }
    if text(&document["x-client"]).is_empty() {
        faults.add(
            "",
            "x-client is missing: the Rust type that the operations sit on",
        );
    }
    faults.known_keys(
        "info",
        &document["info"],
        &[
            "title",
            "version",
            "description",
            "license",
            "contact",
            "x-source",
        ],
    );
    for key in ["title", "version"] {
        if text(&document["info"][key]).is_empty() {
            faults.add("info", format!("{key} is missing"));
        }
    }
    faults.known_keys(
        "components",
        &document["components"],
        &[
            "schemas",
            "parameters",
            "responses",
            "requestBodies",
            "examples",
        ],
    );
    check_tags(document, faults);
    check_references("", document, document, faults);
}

fn check_tags(document: &Value, faults: &mut Faults) {
    let mut before = BTreeSet::new();
    for tag in items(&document["tags"]) {
        let name = text(&tag["name"]);
        let place = format!("tag {name}");
        faults.known_keys(
            &place,
            tag,
            &[
                "name",
                "description",
                "externalDocs",
                "x-root",
                "x-binds",
                "x-within",
            ],
        );
        faults.described(&place, tag);
        if let Some(parent) = tag["x-within"].as_str() {
            if !before.contains(parent) {
                faults.add(
                    &place,
                    format!("x-within names {parent}, which is not a tag before this one"),
                );
            }
        }
        if !before.insert(name.clone()) {
            faults.add(&place, "the tag is declared twice");
        }
        let used = entries(&document["paths"]).any(|(_, item)| {
            VERBS
                .iter()
                .any(|(key, _)| text(&item[*key]["tags"][0]) == name)
        });
        if !used {
            faults.add(&place, "no operation has this tag");
        }
    }
}

fn check_references(place: &str, value: &Value, document: &Value, faults: &mut Faults) {
    if let Some(pointer) = value.get("$ref").and_then(Value::as_str) {
        if !pointer.starts_with("#/") {
            faults.add(place, format!("$ref {pointer} leaves the document"));
        } else if resolve(document, value).is_null() {
            faults.add(place, format!("$ref {pointer} is missing"));
        }
    }
    for (key, child) in entries(value) {
        if !matches!(key.as_str(), "example" | "examples") {
            check_references(&nested(place, &key), child, document, faults);
        }
    }
    for child in items(value) {
        check_references(place, child, document, faults);
    }
}

/// `GET /jobs` and `schema Job` are places; what lies deeper belongs to them.
fn nested(place: &str, key: &str) -> String {
    let verb = VERBS.iter().find(|(name, _)| *name == key);
    match (place, verb) {
        ("", _) => key.to_owned(),
        ("paths", _) => key.to_owned(),
        (path, Some((_, method))) if path.starts_with('/') => format!("{method} {path}"),
        ("components", _) => key.trim_end_matches('s').to_owned(),
        ("schema" | "parameter" | "response", _) => format!("{place} {key}"),
        _ => place.to_owned(),
    }
}
