//! What a schema says, without the ways in which it can be written.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use super::{
    document::{Document, entries, items, span},
    version::Span,
};

/// A schema that has been read.
#[derive(Clone, Debug)]
pub(super) struct Shape<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) nullable: bool,
    /// The name under which it stands in the document.
    pub(super) component: Option<&'a str>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind<'a> {
    /// Nothing is said.
    Any,
    Boolean,
    /// 32 or 64 bits, where it is said.
    Integer(Option<u8>),
    Number,
    /// A number, or a string for what is no number.
    Double,
    /// The values, where they are listed.
    String(Vec<&'a str>),
    Bytes,
    List(&'a Value),
    Map(&'a Value),
    Object(BTreeMap<&'a str, Member<'a>>),
    Union(Vec<&'a Value>),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    pub(super) schema: &'a Value,
    pub(super) required: bool,
    pub(super) span: Span,
}

/// Reads a schema of the document.
impl Document {
    pub(super) fn shape<'a>(&'a self, schema: &'a Value) -> Shape<'a> {
        shape(self, schema)
    }
}

fn shape<'a>(document: &'a Document, node: &'a Value) -> Shape<'a> {
    let component = component(node);
    let target = document.resolved(node);
    // A reference with a description of its own.
    if let Some(Value::Array(parts)) = target.get("allOf")
        && let [part] = parts.as_slice()
        && target.get("properties").is_none()
    {
        let inner = shape(document, part);
        return Shape {
            nullable: inner.nullable || is_nullable(target),
            component: component.or(inner.component),
            kind: inner.kind,
        };
    }
    Shape {
        kind: kind(document, target),
        nullable: is_nullable(target),
        component,
    }
}

/// The name that a reference ends with.
pub(super) fn component(node: &Value) -> Option<&str> {
    node.get("$ref")?.as_str()?.rsplit('/').next()
}

fn is_nullable(node: &Value) -> bool {
    node.get("nullable").and_then(Value::as_bool) == Some(true)
}

fn kind<'a>(document: &'a Document, node: &'a Value) -> Kind<'a> {
    let branches: Vec<&Value> = items(node.get("oneOf")).collect();
    if !branches.is_empty() {
        let types = branches.iter().filter_map(|branch| type_of(branch));
        return match types.collect::<Vec<_>>().as_slice() {
            ["number", "string"] => Kind::Double,
            _ => Kind::Union(branches),
        };
    }
    let tagged = node
        .get("discriminator")
        .and_then(|node| node.get("mapping"));
    if let Some(Value::Object(_)) = tagged {
        let targets = entries(tagged).filter_map(|(_, target)| document.target(target.as_str()?));
        return Kind::Union(targets.collect());
    }
    match type_of(node) {
        Some("boolean") => Kind::Boolean,
        Some("integer") => Kind::Integer(match node.get("format").and_then(Value::as_str) {
            Some("int32") => Some(32),
            Some("int64") => Some(64),
            _ => None,
        }),
        Some("number") => Kind::Number,
        Some("string") if node.get("format").and_then(Value::as_str) == Some("binary") => {
            Kind::Bytes
        }
        Some("string") => Kind::String(items(node.get("enum")).filter_map(Value::as_str).collect()),
        Some("array") => Kind::List(node.get("items").unwrap_or(&Value::Null)),
        Some("object") | None => match node.get("additionalProperties") {
            Some(value) => Kind::Map(value),
            None => {
                let mut members = BTreeMap::new();
                collect(document, node, &mut members);
                match members.is_empty() {
                    true => Kind::Any,
                    false => Kind::Object(members),
                }
            }
        },
        Some(_) => Kind::Any,
    }
}

/// The members of an object and of those that it is made of.
fn collect<'a>(
    document: &'a Document,
    node: &'a Value,
    members: &mut BTreeMap<&'a str, Member<'a>>,
) {
    for part in items(node.get("allOf")) {
        collect(document, document.resolved(part), members);
    }
    for (name, schema) in entries(node.get("properties")) {
        let required = items(node.get("required")).any(|required| required == name);
        let span = span(schema);
        members.insert(
            name,
            Member {
                schema,
                required,
                span,
            },
        );
    }
}

fn type_of(node: &Value) -> Option<&str> {
    node.get("type")?.as_str()
}

impl<'a> Shape<'a> {
    /// The members of an object; those of all branches for a union, none of them required.
    pub(super) fn members(&self, document: &'a Document) -> BTreeMap<&'a str, Member<'a>> {
        match &self.kind {
            Kind::Object(members) => members.clone(),
            Kind::Union(branches) => branches
                .iter()
                .flat_map(|branch| members_of(document, branch))
                .collect(),
            _ => BTreeMap::new(),
        }
    }
}

/// The members of a branch. Flink's document lets a branch name its base and the base its branches: what the branch is made of
/// counts here, not where it belongs.
pub(super) fn members_of<'a>(
    document: &'a Document,
    branch: &'a Value,
) -> BTreeMap<&'a str, Member<'a>> {
    let mut members = BTreeMap::new();
    collect(document, document.resolved(branch), &mut members);
    members
}

/// In words, for people: the component's name, or the kind.
impl fmt::Display for Shape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.component {
            Some(component) => f.write_str(component),
            None => self.kind.fmt(f),
        }
    }
}

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Boolean => f.write_str("boolean"),
            Self::Integer(Some(bits)) => write!(f, "int{bits}"),
            Self::Integer(None) => f.write_str("integer"),
            Self::Number | Self::Double => f.write_str("number"),
            Self::String(_) => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::List(_) => f.write_str("list"),
            Self::Map(_) => f.write_str("map"),
            Self::Object(_) | Self::Union(_) => f.write_str("object"),
        }
    }
}
