//! Rules on parameters: by themselves, and together with the operation that takes them.

use serde_norway::Value;

use super::{Lint, site::Site, words};
use crate::codegen::{
    names,
    yaml::node::{Form, entries, items, path_names, reference, rust_name, segment_name, text},
};

/// Headers that the transport writes.
const HEADERS: [&str; 6] = [
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "cookie",
    "host",
];

/// Whether a number of this type may be too small or too great.
pub(super) fn is_bounded(schema: &Value) -> bool {
    schema.get("minimum").is_some() || schema.get("maximum").is_some()
}

impl<'a> Lint<'a> {
    /// Parameters and responses that several operations share, once for all of them.
    pub(super) fn shared(&mut self) {
        let components = &self.document["components"];
        for (name, parameter) in entries(&components["parameters"]) {
            self.parameter(&format!("parameter {name}"), parameter);
        }
        for (name, response) in entries(&components["responses"]) {
            self.response(&format!("response {name}"), response);
        }
    }

    /// What an operation adds to its parameters.
    pub(super) fn parameters(&mut self, site: &Site<'a>) {
        let members = self
            .spread(site)
            .map(|(_, members)| members)
            .unwrap_or_default();
        let in_path = path_names(site.path);
        let own = |parameter: &Value| {
            items(&site.operation["parameters"]).any(|own| std::ptr::eq(own, parameter))
        };
        for parameter in &site.parameters {
            let name = text(&parameter["name"]);
            let place = format!("{}: parameter {name}", site.place);
            if own(parameter) {
                self.parameter(&place, parameter);
            }
            if parameter["in"] == "path" && !in_path.contains(&name) {
                self.fault(&place, "the path does not have it");
            }
            if parameter.get("x-split").is_some() && site.operation.get("requestBody").is_some() {
                self.fault(
                    &place,
                    "x-split needs a request without a body: it is sent several times",
                );
            }
            if parameter.get("x-split").is_some() && !self.answers_list(site) {
                self.fault(&place, "x-split needs a list as the answer");
            }
            if let Some(twin) = parameter["x-twin-of"].as_str()
                && !members.contains_key(twin)
            {
                self.fault(&place, format!("x-twin-of: no body member {twin}"));
            }
        }
        self.tail(site);
        for name in in_path {
            if !site
                .parameters
                .iter()
                .any(|parameter| text(&parameter["name"]) == name && parameter["in"] == "path")
            {
                self.fault(
                    &site.place,
                    format!("path parameter {name} is not declared"),
                );
            }
        }
        let split = site
            .parameters
            .iter()
            .filter(|parameter| parameter.get("x-split").is_some());
        if split.count() > 1 {
            self.fault(&site.place, "only one parameter can have x-split");
        }
    }

    /// What may be left out of a path ends it, and nothing but that stands after the first of it.
    fn tail(&mut self, site: &Site<'a>) {
        let is_tail = |segment: &str| {
            let mut parameters = site.parameters.iter();
            parameters.any(|parameter| {
                parameter["in"] == "path"
                    && parameter["x-tail"] == true
                    && segment_name(segment) == parameter["name"].as_str()
            })
        };
        let mut segments = site.path.split('/').skip_while(|segment| !is_tail(segment));
        if !segments.all(is_tail) {
            self.fault(
                &site.place,
                "x-tail: what may be left out of a path is at its end",
            );
        }
    }

    fn answers_list(&self, site: &Site<'a>) -> bool {
        entries(&site.operation["responses"])
            .filter(|(status, _)| status.starts_with('2'))
            .all(|(_, response)| {
                response["content"]["application/json"]["schema"]["type"] == "array"
                    && response.get("x-envelope").is_none()
            })
    }

    pub(super) fn parameter(&mut self, place: &str, parameter: &'a Value) {
        self.words(place, parameter, words::PARAMETER);
        self.versions(place, parameter);
        self.prose(place, parameter, "description");
        if text(&parameter["name"]).is_empty() {
            self.fault(place, "name is missing");
        }
        let required = parameter["required"].as_bool() == Some(true);
        let position = text(&parameter["in"]);
        let is_tail = parameter["x-tail"].as_bool() == Some(true);
        if is_tail && position != "path" {
            self.fault(place, "x-tail is for the end of a path");
        }
        if is_tail && self.document["x-path-encoding"] == "twice" {
            self.fault(place, "x-tail does not go with x-path-encoding");
        }
        match position.as_str() {
            "path" if required && is_tail => {
                self.fault(place, "what has x-tail may be left out: it is not required");
            }
            "path" if !required && !is_tail => {
                self.fault(place, "a path parameter is required: true");
            }
            "path" | "query" => {}
            "header" => {
                if HEADERS.contains(&text(&parameter["name"]).to_lowercase().as_str()) {
                    self.fault(place, "this header is the client's own");
                }
            }
            _ => self.fault(place, "only path, query and header are supported"),
        }
        let schema = &parameter["schema"];
        if schema.get("x-type").is_some() && schema["type"] == "string" && position != "query" {
            self.fault(place, "a string with x-type is for the query");
        }
        if schema["items"].get("x-type").is_some() {
            self.fault(place, "x-type does not go with the items of a parameter");
        }
        let (wire, name) = (text(&parameter["name"]), text(&parameter["x-name"]));
        let rust = rust_name(parameter, &wire);
        if !name.is_empty() && !names::is_snake(&name) {
            let reason = format!("x-name {name} is not a name in snake case");
            self.unusable(place, &name, reason);
        } else if !wire.is_empty() && !names::is_snake(&rust) {
            let reason = format!("`{rust}` cannot be an argument in Rust; give it an x-name");
            self.fault(place, reason);
        }
        if parameter.get("x-twin-of").is_some() && (required || position != "query") {
            self.fault(
                place,
                "a twin of a body member is an optional query parameter",
            );
        }
        let schema = &parameter["schema"];
        if schema.is_null() {
            self.fault(place, "schema is missing");
            return;
        }
        self.words(place, schema, words::ARGUMENT);
        self.type_(place, schema);
        self.bounds(place, schema);
        if is_bounded(schema) && parameter.get("x-twin-of").is_some() {
            self.fault(
                place,
                "a twin of a body member is never said: its bounds would bound nothing",
            );
        }
        let is_list = schema["type"] == "array";
        let item = if is_list { &schema["items"] } else { schema };
        if !self.is_plain(item) || is_list && position != "query" {
            self.fault(
                place,
                "a parameter is a plain value, an id or an enum, or in the query a list of those",
            );
        }
        if self.is_secret_id(item)
            && (position != "path" || is_tail || self.document["x-path-encoding"] == "twice")
        {
            self.fault(
                place,
                "an id that is a secret is a whole segment of the path, never left out nor encoded twice",
            );
        }
        self.list(place, parameter, is_list);
        if parameter.get("x-flag").is_some() && position != "query" {
            self.fault(place, "x-flag is for the query");
        }
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if position == "header" && !text(&parameter["name"]).chars().all(is_token) {
            self.fault(place, "the name is not one that a header can have");
        }
        if parameter.get("x-flag").is_some()
            && (schema["type"] != "boolean" || required || position == "path")
        {
            self.fault(
                place,
                "x-flag is what says yes, on a boolean that may be left out",
            );
        }
        if let Some(example) = parameter.get("example") {
            self.example(&format!("{place}: example"), schema, example);
        }
    }

    fn bounds(&mut self, place: &str, schema: &Value) {
        match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
            _ if is_bounded(schema) && schema["type"] != "integer" => {
                self.fault(place, "minimum and maximum are bounds of an integer");
            }
            (Some(least), Some(most)) if least > most => {
                self.fault(place, "the minimum is above the maximum");
            }
            _ => {}
        }
    }

    fn list(&mut self, place: &str, parameter: &Value, is_list: bool) {
        let comma = parameter["x-list"] == "comma";
        if parameter.get("x-list").is_some() && !(comma && is_list) {
            self.fault(place, "x-list is `comma`, on a list");
        }
        if comma != (parameter["explode"].as_bool() == Some(false)) {
            self.fault(place, "x-list: comma and explode: false go together");
        }
        if !matches!(text(&parameter["style"]).as_str(), "" | "form" | "simple") {
            self.fault(place, "style is not form or simple");
        }
        if parameter.get("x-split").is_some() && !comma {
            self.fault(place, "x-split needs x-list: comma");
        }
    }

    /// Whether a value of the type opens something to whoever knows it.
    pub(super) fn is_secret_id(&self, schema: &Value) -> bool {
        let name = reference(schema).unwrap_or_default();
        let target = self.schema_named(&name);
        Form::of(target) == Some(Form::Id) && target["format"] == "password"
    }

    /// Whether a value of the type is one text without structure.
    fn is_plain(&self, schema: &Value) -> bool {
        match reference(schema) {
            Some(name) => {
                let target = self.schema_named(&name);
                // A broken reference has a fault of its own.
                target.is_null() || matches!(Form::of(target), Some(Form::Id | Form::Enum))
            }
            None => {
                matches!(
                    schema["type"].as_str(),
                    Some("string" | "integer" | "number" | "boolean")
                ) && schema
                    .get("format")
                    .is_none_or(|format| format != "password")
                    && schema.get("x-link").is_none()
            }
        }
    }
}
