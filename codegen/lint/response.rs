//! Rules on responses: one success, real error statuses, examples.

use serde_norway::Value;

use super::{Lint, site::Site, words};
use crate::codegen::{
    names,
    yaml::node::{Form, at_way, entries, envelope_value, is_success, reference, text},
};

/// What follows `with_` in the names of the options of every call.
const OPTIONS: [&str; 5] = ["header", "query", "response", "retry", "timeout"];

impl<'a> Lint<'a> {
    pub(super) fn responses(&mut self, site: &Site<'a>) {
        let responses: Vec<_> = entries(&site.operation["responses"]).collect();
        for (status, response) in &responses {
            let place = format!("{}: response {status}", site.place);
            if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
                self.fault(&place, "write real statuses, one by one");
            }
            if response.get("$ref").is_none() {
                self.response(&place, response);
            }
            if status == "101" && site.operation["x-manual"] != true {
                self.fault(
                    &place,
                    "only a call that is written by hand goes on in another protocol",
                );
            }
            if status == "101" && response.get("content").is_some() {
                self.fault(
                    &place,
                    "what follows a 101 is of another protocol: it has no content",
                );
            }
            if !status.starts_with('2') && response.get("x-opens").is_some() {
                self.fault(&place, "only a success opens something");
            }
        }
        let successes: Vec<_> = responses
            .iter()
            .filter(|(status, _)| is_success(status))
            .collect();
        if let [(status, success)] = successes.as_slice() {
            let place = format!("{}: response {status}", site.place);
            self.asked(site, &place, success);
            self.success(&place, site.method, success);
        } else {
            self.fault(&site.place, "an operation has exactly one success response");
        }
    }

    /// What holds for every response, shared ones included.
    pub(super) fn response(&mut self, place: &str, response: &'a Value) {
        self.words(place, response, words::RESPONSE);
        self.prose(place, response, "description");
        for (name, header) in entries(&response["headers"]) {
            let place = format!("{place}: header {name}");
            self.words(&place, header, words::HEADER);
            self.prose(&place, header, "description");
            self.inline(&place, &header["schema"]);
        }
        let content: Vec<_> = entries(&response["content"]).collect();
        if content.len() > 1 {
            self.fault(place, "it has more than one media type");
        }
        for (media, content) in content {
            self.words(place, content, words::MEDIA);
            let schema = &content["schema"];
            let is_json = media == "application/json";
            if response.get("x-next").is_some() {
                self.next(place, response, schema);
            }
            if let Some(envelope) = response.get("x-envelope") {
                self.envelope(place, is_json, envelope, schema);
            } else if is_json && schema.is_null() {
                self.fault(place, "a JSON answer needs a schema");
            } else if is_json {
                self.inline(place, schema);
            } else if schema["format"] == "binary" {
                self.words(place, schema, words::BYTES);
            } else {
                self.fault(place, format!("{media} needs a schema with format: binary"));
            }
            for (name, example) in entries(&content["examples"]) {
                let place = format!("{place}: example {name}");
                self.words(&place, example, words::EXAMPLE);
                self.prose(&place, example, "summary");
                match example.get("value") {
                    Some(value) if is_json => self.example(&place, schema, value),
                    Some(_) => self.fault(&place, "only JSON answers have examples"),
                    None => self.fault(&place, "value is missing"),
                }
            }
        }
    }

    fn envelope(&mut self, place: &str, is_json: bool, envelope: &'a Value, schema: &'a Value) {
        let member = envelope_value(envelope).unwrap_or_default();
        if envelope.is_mapping() {
            self.around(&format!("{place}: x-envelope"), envelope, schema);
        } else if !envelope.is_string() {
            self.fault(
                place,
                "x-envelope is the name of a member, or {value: member, ok: .., beside: .., asked: ..}",
            );
            return;
        }
        if !is_json {
            self.fault(place, "x-envelope is for JSON answers");
        }
        self.words(place, schema, words::ENVELOPE);
        for (wire, property) in entries(&schema["properties"]) {
            let place = format!("{place}: {wire}");
            self.words(&place, property, words::BESIDE);
            self.type_(&place, property);
            let may_be_null =
                wire == member && matches!(Form::of(property), Some(Form::List | Form::Map));
            if !may_be_null && property.get("nullable").is_some() {
                self.fault(&place, "only a value that is a list or a map can be null");
            }
            if property.get("description").is_some() {
                self.prose(&place, property, "description");
            }
        }
        if schema["properties"][member.as_str()].is_null() {
            self.fault(
                place,
                format!("x-envelope: the schema has no property {member}"),
            );
        }
    }

    /// What an envelope has beside its value.
    fn around(&mut self, place: &str, envelope: &Value, schema: &Value) {
        self.words(place, envelope, words::AROUND);
        if envelope.get("value").is_none() {
            self.fault(place, "value is missing");
        }
        let ok = text(&envelope["ok"]);
        let type_ = &at_way(self.document, schema, &ok)["type"];
        if !ok.is_empty() && type_ != "boolean" && type_ != "string" {
            let reason = format!("ok: the schema has no boolean {ok}");
            self.fault(place, reason);
        }
        let beside = text(&envelope["beside"]);
        if !beside.is_empty() && at_way(self.document, schema, &beside).is_null() {
            let reason = format!("beside: the schema has no property {beside}");
            self.fault(place, reason);
        }
        let last = beside.rsplit('.').next().unwrap_or_default();
        if OPTIONS.contains(&names::snake(last).as_str()) {
            let reason = format!("beside: a call has a method with_{last} already");
            self.fault(place, reason);
        }
        if envelope.get("asked").is_some() && beside.is_empty() {
            self.fault(place, "asked goes with beside");
        }
    }

    /// The parameter that asks for what stands beside the value is a flag of the query.
    fn asked(&mut self, site: &Site<'a>, place: &str, success: &Value) {
        let asked = text(&success["x-envelope"]["asked"]);
        let mut parameters = site.parameters.iter();
        let is_flag =
            parameters.any(|own| text(&own["name"]) == asked && own.get("x-flag").is_some());
        if !asked.is_empty() && !is_flag {
            let reason = format!("asked: there is no parameter {asked} with x-flag");
            self.fault(&format!("{place}: x-envelope"), reason);
        }
    }

    /// The member with the URL of the next page stands beside a list.
    fn next(&mut self, place: &str, response: &Value, schema: &Value) {
        let member = text(&response["x-next"]);
        let list = envelope_value(&response["x-envelope"]).unwrap_or_default();
        if response["x-envelope"].get("beside").is_some() {
            self.fault(place, "x-next does not go with a thing beside the list");
        }
        if schema["properties"][list.as_str()]["type"] != "array" {
            self.fault(place, "x-next needs a list as the x-envelope");
        }
        if schema["properties"][member.as_str()]["type"] != "string" {
            let reason = format!("x-next: the schema has no property {member} that is a string");
            self.fault(place, reason);
        }
    }

    fn success(&mut self, place: &str, method: &str, success: &'a Value) {
        if let Some(name) = reference(success) {
            self.fault(
                place,
                format!("write the success inline, not as $ref {name}"),
            );
        }
        if let Some(type_) = success["x-opens"].as_str() {
            let is_bytes = entries(&success["content"])
                .any(|(_, media)| media["schema"]["format"] == "binary");
            if !is_bytes || names::pascal(type_) != type_ {
                self.unusable(place, type_, "x-opens is a Rust type that takes bytes");
            }
        }
        let json = &success["content"]["application/json"];
        if json.is_null() {
            return;
        }
        if method == "HEAD" {
            self.fault(place, "HEAD has no body to decode");
        }
        if entries(&json["examples"]).next().is_none() {
            self.fault(place, "an example is missing");
        }
    }
}
