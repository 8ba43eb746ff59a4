//! One answer of a server, held against the schema that our spec has for it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    document::Document,
    report::{Finding, Findings, Kind as Found},
    shape::{Kind, Member, component, members_of},
    version::{Span, Version},
};

/// What all answers of a server have shown so far.
pub(super) struct Answers<'a> {
    document: &'a Document,
    version: Option<Version>,
    findings: Findings,
    /// Members of components, and whether an answer has had them.
    seen: BTreeMap<(&'a str, &'a str), bool>,
}

/// Where a value stands.
#[derive(Clone)]
struct Place<'a> {
    /// In the answer, for people.
    path: String,
    /// In the component that describes it: the same for all answers that have that component.
    owner: String,
    component: Option<&'a str>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(document: &'a Document, version: Option<Version>) -> Self {
        Self {
            document,
            version,
            findings: Findings::default(),
            seen: BTreeMap::new(),
        }
    }

    /// Holds the answer of an operation against the schema; `what` names it in the findings.
    pub(super) fn check(
        &mut self,
        operation: usize,
        what: &str,
        schema: &'a Value,
        answer: &Value,
    ) {
        let place = Place {
            path: what.to_owned(),
            owner: format!("{operation} {what}"),
            component: None,
        };
        self.value(operation, &place, schema, answer);
    }

    /// A gap that is not about the members of an answer.
    pub(super) fn find(&mut self, operation: usize, kind: Found, place: &str, text: String) {
        let finding = Finding {
            gap: true,
            kind,
            place: place.to_owned(),
            text,
        };
        self.findings
            .keep(operation, format!("{operation} {place}"), finding);
    }

    pub(super) fn take(&mut self, operation: usize) -> Vec<Finding> {
        self.findings.take(operation)
    }

    /// Members that this version should have and no answer has had, by component.
    pub(super) fn never_seen(&self) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut never: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for ((component, member), _) in self.seen.iter().filter(|(_, seen)| !**seen) {
            never.entry(component).or_default().push(member);
        }
        never
    }

    fn value(&mut self, operation: usize, place: &Place<'a>, schema: &'a Value, value: &Value) {
        let shape = self.document.shape(schema);
        let place = &place.in_component(shape.component);
        if value.is_null() {
            if !shape.nullable && !matches!(shape.kind, Kind::Any) {
                self.gap(
                    operation,
                    place,
                    Found::Null,
                    format!("null, {shape} in our spec"),
                );
            }
            return;
        }
        match (&shape.kind, value) {
            (Kind::Any, _)
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Number | Kind::Double, Value::Number(_)) => {}
            (Kind::Double, Value::String(text)) if text.parse::<f64>().is_ok() => {}
            (Kind::Integer(bits), Value::Number(number)) if fits(*bits, number) => {}
            (Kind::String(values), Value::String(text)) => {
                if !values.is_empty() && !values.contains(&text.as_str()) {
                    let text = format!("the value {text:?} is not in our spec");
                    self.gap(operation, place, Found::Value, text);
                }
            }
            (Kind::List(schema), Value::Array(items)) => {
                let place = place.item();
                for item in items {
                    self.value(operation, &place, schema, item);
                }
            }
            (Kind::Map(schema), Value::Object(entries)) => {
                let place = place.member("*");
                for value in entries.values() {
                    self.value(operation, &place, schema, value);
                }
            }
            (Kind::Object(members), Value::Object(object)) => {
                self.object(operation, place, members, object);
            }
            (Kind::Union(branches), Value::Object(object)) => {
                self.union(operation, place, branches, object);
            }
            _ => {
                let text = format!("{}, {shape} in our spec", name_of(value));
                self.gap(operation, place, Found::Type, text);
            }
        }
    }

    fn object(
        &mut self,
        operation: usize,
        place: &Place<'a>,
        members: &BTreeMap<&'a str, Member<'a>>,
        object: &serde_json::Map<String, Value>,
    ) {
        for (name, member) in members {
            let within = place.member(name);
            let value = object.get(*name);
            if let Some(component) = place.component
                && member.span.has(self.version)
            {
                *self.seen.entry((component, name)).or_default() |= value.is_some();
            }
            match value {
                Some(value) => {
                    if !member.span.has(self.version) {
                        self.version(operation, &within, member.span);
                    }
                    self.value(operation, &within, member.schema, value);
                }
                None if member.required => {
                    let text = "absent, required in our spec".to_owned();
                    self.gap(operation, &within, Found::MissingThere, text);
                }
                None => {}
            }
        }
        for (name, value) in object {
            if !members.contains_key(name.as_str()) {
                let text = format!("only there, {}", name_of(value));
                self.gap(operation, &place.member(name), Found::MissingHere, text);
            }
        }
    }

    /// The branch whose tag the object bears.
    fn union(
        &mut self,
        operation: usize,
        place: &Place<'a>,
        branches: &[&'a Value],
        object: &serde_json::Map<String, Value>,
    ) {
        let mut tag = None;
        for branch in branches {
            let members = members_of(self.document, branch);
            for (name, member) in &members {
                let Kind::String(values) = self.document.shape(member.schema).kind else {
                    continue;
                };
                if let [value] = values.as_slice() {
                    tag = Some(*name);
                    if object.get(*name).and_then(Value::as_str) == Some(value) {
                        let place = place.in_component(component(branch));
                        return self.object(operation, &place, &members, object);
                    }
                }
            }
        }
        let tag = tag.unwrap_or_default();
        let value = object.get(tag).unwrap_or(&Value::Null);
        let text = format!("the kind {value} is not in our spec");
        self.gap(operation, &place.member(tag), Found::Value, text);
    }

    fn version(&mut self, operation: usize, place: &Place<'a>, span: Span) {
        let text = format!("there, though our spec has it in {span}");
        self.gap(operation, place, Found::Version, text);
    }

    fn gap(&mut self, operation: usize, place: &Place<'a>, kind: Found, text: String) {
        let finding = Finding {
            gap: true,
            kind,
            place: place.path.clone(),
            text,
        };
        self.findings.keep(operation, place.owner.clone(), finding);
    }
}

impl<'a> Place<'a> {
    fn member(&self, name: &str) -> Self {
        Self {
            path: format!("{}.{name}", self.path),
            owner: format!("{}.{name}", self.owner),
            component: None,
        }
    }

    fn item(&self) -> Self {
        Self {
            path: format!("{}[]", self.path),
            owner: format!("{}[]", self.owner),
            component: None,
        }
    }

    /// The same place, as a component sees it that describes it.
    fn in_component(&self, component: Option<&'a str>) -> Self {
        match component {
            Some(name) => Self {
                path: self.path.clone(),
                owner: name.to_owned(),
                component,
            },
            None => self.clone(),
        }
    }
}

fn fits(bits: Option<u8>, number: &serde_json::Number) -> bool {
    match bits {
        Some(32) => number
            .as_i64()
            .is_some_and(|value| i32::try_from(value).is_ok()),
        _ => number.is_i64(),
    }
}

/// The type of a value in words. The value itself may be nobody else's business.
fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
