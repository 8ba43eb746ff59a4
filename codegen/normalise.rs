//! The copy of the document that progenitor reads.
//!
//! It says less than the spec: no errors, no descriptions of operations, every success as `2XX`,
//! multipart as bytes, comma lists and flags as text, links and open enums as opaque names. What it leaves out
//! the transport and the calls add back.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    fault::Fault,
    names,
    spec::{Body, BodyKind, Member, Operation, Parameter, Place, Response, Schema, Spec, Type},
};

/// Verbs that progenitor can send, in the order in which a literal verb borrows one.
const FREE_VERBS: [&str; 5] = ["put", "patch", "post", "delete", "get"];

/// The copy, and the opaque names in it with the Rust type of each.
pub struct Copy {
    pub document: Value,
    pub replacements: Vec<(String, String)>,
}

pub fn normalise(spec: &Spec, module: &str) -> Result<Copy, Vec<Fault>> {
    let mut paths = Map::new();
    let mut faults = Vec::new();
    for operation in spec.operations.iter().filter(|operation| !operation.manual) {
        let item = paths
            .entry(operation.path.clone())
            .or_insert_with(|| json!({}));
        match borrowed_verb(spec, operation, item) {
            Some(verb) => item[verb] = operation_copy(operation),
            None => faults.push(Fault::new(
                format!("{} {}", operation.method, operation.path),
                "no verb of HTTP is left on this path to stand for this one",
            )),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut schemas = Map::new();
    let mut replacements = Vec::new();
    for component in &spec.schemas {
        let mut opaque = |path: String| {
            replacements.push((component.name.clone(), path));
            json!({"type": "string"})
        };
        let mut schema = match &component.schema {
            Schema::Id | Schema::Enum(_) => {
                opaque(format!("crate::{module}::types::{}", component.name))
            }
            Schema::Double => opaque("crate::Double".to_owned()),
            Schema::Object {
                members,
                keep_unknown,
                must_use: _,
            } => object(members, *keep_unknown),
            Schema::Union(branches) => union(branches),
            Schema::Alias(type_) => type_copy(type_),
        };
        schema["description"] = json!(component.description);
        schemas.insert(component.name.clone(), schema);
    }
    for (to, many) in links(spec) {
        let kind = if many { "Links" } else { "Link" };
        schemas.insert(link_name(&to, many), json!({"type": "string"}));
        replacements.push((
            link_name(&to, many),
            format!("crate::link::{kind}<crate::{module}::types::{to}>"),
        ));
    }
    Ok(Copy {
        document: json!({
            "openapi": "3.0.3",
            "info": {"title": module, "version": "0"},
            "paths": paths,
            "components": {"schemas": schemas},
        }),
        replacements,
    })
}

/// The operation's own verb, or for `MGET` and `MPUT` one that the path does not use.
fn borrowed_verb(spec: &Spec, operation: &Operation, item: &Value) -> Option<String> {
    let own = operation.method.to_lowercase();
    if !own.starts_with('m') {
        return Some(own);
    }
    FREE_VERBS
        .into_iter()
        .find(|verb| {
            item.get(verb).is_none()
                && !spec.operations.iter().any(|other| {
                    other.path == operation.path && other.method.to_lowercase() == **verb
                })
        })
        .map(str::to_owned)
}

fn operation_copy(operation: &Operation) -> Value {
    let mut copy = json!({
        "operationId": operation.id,
        "parameters": operation
            .parameters
            .iter()
            .filter(|parameter| parameter.twin_of.is_none())
            .map(parameter_copy)
            .collect::<Vec<_>>(),
        "responses": {"2XX": response_copy(&operation.response)},
    });
    if let Some(body) = &operation.body {
        copy["requestBody"] = body_copy(body);
    }
    copy
}

fn parameter_copy(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.wire,
        "in": match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        },
        "required": parameter.required,
        "schema": if parameter.comma || parameter.flag.is_some() {
            json!({"type": "string"})
        } else {
            type_copy(&parameter.type_)
        },
    })
}

fn body_copy(body: &Body) -> Value {
    let content = match &body.kind {
        BodyKind::Members(name) => {
            json!({"application/json": {"schema": type_copy(&Type::Ref(name.clone()))}})
        }
        BodyKind::Json(type_) => json!({"application/json": {"schema": type_copy(type_)}}),
        BodyKind::Raw(_) | BodyKind::Multipart(_) => {
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
        }
        BodyKind::Text => json!({"text/plain": {"schema": {"type": "string"}}}),
    };
    json!({"required": true, "content": content})
}

fn response_copy(response: &Response) -> Value {
    let content = match response {
        // The transport takes the value out of its envelope before it is decoded.
        Response::Json(type_) | Response::Envelope(_, type_) => {
            json!({"application/json": {"schema": type_copy(type_)}})
        }
        Response::Bytes { .. } => {
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
        }
        Response::Empty => return json!({"description": "done"}),
    };
    json!({"description": "done", "content": content})
}

fn object(members: &[Member], keep_unknown: bool) -> Value {
    let mut properties = Map::new();
    for member in members {
        let mut property = match &member.type_ {
            Type::Ref(_) | Type::Link { .. } => json!({"allOf": [type_copy(&member.type_)]}),
            other => type_copy(other),
        };
        property["description"] = json!(member.description);
        // typify leaves empty optional lists and maps out when it encodes, unless they are nullable.
        if member.is_option() {
            property["nullable"] = json!(true);
        }
        properties.insert(copy_key(member), property);
    }
    let required: Vec<String> = members
        .iter()
        .filter(|member| member.required)
        .map(copy_key)
        .collect();
    let mut schema = json!({"type": "object", "properties": properties, "required": required});
    if keep_unknown {
        schema["additionalProperties"] = json!({});
    }
    schema
}

/// A member with a Rust name of its own stands in the copy under that name; the guard puts the wire's
/// name back.
fn copy_key(member: &Member) -> String {
    if member.rust == names::snake(&member.wire) {
        member.wire.clone()
    } else {
        member.rust.clone()
    }
}

fn union(branches: &[String]) -> Value {
    let mut one_of: Vec<Value> = branches
        .iter()
        .map(|name| type_copy(&Type::Ref(name.clone())))
        .collect();
    one_of.push(json!({"title": "Unknown"}));
    json!({"oneOf": one_of})
}

fn type_copy(type_: &Type) -> Value {
    match type_ {
        Type::Bool => json!({"type": "boolean"}),
        Type::I32 => json!({"type": "integer", "format": "int32"}),
        Type::I64 | Type::Said(_) => json!({"type": "integer", "format": "int64"}),
        Type::F64 => json!({"type": "number", "format": "double"}),
        Type::String => json!({"type": "string"}),
        Type::Secret => json!({"type": "string", "format": "password"}),
        Type::Json => json!({}),
        Type::Tag(value) => json!({"type": "string", "enum": [value]}),
        Type::Ref(name) => json!({"$ref": format!("#/components/schemas/{name}")}),
        Type::Array(item) => json!({"type": "array", "items": type_copy(item)}),
        Type::Map(value) => json!({"type": "object", "additionalProperties": type_copy(value)}),
        Type::Link { to, key } => {
            json!({"$ref": format!("#/components/schemas/{}", link_name(to, key.is_some()))})
        }
    }
}

fn link_name(to: &str, many: bool) -> String {
    format!("{}To{to}", if many { "Links" } else { "Link" })
}

/// Every pair of a link's target and whether it is a collection.
fn links(spec: &Spec) -> BTreeSet<(String, bool)> {
    let mut found = BTreeSet::new();
    for component in &spec.schemas {
        if let Schema::Object { members, .. } = &component.schema {
            for member in members {
                collect_links(&member.type_, &mut found);
            }
        }
    }
    found
}

fn collect_links(type_: &Type, found: &mut BTreeSet<(String, bool)>) {
    match type_ {
        Type::Link { to, key } => {
            found.insert((to.clone(), key.is_some()));
        }
        Type::Array(inner) | Type::Map(inner) => collect_links(inner, found),
        _ => {}
    }
}
