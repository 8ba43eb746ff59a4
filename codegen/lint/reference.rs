//! Rules on keys and `$ref`s: where they lead, and what nothing leads to.

use std::collections::BTreeSet;

use serde_norway::Value;

use super::Lint;
use crate::codegen::yaml::node::{KINDS, VERBS, entries, find, items, key_text, text};

impl Lint<'_> {
    pub(super) fn references(&mut self) {
        self.node("", "", self.document);
        let mut used = BTreeSet::new();
        self.follow(&self.document["paths"], &mut used);
        for (kind, noun) in KINDS {
            for (name, _) in entries(&self.document["components"][kind]) {
                if !used.contains(&format!("#/components/{kind}/{name}")) {
                    self.fault(&format!("{noun} {name}"), "no operation leads to it");
                }
            }
        }
    }

    /// Looks at one node and what is in it; `kind` is where a `$ref` leads from here.
    fn node(&mut self, place: &str, kind: &'static str, node: &Value) {
        for (key, _) in node.as_mapping().into_iter().flatten() {
            if !key.is_string() {
                let reason = format!("the key {} is not a text; put it in quotes", key_text(key));
                self.fault(place, reason);
            }
        }
        if let Some(pointer) = node.get("$ref") {
            self.pointer(place, kind, pointer);
            if node.as_mapping().is_some_and(|node| node.len() > 1) {
                self.fault(
                    place,
                    "what stands beside $ref is ignored; a property says allOf: [{$ref: ..}]",
                );
            }
        }
        for (key, child) in entries(node) {
            if matches!(key.as_str(), "example" | "examples") && kind != "schemas" {
                continue;
            }
            self.node(&nested(place, &key), kind_within(kind, &key), child);
        }
        for child in items(node) {
            self.node(place, kind, child);
        }
    }

    fn pointer(&mut self, place: &str, kind: &str, pointer: &Value) {
        let Some(pointer) = pointer.as_str() else {
            self.fault(
                place,
                "$ref is no text; put it in quotes, or its # begins a comment",
            );
            return;
        };
        let name = pointer.strip_prefix(&format!("#/components/{kind}/"));
        if !pointer.starts_with("#/") {
            self.fault(place, format!("$ref {pointer} leaves the document"));
        } else if name.is_none_or(|name| name.contains('/')) {
            self.fault(
                place,
                format!("$ref {pointer} does not lead to #/components/{kind}/.."),
            );
        } else if find(self.document, pointer).is_null() {
            self.fault(place, format!("$ref {pointer} is missing"));
        }
    }

    /// Collects every component that the node leads to.
    pub(super) fn follow(&self, node: &Value, used: &mut BTreeSet<String>) {
        let named = |word: &Value| match text(word) {
            name if name.is_empty() => None,
            name => Some(format!("#/components/schemas/{name}")),
        };
        let pointers = [
            Some(text(&node["$ref"])),
            // Each locator is an object with a `type`, and so is each schema: there it names no component.
            named(&node["type"]),
        ];
        for pointer in pointers.into_iter().flatten() {
            let target = find(self.document, &pointer);
            if !target.is_null() && used.insert(pointer) {
                self.follow(target, used);
            }
        }
        for child in entries(node).map(|(_, child)| child).chain(items(node)) {
            self.follow(child, used);
        }
    }
}

/// `GET /jobs` and `schema Job` are places; what lies deeper belongs to them.
fn nested(place: &str, key: &str) -> String {
    let verb = VERBS.iter().find(|(name, _)| *name == key);
    let noun = KINDS.iter().find(|(kind, _)| *kind == key);
    match (place, verb, noun) {
        ("", ..) | ("paths", ..) => key.to_owned(),
        (path, Some((_, method)), _) if path.starts_with('/') => format!("{method} {path}"),
        ("components", _, Some((_, noun))) => (*noun).to_owned(),
        (noun, ..) if KINDS.iter().any(|(_, known)| *known == noun) => format!("{noun} {key}"),
        _ => place.to_owned(),
    }
}

/// Inside a schema everything leads to schemas, whatever its members are called.
fn kind_within(kind: &'static str, key: &str) -> &'static str {
    match key {
        _ if kind == "schemas" => kind,
        "schema" | "schemas" => "schemas",
        "parameters" => "parameters",
        "responses" => "responses",
        "requestBody" | "requestBodies" => "requestBodies",
        _ => kind,
    }
}
