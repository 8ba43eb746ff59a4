//! Rules on types where they are used: in a property, a parameter, a list, a map, a body.

use serde_norway::Value;

use super::{Lint, words};
use crate::codegen::{
    names,
    yaml::node::{items, reference, text},
};

/// Words that belong to a type.
const DETAILS: [&str; 6] = [
    "format",
    "items",
    "additionalProperties",
    "enum",
    "x-link",
    "x-type",
];

impl Lint<'_> {
    /// A type outside a property.
    pub(super) fn inline(&mut self, place: &str, schema: &Value) {
        self.words(place, schema, words::TYPE);
        self.type_(place, schema);
    }

    /// The type of a property or of anything else.
    pub(super) fn type_(&mut self, place: &str, schema: &Value) {
        if let Some(parts) = schema["allOf"].as_sequence() {
            if parts.len() != 1 || parts.iter().any(|part| reference(part).is_none()) {
                self.fault(place, "allOf holds one $ref");
            }
            if schema.get("type").is_some() {
                self.fault(place, "allOf stands in the place of type");
            }
            return;
        }
        if reference(schema).is_some() {
            return;
        }
        let type_ = text(&schema["type"]);
        let details: &[&str] = match type_.as_str() {
            "integer" => &["format", "x-type"],
            "number" => &["format"],
            "string" => &["format", "enum", "x-link", "x-type"],
            "array" => &["items"],
            "object" => &["additionalProperties"],
            "boolean" | "" => &[],
            _ => {
                self.fault(place, format!("type {type_} is not known"));
                return;
            }
        };
        for word in DETAILS {
            if schema.get(word).is_some() && !details.contains(&word) {
                self.fault(
                    place,
                    match type_.as_str() {
                        "" => format!("{word} needs a type"),
                        _ => format!("{word} does not go with type {type_}"),
                    },
                );
            }
        }
        let said = text(&schema["x-type"]);
        if !said.is_empty() && names::pascal(&said) != said {
            let reason = format!("x-type {said:?} is not a Rust type in Pascal case");
            self.unusable(place, &said, reason);
        }
        let format = text(&schema["format"]);
        match (type_.as_str(), format.as_str()) {
            ("integer", "int32") if schema.get("x-type").is_some() => {
                self.fault(place, "x-type stands for an int64");
            }
            ("integer", "int32" | "int64") | ("number", "double") => {}
            ("integer", _) => self.fault(place, "an integer has format int32 or int64"),
            ("number", _) => self.fault(place, "a number has format double"),
            ("string", _)
                if schema.get("x-type").is_some()
                    && DETAILS
                        .iter()
                        .any(|word| *word != "x-type" && schema.get(word).is_some()) =>
            {
                self.fault(place, "x-type stands for a plain string");
            }
            ("string", "" | "password") => self.link(place, schema),
            ("string", "binary") => self.fault(place, "binary is for bodies that are not JSON"),
            ("string", _) => self.fault(place, format!("format {format} is not known")),
            ("array", _) => {
                self.element(place, schema, "items", words::TYPE, "an array has items");
            }
            ("object", _) => self.element(
                place,
                schema,
                "additionalProperties",
                words::VALUE,
                "a map has additionalProperties; free JSON has no type",
            ),
            _ => {}
        }
    }

    fn element(
        &mut self,
        place: &str,
        schema: &Value,
        word: &str,
        known: words::Vocabulary,
        reason: &str,
    ) {
        match schema.get(word) {
            Some(element) if element.is_mapping() => {
                self.words(place, element, known);
                self.type_(place, element);
            }
            // Not a schema: the vocabulary has said so.
            Some(_) => {}
            None => self.fault(place, reason),
        }
    }

    fn link(&mut self, place: &str, schema: &Value) {
        let Some(id) = schema["x-link"].as_str() else {
            return;
        };
        if schema.get("format").is_some() {
            self.fault(place, "x-link: a link is no secret");
        }
        let sites = self.sites();
        match sites.iter().find(|site| site.id() == id) {
            None => self.fault(place, format!("x-link: there is no operation {id}")),
            Some(site) if site.operation["x-manual"] == true => {
                let reason = format!("x-link: the call of {id} is written by hand");
                self.fault(place, reason);
            }
            Some(site) => {
                let needs_more = site.operation.get("requestBody").is_some()
                    || site.parameters.iter().any(|parameter| {
                        parameter["required"] == true && parameter["in"] != "path"
                    });
                if needs_more && !self.stands_on(id) {
                    self.fault(place, format!("x-link: {id} takes more than its URL"));
                }
            }
        }
    }

    /// Whether a group takes the links to this operation.
    fn stands_on(&self, id: &str) -> bool {
        items(&self.document["tags"]).any(|tag| tag["x-on"] == id)
    }

    /// The one value of an enum that is not a component tells the branches of a union apart.
    pub(super) fn tag(
        &mut self,
        place: &str,
        property: &Value,
        is_required: bool,
        is_branch: bool,
    ) {
        let Some(values) = property.get("enum") else {
            return;
        };
        if items(values).count() != 1 {
            self.fault(
                place,
                "an enum of several values is a component, not inline",
            );
        } else if items(values).any(|value| !value.is_string()) {
            self.fault(
                place,
                "the value of an enum is not a text; put it in quotes",
            );
        } else if !(is_required && is_branch) {
            self.fault(
                place,
                "a one-value enum is a required property of a union's branch",
            );
        }
    }
}
