//! What a reviewer sees when a spec changes: one short block an operation, one line a member.

use std::fmt::Write as _;

use super::{
    names::snake,
    slot::{Kind, members, slots},
    spec::{BodyKind, Idempotence, Member, Operation, Response, Schema, Spec, Timeout, Type},
};

/// The public surface as text.
pub fn outline(spec: &Spec) -> String {
    let mut text = format!("{}\n\n", spec.title);
    for operation in &spec.operations {
        operation_block(&mut text, spec, operation);
    }
    for component in &spec.schemas {
        let name = &component.name;
        match &component.schema {
            Schema::Object {
                members,
                keep_unknown,
            } => {
                let kept = if *keep_unknown {
                    ", unknown members kept"
                } else {
                    ""
                };
                let _ = writeln!(text, "{name}{kept}");
                for member in members {
                    let _ = writeln!(text, "    {}", member_line(member));
                }
            }
            Schema::Enum(values) => {
                let values: Vec<&str> = values.iter().map(|(value, _)| value.as_str()).collect();
                let _ = writeln!(text, "{name} = {}", values.join(" | "));
            }
            Schema::Id => {
                let _ = writeln!(text, "{name}: id");
            }
            Schema::Union(branches) => {
                let _ = writeln!(text, "{name} = {}", branches.join(" | "));
            }
            Schema::Double => {
                let _ = writeln!(text, "{name} = number | NaN | Infinity | -Infinity");
            }
            Schema::Alias(type_) => {
                let _ = writeln!(text, "{name} = {}", type_.label());
            }
        }
    }
    text
}

fn operation_block(text: &mut String, spec: &Spec, operation: &Operation) {
    let _ = write!(
        text,
        "{}  {} {}",
        operation.id, operation.method, operation.path
    );
    match &operation.idempotent {
        Idempotence::Always => text.push_str("  idempotent"),
        Idempotence::Never => {}
        Idempotence::With(member) => {
            let _ = write!(text, "  idempotent with {member}");
        }
    }
    match operation.timeout {
        Timeout::Normal => {}
        Timeout::Long => text.push_str("  long"),
        Timeout::Stream => text.push_str("  stream"),
    }
    if operation.manual {
        text.push_str("  by hand");
    }
    let mut arguments = Vec::new();
    let mut setters = Vec::new();
    let bound = spec
        .tag(&operation.tag)
        .map(|tag| tag.binds.clone())
        .unwrap_or_default();
    for slot in slots(operation) {
        match &slot.kind {
            Kind::Parameter(parameter) if bound.contains(&parameter.wire) => {}
            Kind::Parameter(parameter) if parameter.required => {
                arguments.push(format!("{}: {}", slot.rust, parameter.type_.label()));
            }
            Kind::Parameter(parameter) => setters.push(format!(
                "{}({}) ?{}{}{}",
                slot.rust,
                parameter.type_.label(),
                parameter.wire,
                parameter
                    .flag
                    .as_ref()
                    .map(|yes| format!("={yes}"))
                    .unwrap_or_default(),
                parameter
                    .split
                    .map(|bytes| format!(" split at {bytes}"))
                    .unwrap_or_default(),
            )),
            Kind::Locator(locator) => {
                let text = if locator.is_path { "path" } else { "name" };
                arguments.push(format!("{}: {} | id | {text}", slot.rust, locator.type_));
            }
            Kind::Members(body) => {
                for (member, is_argument) in members(spec, operation, body) {
                    if is_argument {
                        arguments.push(format!("{}: {}", member.rust, member.type_.label()));
                    } else {
                        setters.push(format!(
                            "{}({}) {}",
                            member.rust,
                            member.type_.label(),
                            quoted(&member.wire)
                        ));
                    }
                }
            }
            Kind::Json(type_) => arguments.push(format!("{}: {}", slot.rust, type_.label())),
            Kind::Raw => arguments.push(format!("{}: bytes", slot.rust)),
            Kind::Text => arguments.push(format!("{}: text", slot.rust)),
            Kind::Multipart(_) => {
                arguments.push(format!("{}: file", slot.rust));
                setters.push("on_progress(report)".to_owned());
            }
        }
    }
    let answer = match &operation.response {
        Response::Json(type_) => type_.label(),
        Response::Envelope(member, type_) => format!("{} in {}", type_.label(), quoted(member)),
        Response::Bytes(media) => format!("bytes, {media}"),
        Response::Empty => "nothing".to_owned(),
    };
    let _ = write!(
        text,
        "\n    {}.{}({}) -> {answer}",
        path(spec, operation),
        operation.verb,
        arguments.join(", ")
    );
    if let Some(BodyKind::Members(body)) = operation.body.as_ref().map(|body| &body.kind) {
        let _ = write!(text, "  sends {body}");
    }
    for setter in setters {
        let _ = write!(text, "\n        .{setter}");
    }
    text.push_str("\n\n");
}

/// `vertex(jobid, vertexid).subtask(subtaskindex)`: the doors on the way to an operation.
fn path(spec: &Spec, operation: &Operation) -> String {
    let mut doors = Vec::new();
    let mut name = Some(operation.tag.clone());
    while let Some(tag) = name.and_then(|name| spec.tag(&name)) {
        if !tag.root {
            let taken: Vec<&str> = tag
                .binds
                .iter()
                .skip(tag.inherited)
                .map(String::as_str)
                .collect();
            doors.push(format!("{}({})", snake(&tag.name), taken.join(", ")));
        }
        name = tag.within.clone();
    }
    doors.push(spec.client.to_lowercase());
    doors.reverse();
    doors.join(".")
}

fn member_line(member: &Member) -> String {
    let mut line = format!("{}: {}", member.rust, member.type_.label());
    if let Type::Tag(value) = &member.type_ {
        line = format!("{}: {}", member.rust, quoted(value));
    }
    if !member.required {
        line.push('?');
    }
    if member.nullable {
        line.push_str(" | null");
    }
    if member.rust != member.wire {
        let _ = write!(line, "  {}", quoted(&member.wire));
    }
    if let Some(since) = &member.since {
        let _ = write!(line, "  since {since}");
    }
    if let Some(until) = &member.until {
        let _ = write!(line, "  until {until}");
    }
    line
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
