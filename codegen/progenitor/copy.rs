//! The copy of the spec's schemas that progenitor reads.
//!
//! It says less than the spec: no operations, and links, ids and open enums as opaque names, whose types are declared by the
//! emitters.

use serde_json::{Map, Value, json};

use crate::codegen::{
    emit::docs::versioned,
    names,
    spec::{Member, Schema, Spec, Type},
};

/// What free JSON is called in the copy.
const JSON: &str = "LinkToJson";

/// The copy, and the opaque names in it with the Rust type of each.
pub struct Copy {
    pub document: Value,
    pub replacements: Vec<(String, String)>,
}

pub fn copy(spec: &Spec) -> Copy {
    let module = &spec.module;
    let mut schemas = Map::new();
    let mut replacements = Vec::new();
    for component in &spec.schemas {
        let mut opaque = |path: String| {
            replacements.push((component.name.clone(), path));
            json!({"type": "string"})
        };
        let mut schema = match &component.schema {
            Schema::Id | Schema::SecretId | Schema::Enum(_) => {
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
    schemas.insert(JSON.to_owned(), json!({"type": "string"}));
    replacements.push((JSON.to_owned(), "crate::Json".to_owned()));
    for name in spec.own_types() {
        schemas.insert(own_name(name), json!({"type": "string"}));
        replacements.push((own_name(name), format!("crate::{module}::{name}")));
    }
    for id in spec.linked() {
        let call = names::pascal(id);
        schemas.insert(link_name(id), json!({"type": "string"}));
        replacements.push((
            link_name(id),
            format!("crate::Link<crate::{module}::calls::{call}>"),
        ));
    }
    Copy {
        document: json!({
            "openapi": "3.0.3",
            "info": {"title": module, "version": "0"},
            "paths": {},
            "components": {"schemas": schemas},
        }),
        replacements,
    }
}

fn object(members: &[Member], keep_unknown: bool) -> Value {
    let mut properties = Map::new();
    for member in members {
        let mut property = open_copy(&member.type_);
        property["description"] =
            json!(versioned(&member.description, &member.since, &member.until));
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
        schema["additionalProperties"] = type_copy(&Type::Json);
    }
    schema
}

/// A member with a Rust name of its own stands in the copy under that name; mending puts the wire's
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
    one_of.push(json!({"title": "Unknown", "allOf": [type_copy(&Type::Json)]}));
    json!({"oneOf": one_of})
}

/// The type, with room for words beside it.
fn open_copy(type_: &Type) -> Value {
    match type_ {
        Type::Ref(_) | Type::Link(_) | Type::Own(_) | Type::Json => {
            json!({"allOf": [type_copy(type_)]})
        }
        other => type_copy(other),
    }
}

fn type_copy(type_: &Type) -> Value {
    match type_ {
        Type::Bool => json!({"type": "boolean"}),
        Type::I32 => json!({"type": "integer", "format": "int32"}),
        Type::I64 => json!({"type": "integer", "format": "int64"}),
        Type::Said(plain, _) => type_copy(plain),
        Type::F64 => json!({"type": "number", "format": "double"}),
        Type::String => json!({"type": "string"}),
        Type::Secret => json!({"type": "string", "format": "password"}),
        Type::Json => json!({"$ref": format!("#/components/schemas/{JSON}")}),
        Type::Tag(value) => json!({"type": "string", "enum": [value]}),
        Type::Ref(name) => json!({"$ref": format!("#/components/schemas/{name}")}),
        Type::Array(item) => json!({"type": "array", "items": type_copy(item)}),
        Type::Map(value) => json!({"type": "object", "additionalProperties": type_copy(value)}),
        Type::Nullable(value) => {
            let mut value = open_copy(value);
            value["nullable"] = json!(true);
            value
        }
        Type::Link(id) => json!({"$ref": format!("#/components/schemas/{}", link_name(id))}),
        Type::Own(name) => json!({"$ref": format!("#/components/schemas/{}", own_name(name))}),
    }
}

fn own_name(name: &str) -> String {
    format!("Own{name}")
}

fn link_name(id: &str) -> String {
    format!("LinkTo{}", names::pascal(id))
}
