//! The document in our own nouns: what the emitters read.
//!
//! Reading cannot fail: it takes documents that lint has found sound.

use serde_norway::Value;

use super::names;

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
    Endless,
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
    Bytes {
        media: String,
        /// The hand-written type that takes the bytes.
        opens: Option<String>,
    },
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
    pub fn read(document: &Value) -> Self {
        let reader = Reader { document };
        let mut tags = Vec::new();
        for tag in items(&document["tags"]) {
            tags.push(reader.tag(tag, &tags));
        }
        let mut operations = Vec::new();
        for (path, item) in entries(&document["paths"]) {
            for (key, operation) in entries(item) {
                if let Some((_, method)) = VERBS.iter().find(|(verb, _)| *verb == key) {
                    operations.push(reader.operation(&path, method, item, operation));
                }
            }
        }
        Self {
            client: text(&document["x-client"]),
            title: text(&document["info"]["title"]),
            tags,
            operations,
            schemas: entries(&document["components"]["schemas"])
                .map(|(name, schema)| reader.component(name, schema))
                .collect(),
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
    ) -> Operation {
        let id = text(&operation["operationId"]);
        let tag = text(&operation["tags"][0]);
        let verb = names::snake(id.strip_prefix(&format!("{tag}_")).unwrap_or(&id));
        let parameters = items(&item["parameters"])
            .chain(items(&operation["parameters"]))
            .map(|parameter| self.parameter(self.resolve(parameter)))
            .collect();
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
                response = self.response(value);
            } else {
                errors.push((status, text(&value["description"])));
            }
        }
        Operation {
            verb: verb.to_owned(),
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
                Some("endless") => Timeout::Endless,
                _ => Timeout::Normal,
            },
            parameters,
            locators,
            body: operation
                .get("requestBody")
                .and_then(|body| self.body(self.resolve(body))),
            response,
            errors,
            manual: operation["x-manual"].as_bool() == Some(true),
            id,
            tag,
        }
    }

    fn parameter(&self, parameter: &'a Value) -> Parameter {
        let wire = text(&parameter["name"]);
        let comma = parameter["x-list"].as_str() == Some("comma");
        Parameter {
            rust: rust_name(parameter, &wire),
            place: match parameter["in"].as_str() {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                _ => Place::Header,
            },
            required: parameter["required"].as_bool() == Some(true),
            description: text(&parameter["description"]),
            since: optional(&parameter["x-since"]),
            until: optional(&parameter["x-until"]),
            type_: self.type_of(&parameter["schema"]),
            comma,
            split: parameter["x-split"].as_u64().map(|bytes| bytes as usize),
            twin_of: optional(&parameter["x-twin-of"]),
            encoded_twice: parameter["x-path-encoding"].as_str() == Some("twice"),
            flag: optional(&parameter["x-flag"]),
            wire,
        }
    }

    fn body(&self, body: &'a Value) -> Option<Body> {
        let (media, content) = entries(&body["content"]).next()?;
        let schema = &content["schema"];
        let kind = match media.as_str() {
            "application/json" => match self.type_of(schema) {
                Type::Ref(name) if is_spread(self.schema_named(&name)) => BodyKind::Members(name),
                other => BodyKind::Json(other),
            },
            "multipart/form-data" => {
                let (part, _) = entries(&schema["properties"]).next()?;
                BodyKind::Multipart(part)
            }
            "text/plain" => BodyKind::Text,
            _ => BodyKind::Raw(media),
        };
        Some(Body {
            required: body["required"].as_bool() == Some(true),
            kind,
        })
    }

    fn response(&self, response: &'a Value) -> Response {
        let Some((media, content)) = entries(&response["content"]).next() else {
            return Response::Empty;
        };
        if media != "application/json" {
            return Response::Bytes {
                media,
                opens: optional(&response["x-opens"]),
            };
        }
        let schema = &content["schema"];
        match response["x-envelope"].as_str() {
            Some(member) => Response::Envelope(
                member.to_owned(),
                self.type_of(&schema["properties"][member]),
            ),
            None => Response::Json(self.type_of(schema)),
        }
    }

    fn component(&self, name: String, schema: &'a Value) -> Component {
        let kind = match Form::of(schema) {
            Some(Form::Object) => Schema::Object {
                members: entries(&schema["properties"])
                    .map(|(wire, property)| {
                        let required = items(&schema["required"]).any(|item| text(item) == wire);
                        self.member(wire, property, required)
                    })
                    .collect(),
                keep_unknown: schema["x-keep-unknown"].as_bool() == Some(true),
            },
            Some(Form::Id) => Schema::Id,
            Some(Form::Enum) => Schema::Enum(
                items(&schema["enum"])
                    .map(|value| {
                        let value = text(value);
                        let description = text(&schema["x-enum-descriptions"][value.as_str()]);
                        (value, description)
                    })
                    .collect(),
            ),
            Some(Form::Double) => Schema::Double,
            Some(Form::Union) => {
                Schema::Union(items(&schema["oneOf"]).filter_map(reference).collect())
            }
            Some(Form::Map | Form::List) | None => Schema::Alias(self.type_of(schema)),
        };
        Component {
            name,
            description: text(&schema["description"]),
            schema: kind,
        }
    }

    fn member(&self, wire: String, property: &'a Value, required: bool) -> Member {
        Member {
            rust: rust_name(property, &wire),
            type_: self.type_of(property),
            required,
            nullable: property["nullable"].as_bool() == Some(true),
            description: text(&property["description"]),
            since: optional(&property["x-since"]),
            until: optional(&property["x-until"]),
            wire,
        }
    }

    fn type_of(&self, schema: &'a Value) -> Type {
        if let Some(name) = reference(schema).or_else(|| reference(&schema["allOf"][0])) {
            return Type::Ref(name);
        }
        if let Some(link) = schema.get("x-link") {
            return Type::Link {
                to: text(&link["to"]),
                key: optional(&link["key"]),
            };
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("boolean"), _) => Type::Bool,
            (Some("integer"), Some("int32")) => Type::I32,
            (Some("integer"), _) => Type::I64,
            (Some("number"), _) => Type::F64,
            (Some("string"), Some("password")) => Type::Secret,
            (Some("string"), _) => match schema["enum"][0].as_str() {
                Some(tag) => Type::Tag(tag.to_owned()),
                None => Type::String,
            },
            (Some("array"), _) => Type::Array(Box::new(self.type_of(&schema["items"]))),
            (Some("object"), _) => {
                Type::Map(Box::new(self.type_of(&schema["additionalProperties"])))
            }
            _ => Type::Json,
        }
    }

    fn schema_named(&self, name: &str) -> &'a Value {
        &self.document["components"]["schemas"][name]
    }

    fn resolve(&self, value: &'a Value) -> &'a Value {
        resolve(self.document, value)
    }
}

/// What a component can be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Object,
    Id,
    Enum,
    Union,
    Double,
    Map,
    List,
}

impl Form {
    pub fn of(schema: &Value) -> Option<Self> {
        let has = |word: &str| schema.get(word).is_some();
        let mut branches = items(&schema["oneOf"]);
        Some(if has("properties") {
            Self::Object
        } else if has("x-id") {
            Self::Id
        } else if has("enum") {
            Self::Enum
        } else if has("oneOf") && branches.any(|branch| branch.get("type").is_some()) {
            Self::Double
        } else if has("oneOf") {
            Self::Union
        } else if has("additionalProperties") {
            Self::Map
        } else if has("items") {
            Self::List
        } else {
            return None;
        })
    }
}

/// Objects that travel back to the server are taken whole; others are spread into setters.
pub fn is_spread(schema: &Value) -> bool {
    Form::of(schema) == Some(Form::Object) && schema["x-keep-unknown"].as_bool() != Some(true)
}

/// The Rust name of a parameter or a property.
pub fn rust_name(node: &Value, wire: &str) -> String {
    optional(&node["x-name"]).unwrap_or_else(|| names::snake(wire))
}

/// Follows `$ref` inside the document; anything else is itself.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(pointer) => find(document, pointer),
        None => value,
    }
}

/// What a pointer leads to; null where it leads nowhere.
pub fn find<'a>(document: &'a Value, pointer: &str) -> &'a Value {
    pointer
        .trim_start_matches("#/")
        .split('/')
        .fold(document, |node, key| &node[key])
}

/// The name at the end of `$ref`.
pub fn reference(schema: &Value) -> Option<String> {
    let pointer = schema.get("$ref")?.as_str()?;
    Some(pointer.rsplit('/').next()?.to_owned())
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

/// A key as it is written: YAML reads some as numbers, truth values or nothing.
pub fn key_text(key: &Value) -> String {
    optional(key).unwrap_or_else(|| "null".to_owned())
}

pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_sequence().into_iter().flatten()
}

pub fn entries(value: &Value) -> impl Iterator<Item = (String, &Value)> {
    value
        .as_mapping()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key_text(key), value))
}
