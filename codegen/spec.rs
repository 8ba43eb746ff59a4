//! The document in our own nouns: what the emitters read.
//!
//! Reading assumes a document without lint faults; what lint lets through and reading does not
//! understand is still a fault, never a panic.

use serde_norway::Value;

use super::{fault::Fault, names};

/// One platform's document.
#[derive(Debug)]
pub struct Spec {
    /// The Rust type of the client: `Flink`.
    pub client: String,
    pub title: String,
    pub tags: Vec<Tag>,
    pub operations: Vec<Operation>,
    pub schemas: Vec<Component>,
}

/// A group of operations and its door.
#[derive(Debug, Clone)]
pub struct Tag {
    pub name: String,
    pub description: String,
    /// Its operations sit on the client itself.
    pub root: bool,
    /// The group whose method opens this one.
    pub within: Option<String>,
    /// Path parameters that the group takes, its parents' first.
    pub binds: Vec<String>,
    /// Those of `binds` that a parent group has taken already.
    pub inherited: usize,
}

#[derive(Debug)]
pub struct Operation {
    pub id: String,
    pub tag: String,
    /// The Rust method: the id without its tag.
    pub verb: String,
    /// As on the wire, `MGET` included.
    pub method: String,
    pub path: String,
    pub summary: String,
    pub description: String,
    pub source: String,
    pub since: Option<String>,
    pub until: Option<String>,
    pub idempotent: Idempotence,
    pub timeout: Timeout,
    pub parameters: Vec<Parameter>,
    pub locators: Vec<Locator>,
    pub body: Option<Body>,
    pub response: Response,
    /// Statuses and their descriptions, in document order.
    pub errors: Vec<(String, String)>,
    pub manual: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Idempotence {
    Always,
    Never,
    /// When this body member is set.
    With(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeout {
    Normal,
    Long,
    Stream,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub wire: String,
    pub rust: String,
    pub place: Place,
    pub required: bool,
    pub description: String,
    pub since: Option<String>,
    pub until: Option<String>,
    pub type_: Type,
    pub comma: bool,
    /// Bytes of a request line after which the list goes on in another request.
    pub split: Option<usize>,
    pub twin_of: Option<String>,
    pub encoded_twice: bool,
    /// What says yes; no is said by leaving the parameter out.
    pub flag: Option<String>,
}

/// One argument that stands for an object, an id, or a path or a name.
#[derive(Debug, Clone)]
pub struct Locator {
    pub rust: String,
    pub type_: String,
    pub id: String,
    pub text: String,
    /// Whether the text is a path; otherwise it is a name.
    pub is_path: bool,
}

#[derive(Debug)]
pub struct Body {
    pub required: bool,
    pub kind: BodyKind,
}

#[derive(Debug)]
pub enum BodyKind {
    /// An object whose members are arguments and setters.
    Members(String),
    /// A JSON value that is one argument.
    Json(Type),
    /// Bytes or a stream of them.
    Raw(String),
    /// A multipart form with one file part of this name.
    Multipart(String),
    /// A text.
    Text,
}

#[derive(Debug)]
pub enum Response {
    Json(Type),
    /// The value is this member of the JSON object.
    Envelope(String, Type),
    Bytes(String),
    Empty,
}

/// A named schema.
#[derive(Debug)]
pub struct Component {
    pub name: String,
    pub description: String,
    pub schema: Schema,
}

#[derive(Debug)]
pub enum Schema {
    Object {
        members: Vec<Member>,
        keep_unknown: bool,
    },
    /// Values with their descriptions.
    Enum(Vec<(String, String)>),
    Id,
    /// Components, told apart by a one-value enum in each.
    Union(Vec<String>),
    /// A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`.
    Double,
    /// Anything else that deserves a name: a map, a list.
    Alias(Type),
}

#[derive(Debug, Clone)]
pub struct Member {
    pub wire: String,
    pub rust: String,
    pub type_: Type,
    pub required: bool,
    pub nullable: bool,
    pub description: String,
    pub since: Option<String>,
    pub until: Option<String>,
}

impl Member {
    /// Whether the Rust field is an `Option`.
    pub fn is_option(&self) -> bool {
        !self.required || self.nullable
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    Bool,
    I32,
    I64,
    F64,
    String,
    Secret,
    Json,
    /// A one-value enum: the tag of a union's branch.
    Tag(String),
    Ref(String),
    Array(Box<Type>),
    Map(Box<Type>),
    /// A link to one object, or to the list under `key`.
    Link {
        to: String,
        key: Option<String>,
    },
}

impl Type {
    /// The type as the operation table tells it: `[Metric]`, `{string: integer}`.
    pub fn label(&self) -> String {
        match self {
            Self::Bool => "boolean".into(),
            Self::I32 => "int32".into(),
            Self::I64 => "int64".into(),
            Self::F64 => "double".into(),
            Self::String | Self::Tag(_) => "string".into(),
            Self::Secret => "secret".into(),
            Self::Json => "json".into(),
            Self::Ref(name) => name.clone(),
            Self::Array(item) => format!("[{}]", item.label()),
            Self::Map(value) => format!("{{string: {}}}", value.label()),
            Self::Link { to, key: None } => format!("Link<{to}>"),
            Self::Link { to, key: Some(_) } => format!("Links<{to}>"),
        }
    }
}

/// The verbs of a path item, those that HTTP does not know included.
pub const VERBS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("head", "HEAD"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("x-mget", "MGET"),
    ("x-mput", "MPUT"),
];

impl Spec {
    pub fn read(document: &Value) -> Result<Self, Vec<Fault>> {
        let reader = Reader { document };
        let mut faults = Vec::new();
        let mut spec = Self {
            client: text(&document["x-client"]),
            title: text(&document["info"]["title"]),
            tags: Vec::new(),
            operations: Vec::new(),
            schemas: Vec::new(),
        };
        for tag in items(&document["tags"]) {
            let tag = reader.tag(tag, &spec.tags);
            spec.tags.push(tag);
        }
        for (path, item) in entries(&document["paths"]) {
            for (key, method) in VERBS {
                if let Some(operation) = item.get(key) {
                    match reader.operation(&path, method, item, operation) {
                        Ok(operation) => spec.operations.push(operation),
                        Err(reason) => faults.push(Fault::new(format!("{method} {path}"), reason)),
                    }
                }
            }
        }
        for (name, schema) in entries(&document["components"]["schemas"]) {
            match reader.component(&name, schema) {
                Ok(component) => spec.schemas.push(component),
                Err(reason) => faults.push(Fault::new(format!("schema {name}"), reason)),
            }
        }
        if faults.is_empty() {
            Ok(spec)
        } else {
            Err(faults)
        }
    }

    pub fn component(&self, name: &str) -> Option<&Component> {
        self.schemas.iter().find(|component| component.name == name)
    }

    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.name == name)
    }

    /// The members of an object component; none for anything else.
    pub fn members(&self, name: &str) -> &[Member] {
        match self.component(name).map(|component| &component.schema) {
            Some(Schema::Object { members, .. }) => members,
            _ => &[],
        }
    }
}

struct Reader<'a> {
    document: &'a Value,
}

impl<'a> Reader<'a> {
    fn tag(&self, tag: &Value, before: &[Tag]) -> Tag {
        let within = optional(&tag["x-within"]);
        let mut binds = within
            .as_ref()
            .and_then(|name| before.iter().find(|tag| &tag.name == name))
            .map(|tag| tag.binds.clone())
            .unwrap_or_default();
        let inherited = binds.len();
        binds.extend(items(&tag["x-binds"]).map(text));
        Tag {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            root: tag["x-root"].as_bool() == Some(true),
            within,
            binds,
            inherited,
        }
    }

    fn operation(
        &self,
        path: &str,
        method: &str,
        item: &'a Value,
        operation: &'a Value,
    ) -> Result<Operation, String> {
        let id = text(&operation["operationId"]);
        let tag = text(&operation["tags"][0]);
        let verb = id
            .strip_prefix(&format!("{tag}_"))
            .map(names::snake)
            .ok_or("operationId is not <tag>_<verb>")?;
        let parameters = items(&item["parameters"])
            .chain(items(&operation["parameters"]))
            .map(|parameter| self.parameter(self.resolve(parameter)))
            .collect::<Result<Vec<_>, _>>()?;
        let locators = entries(&operation["x-locator"])
            .map(|(name, locator)| Locator {
                rust: names::snake(&name),
                type_: text(&locator["type"]),
                id: text(&locator["id"]),
                text: optional(&locator["path"]).unwrap_or_else(|| text(&locator["name"])),
                is_path: locator.get("path").is_some(),
            })
            .collect();
        let mut response = Response::Empty;
        let mut errors = Vec::new();
        for (status, value) in entries(&operation["responses"]) {
            let value = self.resolve(value);
            if status.starts_with('2') {
                response = self.response(value)?;
            } else {
                errors.push((status, text(&value["description"])));
            }
        }
        Ok(Operation {
            verb,
            method: method.to_owned(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"]),
            source: text(&operation["x-source"]),
            since: optional(&operation["x-since"]),
            until: optional(&operation["x-until"]),
            idempotent: match &operation["x-idempotent"] {
                Value::Bool(true) => Idempotence::Always,
                Value::Bool(false) => Idempotence::Never,
                Value::Mapping(_) => Idempotence::With(text(&operation["x-idempotent"]["with"])),
                _ if matches!(method, "POST" | "PATCH") => Idempotence::Never,
                _ => Idempotence::Always,
            },
            timeout: match operation["x-timeout"].as_str() {
                Some("long") => Timeout::Long,
                Some("stream") => Timeout::Stream,
                _ => Timeout::Normal,
            },
            parameters,
            locators,
            body: match operation.get("requestBody") {
                Some(body) => Some(self.body(self.resolve(body))?),
                None => None,
            },
            response,
            errors,
            manual: operation["x-manual"].as_bool() == Some(true),
            id,
            tag,
        })
    }

    fn parameter(&self, parameter: &'a Value) -> Result<Parameter, String> {
        let wire = text(&parameter["name"]);
        let comma = parameter["x-list"].as_str() == Some("comma");
        Ok(Parameter {
            rust: optional(&parameter["x-name"]).unwrap_or_else(|| names::snake(&wire)),
            place: match parameter["in"].as_str() {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                _ => Place::Header,
            },
            required: parameter["required"].as_bool() == Some(true),
            description: text(&parameter["description"]),
            since: optional(&parameter["x-since"]),
            until: optional(&parameter["x-until"]),
            type_: self
                .type_of(&parameter["schema"])
                .map_err(|reason| format!("parameter {wire}: {reason}"))?,
            comma,
            split: parameter["x-split"].as_u64().map(|bytes| bytes as usize),
            twin_of: optional(&parameter["x-twin-of"]),
            encoded_twice: parameter["x-path-encoding"].as_str() == Some("twice"),
            flag: optional(&parameter["x-flag"]),
            wire,
        })
    }

    fn body(&self, body: &'a Value) -> Result<Body, String> {
        let (media, content) = entries(&body["content"])
            .next()
            .ok_or("the request body has no content")?;
        let schema = &content["schema"];
        let kind = match media.as_str() {
            "application/json" => match self.type_of(schema)? {
                Type::Ref(name) if self.is_spread(&name) => BodyKind::Members(name),
                other => BodyKind::Json(other),
            },
            "multipart/form-data" => {
                let (part, _) = entries(&self.resolve(schema)["properties"])
                    .next()
                    .ok_or("a multipart body needs one binary property")?;
                BodyKind::Multipart(part)
            }
            "text/plain" => BodyKind::Text,
            _ => BodyKind::Raw(media),
        };
        Ok(Body {
            required: body["required"].as_bool() == Some(true),
            kind,
        })
    }

    /// Objects that travel back to the server are taken whole; others are spread into setters.
    fn is_spread(&self, name: &str) -> bool {
        let schema = &self.document["components"]["schemas"][name];
        schema.get("properties").is_some() && schema["x-keep-unknown"].as_bool() != Some(true)
    }

    fn response(&self, response: &'a Value) -> Result<Response, String> {
        let Some((media, content)) = entries(&response["content"]).next() else {
            return Ok(Response::Empty);
        };
        if media != "application/json" {
            return Ok(Response::Bytes(media));
        }
        let schema = &content["schema"];
        match response["x-envelope"].as_str() {
            Some(member) => Ok(Response::Envelope(
                member.to_owned(),
                self.type_of(&schema["properties"][member])?,
            )),
            None => Ok(Response::Json(self.type_of(schema)?)),
        }
    }

    fn component(&self, name: &str, schema: &'a Value) -> Result<Component, String> {
        let kind = if schema.get("properties").is_some() {
            Schema::Object {
                members: entries(&schema["properties"])
                    .map(|(wire, property)| {
                        self.member(
                            &wire,
                            property,
                            items(&schema["required"]).any(|item| text(item) == wire),
                        )
                        .map_err(|reason| format!("property {wire}: {reason}"))
                    })
                    .collect::<Result<_, _>>()?,
                keep_unknown: schema["x-keep-unknown"].as_bool() == Some(true),
            }
        } else if schema.get("x-id").is_some() {
            Schema::Id
        } else if schema.get("enum").is_some() {
            Schema::Enum(
                items(&schema["enum"])
                    .map(|value| {
                        let value = text(value);
                        let description = text(&schema["x-enum-descriptions"][value.as_str()]);
                        (value, description)
                    })
                    .collect(),
            )
        } else if is_double(schema) {
            Schema::Double
        } else if let Some(branches) = schema.get("oneOf") {
            Schema::Union(
                items(branches)
                    .map(|branch| reference(branch).ok_or("a branch of oneOf is not a $ref"))
                    .collect::<Result<_, _>>()?,
            )
        } else {
            Schema::Alias(self.type_of(schema)?)
        };
        Ok(Component {
            name: name.to_owned(),
            description: text(&schema["description"]),
            schema: kind,
        })
    }

    fn member(&self, wire: &str, property: &'a Value, required: bool) -> Result<Member, String> {
        Ok(Member {
            wire: wire.to_owned(),
            rust: optional(&property["x-name"]).unwrap_or_else(|| names::snake(wire)),
            type_: self.type_of(property)?,
            required,
            nullable: property["nullable"].as_bool() == Some(true),
            description: text(&property["description"]),
            since: optional(&property["x-since"]),
            until: optional(&property["x-until"]),
        })
    }

    fn type_of(&self, schema: &'a Value) -> Result<Type, String> {
        if let Some(name) = reference(schema).or_else(|| reference(&schema["allOf"][0])) {
            return Ok(Type::Ref(name));
        }
        if let Some(link) = schema.get("x-link") {
            return Ok(Type::Link {
                to: text(&link["to"]),
                key: optional(&link["key"]),
            });
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("boolean"), _) => Ok(Type::Bool),
            (Some("integer"), Some("int32")) => Ok(Type::I32),
            (Some("integer"), _) => Ok(Type::I64),
            (Some("number"), _) => Ok(Type::F64),
            (Some("string"), Some("password")) => Ok(Type::Secret),
            (Some("string"), _) => Ok(match schema["enum"][0].as_str() {
                Some(tag) => Type::Tag(tag.to_owned()),
                None => Type::String,
            }),
            (Some("array"), _) => Ok(Type::Array(Box::new(self.type_of(&schema["items"])?))),
            (Some("object"), _) => Ok(Type::Map(Box::new(
                match schema.get("additionalProperties") {
                    Some(value) => self.type_of(value)?,
                    None => Type::Json,
                },
            ))),
            (None, _) => Ok(Type::Json),
            (Some(other), _) => Err(format!("type {other} is not known")),
        }
    }

    fn resolve(&self, value: &'a Value) -> &'a Value {
        resolve(self.document, value)
    }
}

/// Follows `$ref` inside the document; anything else is itself.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(pointer) => pointer
            .trim_start_matches("#/")
            .split('/')
            .fold(document, |node, key| &node[key]),
        None => value,
    }
}

/// The name at the end of `$ref`.
pub fn reference(schema: &Value) -> Option<String> {
    let pointer = schema.get("$ref")?.as_str()?;
    Some(pointer.rsplit('/').next()?.to_owned())
}

/// The one union of primitives that the language knows.
pub fn is_double(schema: &Value) -> bool {
    let mut branches = items(&schema["oneOf"]).map(|branch| branch["type"].as_str());
    branches.next() == Some(Some("number")) && branches.next() == Some(Some("string"))
}

/// The string, or nothing.
pub fn text(value: &Value) -> String {
    optional(value).unwrap_or_default()
}

pub fn optional(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_sequence().into_iter().flatten()
}

pub fn entries(value: &Value) -> impl Iterator<Item = (String, &Value)> {
    value
        .as_mapping()
        .into_iter()
        .flatten()
        .map(|(key, value)| (text(key), value))
}
