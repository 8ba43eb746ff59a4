//! Rules on components: what typify gets wrong, what must be described, what would collide.

use std::collections::{BTreeMap, BTreeSet};

use serde_norway::Value;

use super::{Lint, is_later, words};
use crate::codegen::{
    names,
    yaml::node::{Form, entries, items, keeps_unknown, reference, rust_name, text},
};

impl Lint<'_> {
    pub(super) fn schemas(&mut self) {
        let schemas = &self.document["components"]["schemas"];
        let branches: BTreeSet<String> = entries(schemas)
            .flat_map(|(_, schema)| items(&schema["oneOf"]))
            .filter_map(reference)
            .collect();
        for (name, schema) in entries(schemas) {
            let place = format!("schema {name}");
            self.schema_name(&place, &name);
            self.prose(&place, schema, "description");
            match Form::of(schema) {
                Some(Form::Object) => {
                    self.words(&place, schema, words::OBJECT);
                    self.object(&place, &name, schema, branches.contains(&name));
                    if let Some(example) = schema.get("example") {
                        self.example(&format!("{place}: example"), schema, example);
                    }
                }
                Some(Form::Id) => {
                    self.words(&place, schema, words::ID);
                    if text(&schema["x-id"]) != name || schema["type"] != "string" {
                        self.fault(&place, "x-id is the component's own name, on a string");
                    }
                    if !matches!(text(&schema["format"]).as_str(), "" | "password") {
                        self.fault(&place, "an id has no format but password");
                    }
                }
                Some(Form::Enum) => {
                    self.words(&place, schema, words::ENUM);
                    self.enumeration(&place, schema);
                }
                Some(Form::Union) => {
                    self.words(&place, schema, words::UNION);
                    self.union(&place, schema);
                }
                Some(Form::Double) => {
                    self.words(&place, schema, words::UNION);
                    self.double(&place, schema);
                }
                Some(Form::Map | Form::List) => {
                    self.words(&place, schema, words::ALIAS);
                    self.type_(&place, schema);
                }
                None => self.fault(
                    &place,
                    "a component is an object, an enum, an id, a union, a map or a list; \
                     write a plain type where it is used",
                ),
            }
        }
    }

    fn schema_name(&mut self, place: &str, name: &str) {
        if names::pascal(name) != name {
            self.unusable(place, name, "the name is not in Pascal case");
        }
        if names::is_taken(name) {
            self.fault(place, "the name is taken by Rust");
        }
        if name.starts_with("LinkTo") || name.starts_with("LinksTo") {
            self.fault(place, "names in LinkTo and LinksTo are the generator's");
        }
    }

    fn object(&mut self, place: &str, name: &str, schema: &Value, is_branch: bool) {
        let required: Vec<String> = items(&schema["required"]).map(text).collect();
        if schema.get("x-must-use").is_some() {
            self.prose(place, schema, "x-must-use");
        }
        if schema["x-spread"].as_bool() == Some(true) && !keeps_unknown(schema) {
            self.fault(
                place,
                "x-spread has no effect: an object without x-keep-unknown is spread anyway",
            );
        }
        let mut rust_names = BTreeMap::new();
        if schema["type"] != "object" {
            self.fault(place, "an object has type: object");
        }
        for (wire, property) in entries(&schema["properties"]) {
            let place = format!("{place}: property {wire}");
            self.words(&place, property, words::PROPERTY);
            self.versions(&place, property);
            let since = text(&property["x-since"]);
            if required.contains(&wire)
                && !since.is_empty()
                && (schema["x-since"].is_null() || is_later(&since, &text(&schema["x-since"])))
            {
                let reason = format!(
                    "it is required, and servers before {since} leave it out: their answers would not be read"
                );
                self.fault(&place, reason);
            }
            self.prose(&place, property, "description");
            self.type_(&place, property);
            self.tag(&place, property, required.contains(&wire), is_branch);
            if let Some(example) = property.get("example") {
                self.example(&format!("{place}: example"), property, example);
            }
            if let Some(default) = property.get("x-default") {
                self.example(&format!("{place}: x-default"), property, default);
                if default.as_mapping().is_some_and(|map| !map.is_empty())
                    || default.as_sequence().is_some_and(|list| !list.is_empty())
                {
                    self.fault(&place, "x-default of a map or a list is an empty one");
                }
                if !self.is_made(name) {
                    self.fault(
                        &place,
                        "x-default has no effect: no request carries the object",
                    );
                }
            }
            let rust = rust_name(property, &wire);
            if !names::is_snake(&rust) {
                let reason = format!("`{rust}` cannot be a field in Rust; give it another x-name");
                self.unusable(&place, &rust, reason);
            }
            if let Some(other) = rust_names.insert(rust.clone(), wire.clone()) {
                self.fault(
                    &place,
                    format!("`{rust}` is also the Rust name of {other}; give it an x-name"),
                );
            }
            if rust == "new" && self.is_made(name) {
                self.fault(&place, "`new` makes the object here; give it an x-name");
            }
            if rust == "extra" && keeps_unknown(schema) {
                self.fault(
                    &place,
                    "`extra` holds the unknown members here; give it an x-name",
                );
            }
            let tag = names::pascal(&format!("{name}_{rust}"));
            if property.get("enum").is_some() && !self.schema_named(&tag).is_null() {
                self.fault(&place, format!("its type takes the name of schema {tag}"));
            }
        }
        for required in required {
            if schema["properties"][required.as_str()].is_null() {
                self.fault(
                    place,
                    format!("required names {required}, which is not a property"),
                );
            }
        }
        if self.contains(name, name, &mut BTreeSet::new()) {
            self.fault(
                place,
                "it contains itself without a list or a map in between",
            );
        }
    }

    /// Whether a request body is of this schema, or holds one.
    fn is_made(&self, name: &str) -> bool {
        let pointer = format!("#/components/schemas/{name}");
        let mut used = BTreeSet::new();
        let paths = entries(&self.document["paths"]);
        for (_, operation) in paths.flat_map(|(_, item)| entries(item)) {
            self.follow(&operation["requestBody"], &mut used);
        }
        used.contains(&pointer)
    }

    /// Whether a value of `outer` holds one of `inner` directly.
    fn contains(&self, outer: &str, inner: &str, seen: &mut BTreeSet<String>) -> bool {
        let outer = self.schema_named(outer);
        let branches = items(&outer["oneOf"]);
        entries(&outer["properties"])
            .map(|(_, property)| &property["allOf"][0])
            .chain(branches)
            .filter_map(reference)
            .any(|name| {
                name == inner || seen.insert(name.clone()) && self.contains(&name, inner, seen)
            })
    }

    fn enumeration(&mut self, place: &str, schema: &Value) {
        let descriptions = &schema["x-enum-descriptions"];
        let values = || items(&schema["enum"]);
        if schema["type"] != "string" || values().any(|value| !value.is_string()) {
            self.fault(
                place,
                "an enum is a string, and its values are texts in quotes",
            );
            return;
        }
        if values().next().is_none() {
            self.fault(place, "the enum has no values");
        }
        let mut variants = BTreeMap::new();
        for value in values().map(text) {
            let variant = names::pascal(&value);
            if let Some(other) = variants.insert(variant.clone(), value.clone()) {
                self.fault(
                    place,
                    format!("values {other} and {value} are both `{variant}` in Rust"),
                );
            }
            if descriptions.get(value.as_str()).is_none() {
                self.fault(place, format!("x-enum-descriptions lacks {value}"));
            }
        }
        let place = format!("{place}: x-enum-descriptions");
        for (value, description) in entries(descriptions) {
            self.prose(&place, descriptions, &value);
            if description.is_null() {
                self.fault(&place, format!("{value} is empty"));
            }
            if !values().any(|known| text(known) == value) {
                self.fault(&place, format!("{value} is not a value"));
            }
        }
    }

    /// A value is read by its tag, so each branch needs one of its own.
    fn union(&mut self, place: &str, schema: &Value) {
        let mut tags = BTreeMap::new();
        for branch in items(&schema["oneOf"]) {
            let Some(name) = reference(branch) else {
                self.fault(place, "a branch of oneOf is a $ref to a component");
                continue;
            };
            let Some(target) = self.target(branch) else {
                continue;
            };
            if name == "Unknown" {
                self.fault(place, "branch Unknown takes the name of the open arm");
            }
            let tag = entries(&target["properties"]).find_map(|(wire, property)| {
                let value = text(&property["enum"][0]);
                (!value.is_empty()).then_some((wire, value))
            });
            match tag {
                None => self.fault(
                    place,
                    format!("branch {name} has no required one-value enum that tells it apart"),
                ),
                Some((wire, value)) => {
                    let told = format!("{wire}: {value}");
                    if let Some(other) = tags.insert(told.clone(), name.clone()) {
                        self.fault(
                            place,
                            format!("branches {other} and {name} both say {told}"),
                        );
                    }
                }
            }
        }
    }

    fn double(&mut self, place: &str, schema: &Value) {
        let odd: Vec<String> = items(&schema["oneOf"][1]["enum"]).map(text).collect();
        let is_double = items(&schema["oneOf"]).count() == 2
            && schema["oneOf"][0]["type"] == "number"
            && schema["oneOf"][0]["format"] == "double"
            && schema["oneOf"][1]["type"] == "string"
            && odd == ["NaN", "Infinity", "-Infinity"];
        if !is_double {
            self.fault(
                place,
                "a union is of components, or of a double and the strings NaN, Infinity and -Infinity",
            );
        }
    }
}
