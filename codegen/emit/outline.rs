//! What a reviewer sees when a spec changes: the public API as text, one fact a line.

use super::{
    calls::{asks, beside_name},
    slot::{Kind, Slot, members, slots},
    types::made,
};
use crate::codegen::{
    names::{pascal, snake},
    spec::{
        BodyKind, Component, Envelope, Idempotence, Member, Operation, Parameter, Place, Response,
        Schema, Spec, Tag, Timeout, Type,
    },
};

/// Operations in the order of the spec, then the types.
pub fn outline(spec: &Spec) -> String {
    let operations = spec
        .operations
        .iter()
        .map(|operation| operation_block(spec, operation));
    let made = made(spec);
    let types = spec
        .schemas
        .iter()
        .map(|component| type_block(component, made.contains(component.name.as_str())));
    let mut text = format!("{}\n", spec.title);
    for block in operations.chain(types) {
        text.push('\n');
        for line in block {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

fn operation_block(spec: &Spec, operation: &Operation) -> Vec<String> {
    let Operation {
        id, method, path, ..
    } = operation;
    let mut told = Told::default();
    for slot in slots(operation) {
        told.slot(spec, operation, &slot);
    }
    let mut lines = vec![
        format!("{id}  {method} {path}"),
        format!(
            "    {}.{}({}) -> {}",
            doors(spec, operation),
            operation.verb,
            told.arguments.join(", "),
            answer(&operation.response)
        ),
    ];
    lines.extend(told.lines.iter().map(|line| format!("        {line}")));
    lines.extend(sent(operation).map(|line| format!("    {line}")));
    lines.push(format!("    {}", facts(operation).join(", ")));
    let errors: Vec<&str> = operation
        .errors
        .iter()
        .map(|(status, _)| status.as_str())
        .collect();
    if !errors.is_empty() {
        lines.push(format!("    errors {}", errors.join(" ")));
    }
    lines
}

/// What a caller tells an operation.
#[derive(Default)]
struct Told {
    arguments: Vec<String>,
    /// Where arguments and setters stand on the wire.
    lines: Vec<String>,
}

impl Told {
    fn slot(&mut self, spec: &Spec, operation: &Operation, slot: &Slot) {
        let bound = spec.tag(&operation.tag).is_some_and(|tag| {
            matches!(&slot.kind, Kind::Parameter(parameter) if tag.binds.contains(&parameter.wire))
                || tag.on.as_ref().is_some_and(|on| slot.is_in(&on.path))
        });
        let rust = &slot.rust;
        match &slot.kind {
            Kind::Parameter(parameter) => {
                let notes = parameter_notes(parameter);
                if bound {
                    self.lines.push(format!("{rust}  {notes}"));
                } else if let Some(beside) =
                    operation.beside().filter(|_| asks(operation, parameter))
                {
                    let member = &beside.member;
                    let notes = format!("`{member}` beside the value, asked for by {notes}");
                    self.setter(&beside_name(beside), "", &notes);
                } else if parameter.required {
                    self.argument(rust, &rust_type(&parameter.type_), &notes);
                } else {
                    self.setter(rust, &rust_type(&parameter.type_), &notes);
                }
            }
            Kind::Locator(locator) => {
                let notes = format!("`{}` or `{}`", locator.id, locator.text);
                self.argument(rust, &format!("Locator<{}>", locator.type_), &notes);
            }
            Kind::Members(body) => {
                for (member, is_argument) in members(spec, operation, body) {
                    let mut notes = vec![format!("`{}` in the body", member.wire)];
                    notes.extend(versions(&member.since, &member.until));
                    let (type_, notes) = (rust_type(&member.type_), notes.join(", "));
                    if is_argument {
                        self.argument(&member.rust, &type_, &notes);
                    } else {
                        self.setter(&member.rust, &type_, &notes);
                    }
                }
                if spec.keeps_unknown(body) {
                    self.setter("extra", "String, Json", "any other member of the body");
                }
            }
            Kind::Json(type_) => self.argument(rust, &rust_type(type_), "the body"),
            Kind::OptionalJson(type_) => self.setter(rust, &rust_type(type_), "the body"),
            Kind::Change(change) => {
                let (object, id) = (&change.object, &change.id);
                match &change.parameter {
                    Some(wire) => {
                        let notes = format!("the body, and by its `{id}` `{wire}` in the path");
                        self.argument(rust, &format!("Change<{object}>"), &notes);
                    }
                    None => {
                        let notes = format!("the body, each by its `{id}`");
                        self.argument(rust, &format!("Vec<Change<{object}>>"), &notes);
                    }
                }
            }
            Kind::Raw => self.argument(rust, "Body", "the body"),
            Kind::Text => self.argument(rust, "String", "the body"),
            Kind::JsonPart(part, type_) => {
                let notes = format!("part `{part}` of a form, as JSON");
                self.argument(rust, &rust_type(type_), &notes);
            }
            Kind::File(part) => {
                self.argument(rust, "Upload", &format!("part `{part}` of a form"));
                self.setter(
                    "on_progress",
                    "Fn(u64, Option<u64>)",
                    "called as it is sent",
                );
            }
        }
    }

    fn argument(&mut self, rust: &str, type_: &str, notes: &str) {
        self.arguments.push(format!("{rust}: {type_}"));
        self.lines.push(format!("{rust}  {notes}"));
    }

    fn setter(&mut self, rust: &str, type_: &str, notes: &str) {
        self.lines.push(format!(".{rust}({type_})  {notes}"));
    }
}

fn parameter_notes(parameter: &Parameter) -> String {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "headers",
    };
    let mut notes = vec![format!("`{}` in the {place}", parameter.wire)];
    if parameter.encoded_twice {
        notes.push("encoded twice".to_owned());
    }
    if parameter.comma {
        notes.push("comma list".to_owned());
    }
    if let Some(yes) = &parameter.flag {
        notes.push(format!("yes is `{yes}`"));
    }
    notes.extend(parameter.minimum.map(|least| format!("at least {least}")));
    notes.extend(parameter.maximum.map(|most| format!("at most {most}")));
    if let Some(bytes) = parameter.split {
        notes.push(format!("split at {bytes} bytes"));
    }
    notes.extend(versions(&parameter.since, &parameter.until));
    notes.join(", ")
}

/// The body, and the query parameters for which it stands.
fn sent(operation: &Operation) -> impl Iterator<Item = String> {
    let body = operation.body.as_ref().map(|body| {
        let sent = match &body.kind {
            BodyKind::Members(name) => name.clone(),
            BodyKind::Fields(name) => format!("{name} as a form"),
            BodyKind::Json(type_) => rust_type(type_),
            BodyKind::Change(change) => match change.parameter {
                Some(_) => format!("{} or its changed members", change.object),
                None => format!("{} or their changed members, by id", change.object),
            },
            BodyKind::Raw(media) => media.clone(),
            BodyKind::Form(_) => "multipart/form-data".to_owned(),
            BodyKind::Text => "text/plain".to_owned(),
        };
        let or_nothing = if body.required { "" } else { " or nothing" };
        format!("sends {sent}{or_nothing}")
    });
    let twins = operation.parameters.iter().filter_map(|parameter| {
        let member = parameter.twin_of.as_ref()?;
        Some(format!(
            "`{}` in the query is `{member}` in the body",
            parameter.wire
        ))
    });
    body.into_iter().chain(twins)
}

fn facts(operation: &Operation) -> Vec<String> {
    let mut facts = vec![match &operation.idempotent {
        Idempotence::Always => "repeatable".to_owned(),
        Idempotence::Never => "not repeatable".to_owned(),
        Idempotence::With(member) => format!("repeatable with `{member}`"),
    }];
    match operation.timeout {
        Timeout::Normal => {}
        Timeout::Long => facts.push("long".to_owned()),
        Timeout::Stream => facts.push("stream".to_owned()),
        Timeout::Endless => facts.push("endless".to_owned()),
    }
    if let Response::Envelope(Envelope { ok: Some(ok), .. }) = &operation.response {
        facts.push(format!("an error if `{ok}` says so"));
    }
    if let Some(member) = &operation.next {
        facts.push(format!("pages by `{member}`"));
    }
    if operation.manual {
        facts.push("written by hand".to_owned());
    }
    facts.extend(versions(&operation.since, &operation.until));
    facts
}

fn answer(response: &Response) -> String {
    match response {
        Response::Json(type_) => rust_type(type_),
        Response::Envelope(envelope) => {
            format!("{} from `{}`", rust_type(&envelope.type_), envelope.value)
        }
        Response::Bytes { media, opens: None } => format!("ByteStream of {media}"),
        Response::Bytes {
            media,
            opens: Some(type_),
        } => format!("{type_} of {media}"),
        Response::Empty => "()".to_owned(),
    }
}

/// `flink.vertex(jobid: JobId, vertexid: VertexId).subtask(subtaskindex: i32)`: the way to an operation.
fn doors(spec: &Spec, operation: &Operation) -> String {
    let mut doors = Vec::new();
    let mut next = spec.tag(&operation.tag);
    let client = next.map(|tag| snake(&tag.client));
    while let Some(tag) = next {
        if !tag.root {
            doors.push(door(operation, tag));
        }
        next = tag.within.as_ref().and_then(|name| spec.tag(name));
    }
    doors.extend(client);
    doors.reverse();
    doors.join(".")
}

fn door(operation: &Operation, tag: &Tag) -> String {
    let taken: Vec<String> = tag
        .binds
        .iter()
        .skip(tag.inherited)
        .filter_map(|wire| operation.parameters.iter().find(|own| &own.wire == wire))
        .map(|parameter| format!("{}: {}", parameter.rust, rust_type(&parameter.type_)))
        .chain(tag.on.iter().map(|on| format!("Link<{}>", pascal(&on.id))))
        .collect();
    format!("{}({})", tag.name, taken.join(", "))
}

fn type_block(component: &Component, is_made: bool) -> Vec<String> {
    let name = &component.name;
    match &component.schema {
        Schema::Object {
            members,
            keep_unknown,
            must_use,
        } => {
            let kept = if *keep_unknown {
                ", keeps unknown members"
            } else {
                ""
            };
            let used = must_use
                .as_ref()
                .map_or("", |_| ", warns where it is not used");
            let mut lines = vec![format!("struct {name}{kept}{used}")];
            if is_made {
                let arguments = members.iter().filter(|member| member.is_argument());
                let arguments: Vec<String> = arguments
                    .map(|member| format!("{}: {}", member.rust, rust_type(&member.type_)))
                    .collect();
                let is_set = |member: &Member| !member.is_argument() && !member.is_tag();
                let others = match members.iter().any(is_set) {
                    true => ", all else by setters",
                    false => "",
                };
                lines.push(format!("    new({}){others}", arguments.join(", ")));
            }
            lines.extend(members.iter().map(member_line));
            lines
        }
        Schema::Enum(values) => {
            let mut lines = vec![format!("open enum {name}")];
            for (value, _) in values {
                lines.push(format!("    {}  `{value}`", pascal(value)));
            }
            lines
        }
        Schema::Id => vec![format!("id {name}")],
        Schema::SecretId => vec![format!("secret id {name}")],
        Schema::Union(branches) => {
            let mut lines = vec![format!("open union {name}")];
            lines.extend(branches.iter().map(|branch| format!("    {branch}")));
            lines
        }
        Schema::Double => vec![format!("{name} is f64, odd values as strings")],
        Schema::Alias(type_) => vec![format!("{name} is {}", rust_type(type_))],
    }
}

fn member_line(member: &Member) -> String {
    let type_ = rust_type(&member.type_);
    let type_ = if member.is_option() {
        format!("Option<{type_}>")
    } else {
        type_
    };
    let mut notes = Vec::new();
    if member.rust != member.wire {
        notes.push(format!("`{}`", member.wire));
    }
    match (member.required, member.nullable) {
        (true, false) => {}
        (true, true) => notes.push("may be null".to_owned()),
        (false, false) => notes.push("may be absent".to_owned()),
        (false, true) => notes.push("may be absent or null".to_owned()),
    }
    notes.extend(versions(&member.since, &member.until));
    if let Some(default) = &member.default {
        let default = serde_json::to_string(default).unwrap_or_default();
        notes.push(format!("`{default}` in a new one"));
    }
    format!("    {}: {type_}  {}", member.rust, notes.join(", "))
}

fn versions(since: &Option<String>, until: &Option<String>) -> Vec<String> {
    let since = since.iter().map(|version| format!("since {version}"));
    let until = until.iter().map(|version| format!("until {version}"));
    since.chain(until).collect()
}

fn rust_type(type_: &Type) -> String {
    match type_ {
        Type::Bool => "bool".into(),
        Type::I32 => "i32".into(),
        Type::I64 => "i64".into(),
        Type::Said(plain, name) => format!("{} by {name}", rust_type(plain)),
        Type::F64 => "f64".into(),
        Type::String => "String".into(),
        Type::Secret => "Secret".into(),
        Type::Json => "Value".into(),
        Type::Tag(value) => format!("`{value}`"),
        Type::Ref(name) | Type::Own(name) => name.clone(),
        Type::Array(item) => format!("Vec<{}>", rust_type(item)),
        Type::Map(value) => format!("BTreeMap<String, {}>", rust_type(value)),
        Type::Nullable(value) => format!("Option<{}>", rust_type(value)),
        Type::Link(id) => format!("Link<{}>", pascal(id)),
    }
}
