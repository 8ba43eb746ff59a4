//! Rules on operations: ids, tags, vendor words, and what they say together with path and body.

use std::collections::BTreeMap;

use serde_norway::Value;

use super::{Lint, parameter::is_bounded, site::Site, words};
use crate::codegen::{
    names,
    yaml::node::{Form, VERBS, entries, is_spread, items, path_names, reference, text},
};

/// What leads elsewhere has a fault of its own.
fn leads_to_parameter(parameter: &Value) -> bool {
    match parameter.get("$ref") {
        Some(pointer) => text(pointer).starts_with("#/components/parameters/"),
        None => true,
    }
}

impl<'a> Lint<'a> {
    /// Every operation of the document.
    pub(super) fn sites(&self) -> Vec<Site<'a>> {
        let document = self.document;
        let mut sites = Vec::new();
        for (path, item) in document["paths"].as_mapping().into_iter().flatten() {
            for (verb, method) in VERBS {
                let (Some(path), Some(operation)) = (path.as_str(), item.get(verb)) else {
                    continue;
                };
                let parameters = items(&item["parameters"])
                    .chain(items(&operation["parameters"]))
                    .filter(|parameter| leads_to_parameter(parameter))
                    .filter_map(|parameter| self.target(parameter))
                    .collect();
                sites.push(Site {
                    place: format!("{method} {path}"),
                    path,
                    method,
                    operation,
                    parameters,
                });
            }
        }
        sites
    }

    /// The JSON body that is spread into arguments and setters: its component's name and members.
    pub(super) fn spread(&self, site: &Site<'a>) -> Option<(String, BTreeMap<String, &'a Value>)> {
        let body = self.target(&site.operation["requestBody"])?;
        let content = &body["content"];
        let media = ["application/json", "application/x-www-form-urlencoded"];
        let media = media
            .into_iter()
            .find(|media| content.get(media).is_some())?;
        let schema = &content[media]["schema"];
        let name = reference(schema)?;
        let object = self.schema_named(&name);
        is_spread(object).then(|| (name, entries(&object["properties"]).collect()))
    }

    pub(super) fn operations(&mut self) {
        let mut ids = BTreeMap::new();
        for site in self.sites() {
            if let Some(other) = ids.insert(site.id(), site.place.clone()) {
                let reason = format!("operationId {} is taken by {other}", site.id());
                self.fault(&site.place, reason);
            }
            self.words(&site.place, site.operation, words::OPERATION);
            self.versions(&site.place, site.operation);
            self.identity(&site);
            self.parameters(&site);
            self.binds(&site);
            self.locators(&site);
            self.request_body(&site);
            self.responses(&site);
            self.timeout(&site);
            self.idempotence(&site);
        }
    }

    fn identity(&mut self, site: &Site<'a>) {
        let place = &site.place;
        let tags: Vec<String> = items(&site.operation["tags"]).map(text).collect();
        if let [tag] = tags.as_slice() {
            if !items(&self.document["tags"]).any(|declared| text(&declared["name"]) == *tag) {
                self.fault(place, format!("tag {tag} is not declared"));
            }
            let id = site.id();
            match id.strip_prefix(&format!("{tag}_")) {
                _ if id.is_empty() => self.fault(place, "operationId is missing"),
                Some(verb) if names::is_snake(verb) && names::is_snake(&id) => {}
                Some(verb) if names::is_snake(&id) => {
                    let reason = names::reserved(verb)
                        .unwrap_or_else(|| format!("`{verb}` cannot be a method in Rust"));
                    self.fault(place, format!("operationId {id}: {reason}"));
                }
                _ => self.fault(
                    place,
                    format!("operationId {id} is not {tag}_<verb> in snake case"),
                ),
            }
        } else {
            self.fault(place, "an operation has exactly one tag");
        }
        self.prose(place, site.operation, "summary");
        let summary = text(&site.operation["summary"]);
        if !summary.is_empty() && !summary.ends_with('.') {
            self.fault(place, "the summary does not end with a full stop");
        }
        if site.operation.get("description").is_some() {
            self.prose(place, site.operation, "description");
        }
        self.prose(place, site.operation, "x-source");
    }

    /// The tag's bound parameters lead the path.
    fn binds(&mut self, site: &Site<'a>) {
        let mut tag = site.tag();
        let mut bound = Vec::new();
        // Backwards, since a group stands within one before it.
        let tags: Vec<&Value> = items(&self.document["tags"]).collect();
        for declared in tags.into_iter().rev() {
            if text(&declared["name"]) == tag {
                bound.splice(0..0, items(&declared["x-binds"]).map(text));
                tag = text(&declared["x-within"]);
            }
        }
        let mut tags = items(&self.document["tags"]);
        let on = tags.find(|declared| text(&declared["name"]) == site.tag());
        let on = on.and_then(|tag| tag["x-on"].as_str());
        let base = on.and_then(|on| self.sites().into_iter().find(|other| other.id() == on));
        let continues = |base: &str| {
            let rest = site.path.strip_prefix(base);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(base) = base.filter(|base| !continues(base.path)) {
            let reason = format!(
                "the tag is on {}, whose path {} does not begin this one",
                base.id(),
                base.path
            );
            self.fault(&site.place, reason);
        }
        let in_path = path_names(site.path);
        if !in_path.starts_with(&bound) {
            self.fault(
                &site.place,
                format!(
                    "the tag binds {}, but the path's parameters are {}",
                    bound.join(", "),
                    in_path.join(", ")
                ),
            );
        }
    }

    fn locators(&mut self, site: &Site<'a>) {
        let members = self.spread(site).map(|(_, members)| members);
        for (name, locator) in entries(&site.operation["x-locator"]) {
            let place = format!("{}: x-locator {name}", site.place);
            if !locator.is_mapping() {
                self.fault(
                    &place,
                    "begin with the argument's name: `stream: {type: .., id: .., path: ..}`",
                );
                continue;
            }
            self.words(&place, locator, words::LOCATOR);
            if !names::is_snake(&name) {
                self.unusable(&place, &name, "the name cannot be an argument in Rust");
            }
            let said = match (locator.get("path"), locator.get("name")) {
                (Some(_), None) => "path",
                (None, Some(_)) => "name",
                _ => {
                    self.fault(&place, "give either path or name");
                    continue;
                }
            };
            for (word, type_) in [("id", "int32"), (said, "string")] {
                let wire = text(&locator[word]);
                let parameter = site.parameters.iter().find(|parameter| {
                    text(&parameter["name"]) == wire && parameter["in"] == "query"
                });
                let member = members.as_ref().and_then(|members| members.get(&wire));
                let (schema, required) = match (parameter, member) {
                    (Some(parameter), _) => (
                        &parameter["schema"],
                        parameter["required"].as_bool() == Some(true),
                    ),
                    (None, Some(member)) => (*member, self.is_required(site, &wire)),
                    (None, None) => {
                        self.fault(
                            &place,
                            format!("`{wire}` is neither a query parameter nor a body member"),
                        );
                        continue;
                    }
                };
                let found = match schema["type"].as_str() {
                    Some("integer") => text(&schema["format"]),
                    other => other.unwrap_or_default().to_owned(),
                };
                if found != type_ || required {
                    self.fault(&place, format!("`{wire}` is not an optional {type_}"));
                }
                if is_bounded(schema) {
                    self.fault(
                        &place,
                        format!("`{wire}` has bounds, which a locator does not keep"),
                    );
                }
            }
            let type_ = text(&locator["type"]);
            let object = self.schema_named(&type_);
            let id = &object["properties"]["id"];
            let has_id = items(&object["required"]).any(|name| name == "id")
                && id["format"] == "int32"
                && id["nullable"].as_bool() != Some(true);
            if Form::of(object) != Some(Form::Object) || !has_id {
                self.fault(
                    &place,
                    format!("type {type_} is not an object with a required int32 `id`"),
                );
            }
        }
    }

    fn is_required(&self, site: &Site<'a>, wire: &str) -> bool {
        self.spread(site).is_some_and(|(body, _)| {
            items(&self.schema_named(&body)["required"]).any(|name| name == wire)
        })
    }

    fn timeout(&mut self, site: &Site<'a>) {
        let class = text(&site.operation["x-timeout"]);
        if !matches!(
            class.as_str(),
            "" | "normal" | "long" | "stream" | "endless"
        ) {
            self.fault(
                &site.place,
                "x-timeout is not normal, long, stream or endless",
            );
        }
    }

    fn idempotence(&mut self, site: &Site<'a>) {
        let value = &site.operation["x-idempotent"];
        if value.is_mapping() {
            self.words(
                &format!("{}: x-idempotent", site.place),
                value,
                words::IDEMPOTENT,
            );
            let wire = text(&value["with"]);
            let is_member = self
                .spread(site)
                .is_some_and(|(_, members)| members.contains_key(&wire));
            if !is_member || self.is_required(site, &wire) {
                self.fault(
                    &site.place,
                    format!("x-idempotent: `{wire}` is not an optional member of the body"),
                );
            }
        } else if !value.is_bool() && !value.is_null() {
            self.fault(
                &site.place,
                "x-idempotent is not true, false or {with: member}",
            );
        }
    }
}
