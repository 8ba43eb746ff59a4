//! Rules on request bodies.

use serde_norway::{Mapping, Value};

use super::{Lint, site::Site, words};
use crate::codegen::{
    names,
    yaml::node::{Form, entries, items, keeps_unknown, path_names, reference, text},
};

impl<'a> Lint<'a> {
    pub(super) fn request_body(&mut self, site: &Site<'a>) {
        let Some(body) = self.target(&site.operation["requestBody"]) else {
            return;
        };
        let place = &format!("{}: request body", site.place);
        self.words(place, body, words::BODY);
        self.prose(place, body, "description");
        let content: Vec<_> = entries(&body["content"]).collect();
        let [(media, content)] = content.as_slice() else {
            self.fault(place, "it has exactly one media type");
            return;
        };
        self.words(place, content, words::MEDIA);
        let schema = &content["schema"];
        let mut optional_members = false;
        if body.get("x-change").is_some() {
            self.change(place, site, body, media, schema);
        }
        match media.as_str() {
            "application/json" if schema.is_null() => {
                self.fault(place, "a JSON body needs a schema");
            }
            "application/json" => {
                self.inline(place, schema);
                let object = self.schema_named(&reference(schema).unwrap_or_default());
                optional_members = self.spread(site).is_some()
                    && items(&object["required"]).next().is_none()
                    && !keeps_unknown(object)
                    || schema.as_mapping().is_some_and(Mapping::is_empty);
                self.spoken(place, site);
            }
            "multipart/form-data" => {
                self.words(place, schema, words::FORM);
                let parts: Vec<_> = entries(&schema["properties"]).collect();
                for (part, schema) in &parts {
                    let place = format!("{place}: part {part}");
                    self.words(&place, schema, words::PART);
                    if schema.get("allOf").is_some() {
                        self.type_(&place, schema);
                    } else if schema["format"] != "binary" {
                        self.fault(&place, "a part has format: binary, or allOf with a $ref");
                    }
                    if !names::is_snake(&names::snake(part)) {
                        self.fault(&place, "the name cannot be an argument in Rust");
                    }
                }
                let files = parts.iter().filter(|(_, part)| part["format"] == "binary");
                if files.count() > 1 || parts.is_empty() {
                    self.fault(
                        place,
                        "a form has parts: at most one with format: binary, and others of JSON",
                    );
                }
            }
            "application/x-www-form-urlencoded" => self.fields(place, site, schema),
            "text/plain" => {
                if schema["type"] != "string" {
                    self.fault(place, "text/plain needs a schema with type: string");
                }
            }
            _ if schema["format"] == "binary" => self.words(place, schema, words::BYTES),
            _ => self.fault(place, format!("{media} needs a schema with format: binary")),
        }
        if body["required"].as_bool() != Some(true) && !optional_members {
            self.fault(
                place,
                "only an object whose members are all optional, or any JSON, can be left out; say required: true",
            );
        }
    }

    /// The body is an object or what changes of it, or a map of those, and a member of the object is its id.
    fn change(
        &mut self,
        place: &str,
        site: &Site<'a>,
        body: &'a Value,
        media: &str,
        schema: &'a Value,
    ) {
        let place = &format!("{place}: x-change");
        let (is_map, one) = match schema.get("additionalProperties") {
            Some(value) => (true, value),
            None => (false, schema),
        };
        let object = self.schema_named(&reference(one).unwrap_or_default());
        if media != "application/json" || object["x-keep-unknown"] != true {
            self.fault(
                place,
                "the body is JSON: an object with x-keep-unknown, or a map of those",
            );
            return;
        }
        if body["required"] != true {
            self.fault(place, "a change is required: true");
        }
        let wire = text(&body["x-change"]);
        let id = &object["properties"][wire.as_str()];
        let type_ = reference(&id["allOf"][0]);
        let target = self.schema_named(type_.as_deref().unwrap_or_default());
        let is_id = Form::of(target) == Some(Form::Id) && target["format"] != "password"
            || matches!(id["type"].as_str(), Some("string" | "integer"))
                && id["format"] != "password"
                && id.get("x-link").is_none();
        if !is_id {
            let reason =
                format!("the object has no member {wire} that is an id, a string or an integer");
            self.fault(place, reason);
            return;
        }
        let mut required = items(&object["required"]);
        if let Some(other) = required.find(|name| text(name) != wire) {
            let reason = format!(
                "the object requires {} too, so that no part of it is one",
                text(other)
            );
            self.fault(place, reason);
        }
        if is_map {
            return;
        }
        let last = path_names(site.path).pop().unwrap_or_default();
        let filled = site
            .parameters
            .iter()
            .find(|own| own["in"] == "path" && text(&own["name"]) == last);
        let fits = filled.is_some_and(|own| {
            let own = &own["schema"];
            reference(own) == type_ && own["type"] == id["type"]
        });
        let is_bound = items(&self.document["tags"]).any(|tag| {
            items(&tag["x-binds"]).any(|bound| text(bound) == last)
                && text(&tag["name"]) == site.tag()
        });
        if !fits || is_bound {
            let reason = format!(
                "the last parameter of the path is not one of the type of {wire} that the call takes"
            );
            self.fault(place, reason);
        }
    }

    /// The fields of a form are plain.
    fn fields(&mut self, place: &str, site: &Site<'a>, schema: &'a Value) {
        self.inline(place, schema);
        let spread = self.spread(site);
        let spread = spread.filter(|(name, _)| !keeps_unknown(self.schema_named(name)));
        let Some((_, members)) = spread else {
            self.fault(
                place,
                "the fields of a form are an object component, all of whose members are known",
            );
            return;
        };
        for (wire, member) in members {
            if matches!(member["type"].as_str(), Some("array" | "object") | None) {
                self.fault(place, format!("the field `{wire}` is not plain"));
            }
        }
        self.spoken(place, site);
    }

    /// No caller chooses the one value of a closed enum.
    fn spoken(&mut self, place: &str, site: &Site<'a>) {
        let Some((_, members)) = self.spread(site) else {
            return;
        };
        for (wire, member) in members {
            if member.get("enum").is_some() {
                self.fault(
                    place,
                    format!("`{wire}` has only one value, which no caller can choose"),
                );
            }
        }
    }
}
