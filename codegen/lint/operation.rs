//! Rules on operations: ids, parameters, bodies, responses, vendor words.

use std::collections::BTreeMap;

use serde_norway::Value;

use super::{Faults, prose, schema};
use crate::codegen::{
    names,
    spec::{VERBS, entries, items, reference, resolve, text},
};

pub fn check(document: &Value, faults: &mut Faults) {
    let mut ids = BTreeMap::new();
    for (path, item) in entries(&document["paths"]) {
        for (key, _) in entries(item) {
            if key != "parameters" && !VERBS.iter().any(|(verb, _)| *verb == key) {
                faults.add(
                    &path,
                    format!("`{key}` is not a verb that a client can send"),
                );
            }
        }
        for (key, method) in VERBS {
            let Some(operation) = item.get(key) else {
                continue;
            };
            let place = format!("{method} {path}");
            let id = text(&operation["operationId"]);
            if let Some(other) = ids.insert(id.clone(), place.clone()) {
                faults.add(&place, format!("operationId {id} is taken by {other}"));
            }
            let rule = Rule {
                document,
                operation,
                path: &path,
                place: &place,
            };
            rule.check(item, method, &id, faults);
        }
    }
}

struct Rule<'a> {
    document: &'a Value,
    operation: &'a Value,
    path: &'a str,
    place: &'a str,
}

impl<'a> Rule<'a> {
    fn check(&self, item: &'a Value, method: &str, id: &str, faults: &mut Faults) {
        faults.known_keys(
            self.place,
            self.operation,
            &[
                "tags",
                "operationId",
                "summary",
                "description",
                "parameters",
                "requestBody",
                "responses",
                "deprecated",
                "x-source",
                "x-since",
                "x-until",
                "x-idempotent",
                "x-timeout",
                "x-locator",
                "x-manual",
            ],
        );
        self.names(id, faults);
        let parameters: Vec<&Value> = items(&item["parameters"])
            .chain(items(&self.operation["parameters"]))
            .map(|parameter| resolve(self.document, parameter))
            .collect();
        self.parameters(&parameters, faults);
        self.binds(faults);
        self.locators(&parameters, faults);
        self.body(faults);
        self.responses(method, faults);
        match &self.operation["x-timeout"] {
            Value::Null => {}
            value if matches!(value.as_str(), Some("normal" | "long" | "stream")) => {}
            _ => faults.add(self.place, "x-timeout is not normal, long or stream"),
        }
        match &self.operation["x-idempotent"] {
            Value::Null | Value::Bool(_) => {}
            value => {
                let member = text(&value["with"]);
                if !self.body_members().contains(&member) {
                    faults.add(self.place, format!("x-idempotent: no body member {member}"));
                }
            }
        }
    }

    fn names(&self, id: &str, faults: &mut Faults) {
        let tags: Vec<String> = items(&self.operation["tags"]).map(text).collect();
        let [tag] = tags.as_slice() else {
            faults.add(self.place, "an operation has exactly one tag");
            return;
        };
        if !items(&self.document["tags"]).any(|declared| text(&declared["name"]) == *tag) {
            faults.add(self.place, format!("tag {tag} is not declared"));
        }
        match id.strip_prefix(&format!("{tag}_")) {
            _ if id.is_empty() => faults.add(self.place, "operationId is missing"),
            Some(verb) if !verb.is_empty() && names::snake(id) == id => {}
            _ => faults.add(
                self.place,
                format!("operationId {id} is not {tag}_<verb> in snake case"),
            ),
        }
        let summary = text(&self.operation["summary"]);
        if !summary.ends_with('.') {
            faults.add(
                self.place,
                "summary is missing or does not end with a full stop",
            );
        }
        let description = text(&self.operation["description"]);
        for reason in prose::faults(&summary)
            .into_iter()
            .chain(prose::faults(&description))
        {
            faults.add(self.place, reason);
        }
        if text(&self.operation["x-source"]).is_empty() {
            faults.add(self.place, "x-source is missing: where the facts come from");
        }
    }

    fn parameters(&self, parameters: &[&'a Value], faults: &mut Faults) {
        let mut rust_names = BTreeMap::new();
        for parameter in parameters {
            let name = text(&parameter["name"]);
            let about = |reason: &str| format!("parameter {name}: {reason}");
            faults.known_keys(
                self.place,
                parameter,
                &[
                    "name",
                    "in",
                    "required",
                    "description",
                    "schema",
                    "example",
                    "examples",
                    "deprecated",
                    "style",
                    "explode",
                    "x-name",
                    "x-twin-of",
                    "x-list",
                    "x-path-encoding",
                    "x-split",
                    "x-flag",
                    "x-since",
                    "x-until",
                    "x-source",
                ],
            );
            let description = text(&parameter["description"]);
            if description.is_empty() {
                faults.add(self.place, about("description is missing"));
            }
            for reason in prose::faults(&description) {
                faults.add(self.place, about(&reason));
            }
            match parameter["in"].as_str() {
                Some("path") => {
                    if parameter["required"].as_bool() != Some(true) {
                        faults.add(self.place, about("a path parameter is required: true"));
                    }
                    if !self.path.contains(&format!("{{{name}}}")) {
                        faults.add(self.place, about("the path does not have it"));
                    }
                }
                Some("query" | "header") => {}
                _ => faults.add(
                    self.place,
                    about("only path, query and header are supported"),
                ),
            }
            let schema = &parameter["schema"];
            if schema.is_null() {
                faults.add(self.place, about("schema is missing"));
            }
            schema::check_type(self.place, &name, schema, self.document, faults);
            self.list(parameter, &name, faults);
            if let Some(yes) = parameter.get("x-flag") {
                let optional = parameter["required"].as_bool() != Some(true);
                if !yes.is_string()
                    || schema["type"] != "boolean"
                    || !optional
                    || parameter["in"] == "path"
                {
                    faults.add(
                        self.place,
                        about(
                            "x-flag is the text that says yes, on a boolean that may be left out",
                        ),
                    );
                }
            }
            if let Some(twin) = parameter["x-twin-of"].as_str() {
                if !self.body_members().contains(&twin.to_owned()) {
                    faults.add(
                        self.place,
                        about(&format!("x-twin-of: no body member {twin}")),
                    );
                }
            } else {
                let rust = parameter["x-name"]
                    .as_str()
                    .map_or_else(|| names::snake(&name), str::to_owned);
                if let Some(other) = rust_names.insert(rust.clone(), name.clone()) {
                    faults.add(
                        self.place,
                        about(&format!(
                            "`{rust}` is also the Rust name of {other}; give it an x-name"
                        )),
                    );
                }
            }
        }
        for segment in self.path.split('/') {
            let Some(name) = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            else {
                if segment.contains('{') {
                    faults.add(
                        self.place,
                        format!("path segment {segment} is only partly a parameter"),
                    );
                }
                continue;
            };
            if !parameters
                .iter()
                .any(|parameter| text(&parameter["name"]) == name && parameter["in"] == "path")
            {
                faults.add(self.place, format!("path parameter {name} is not declared"));
            }
        }
    }

    fn list(&self, parameter: &Value, name: &str, faults: &mut Faults) {
        let is_array = parameter["schema"]["type"] == "array";
        let comma = parameter["x-list"] == "comma";
        if is_array && parameter["explode"].as_bool() == Some(false) && !comma {
            faults.add(
                self.place,
                format!("parameter {name}: explode: false needs x-list: comma"),
            );
        }
        if comma && !is_array {
            faults.add(
                self.place,
                format!("parameter {name}: x-list is for arrays"),
            );
        }
        if let Some(style) = parameter["style"].as_str() {
            if !matches!(style, "form" | "simple") {
                faults.add(
                    self.place,
                    format!("parameter {name}: style {style} is not supported"),
                );
            }
        }
        if parameter.get("x-split").is_some() {
            let answers_array = entries(&self.operation["responses"])
                .filter(|(status, _)| status.starts_with('2'))
                .all(|(_, response)| {
                    response["content"]["application/json"]["schema"]["type"] == "array"
                });
            if !comma || !answers_array {
                faults.add(
                    self.place,
                    format!(
                        "parameter {name}: x-split needs a comma list and an array as the answer"
                    ),
                );
            }
        }
    }

    /// The tag's bound parameters lead the path.
    fn binds(&self, faults: &mut Faults) {
        let mut tag = text(&self.operation["tags"][0]);
        let mut bound = Vec::new();
        while let Some(declared) =
            items(&self.document["tags"]).find(|declared| text(&declared["name"]) == tag)
        {
            bound.splice(0..0, items(&declared["x-binds"]).map(text));
            tag = text(&declared["x-within"]);
        }
        let in_path: Vec<String> = self
            .path
            .split('/')
            .filter_map(|segment| {
                segment
                    .strip_prefix('{')?
                    .strip_suffix('}')
                    .map(str::to_owned)
            })
            .collect();
        if !in_path.starts_with(&bound) {
            faults.add(
                self.place,
                format!("x-binds {bound:?} does not lead the path's parameters {in_path:?}"),
            );
        }
    }

    fn locators(&self, parameters: &[&Value], faults: &mut Faults) {
        let members = self.body_members();
        for (name, locator) in entries(&self.operation["x-locator"]) {
            faults.known_keys(self.place, locator, &["type", "id", "path", "name"]);
            let said = match (locator.get("path"), locator.get("name")) {
                (Some(path), None) => path,
                (None, Some(name)) => name,
                _ => {
                    faults.add(
                        self.place,
                        format!("x-locator {name}: give one of path and name"),
                    );
                    continue;
                }
            };
            for wire in [&locator["id"], said].map(text) {
                let in_query = parameters.iter().any(|parameter| {
                    text(&parameter["name"]) == wire && parameter["in"] == "query"
                });
                if !in_query && !members.contains(&wire) {
                    faults.add(self.place, format!("x-locator {name}: `{wire}` is neither a query parameter nor a body member"));
                }
            }
            if self.document["components"]["schemas"][text(&locator["type"]).as_str()].is_null() {
                faults.add(
                    self.place,
                    format!("x-locator {name}: type is not a schema"),
                );
            }
        }
    }

    fn body_members(&self) -> Vec<String> {
        let body = resolve(self.document, &self.operation["requestBody"]);
        let schema = resolve(
            self.document,
            &body["content"]["application/json"]["schema"],
        );
        entries(&schema["properties"])
            .map(|(name, _)| name)
            .collect()
    }

    fn body(&self, faults: &mut Faults) {
        let Some(body) = self.operation.get("requestBody") else {
            return;
        };
        let body = resolve(self.document, body);
        faults.known_keys(
            self.place,
            body,
            &["required", "description", "content", "x-source"],
        );
        if text(&body["description"]).is_empty() {
            faults.add(self.place, "request body: description is missing");
        }
        let content: Vec<_> = entries(&body["content"]).collect();
        let [(media, content)] = content.as_slice() else {
            faults.add(self.place, "a request body has exactly one media type");
            return;
        };
        let schema = &content["schema"];
        match media.as_str() {
            "application/json" => {
                if schema.get("properties").is_some() {
                    faults.add(
                        self.place,
                        "request body: an object is a component, not inline",
                    );
                }
                schema::check_type(self.place, "request body", schema, self.document, faults);
            }
            "multipart/form-data" => {
                let schema = resolve(self.document, schema);
                let parts: Vec<_> = entries(&schema["properties"]).collect();
                if !matches!(parts.as_slice(), [(_, part)] if part["format"] == "binary") {
                    faults.add(
                        self.place,
                        "a multipart body has exactly one binary property",
                    );
                }
            }
            "text/plain" => {}
            _ if schema["format"] == "binary" => {}
            _ => faults.add(
                self.place,
                format!("request body: {media} needs a schema with format: binary"),
            ),
        }
    }

    fn responses(&self, method: &str, faults: &mut Faults) {
        let responses: Vec<_> = entries(&self.operation["responses"]).collect();
        for (status, response) in &responses {
            let response = resolve(self.document, response);
            if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
                faults.add(
                    self.place,
                    format!("response {status}: write real statuses, one by one"),
                );
            }
            faults.known_keys(
                self.place,
                response,
                &[
                    "description",
                    "headers",
                    "content",
                    "x-envelope",
                    "x-source",
                ],
            );
            if text(&response["description"]).is_empty() {
                faults.add(
                    self.place,
                    format!("response {status}: description is missing"),
                );
            }
        }
        let successes: Vec<_> = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .collect();
        let [(status, success)] = successes.as_slice() else {
            faults.add(self.place, "an operation has exactly one success response");
            return;
        };
        let success = resolve(self.document, success);
        let content: Vec<_> = entries(&success["content"]).collect();
        match content.as_slice() {
            [] => {}
            [(media, content)] if media == "application/json" => {
                let schema = &content["schema"];
                let member = text(&success["x-envelope"]);
                if schema.is_null() {
                    faults.add(
                        self.place,
                        format!("response {status}: a JSON answer needs a schema"),
                    );
                } else if success.get("x-envelope").is_some() {
                    if schema["properties"][member.as_str()].is_null() {
                        faults.add(
                            self.place,
                            format!("x-envelope: the schema has no property {member}"),
                        );
                    }
                } else if schema.get("properties").is_some() {
                    faults.add(
                        self.place,
                        format!("response {status}: an object is a component, not inline"),
                    );
                } else {
                    schema::check_type(self.place, "response", schema, self.document, faults);
                }
                if method == "HEAD" {
                    faults.add(self.place, "HEAD has no body to decode");
                }
                if entries(&content["examples"]).next().is_none() {
                    faults.add(
                        self.place,
                        format!("response {status}: an example is missing"),
                    );
                }
            }
            [(_, content)] if content["schema"]["format"] == "binary" => {}
            [(media, _)] => faults.add(
                self.place,
                format!("response {status}: {media} needs a schema with format: binary"),
            ),
            _ => faults.add(
                self.place,
                format!("response {status}: more than one media type"),
            ),
        }
        if let Some(name) = reference(&self.operation["responses"][status.as_str()]) {
            faults.add(
                self.place,
                format!("response {status}: write the success inline, not as $ref {name}"),
            );
        }
    }
}
