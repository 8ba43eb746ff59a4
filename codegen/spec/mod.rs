//! The document in our own nouns: what the emitters read.

mod reader;

use std::collections::BTreeSet;

/// One platform's document.
#[derive(Debug)]
pub struct Spec {
    /// The platform's name, which is its place in the crate: `flink`.
    pub module: String,
    pub title: String,
    /// Each has a client of its own; the first is the platform's.
    pub servers: Vec<Server>,
    /// Whether servers write numbers that JSON lacks as they are.
    pub bare_numbers: bool,
    pub tags: Vec<Tag>,
    pub operations: Vec<Operation>,
    pub schemas: Vec<Component>,
}

/// Where a server is unless it is set up otherwise, and its client.
#[derive(Debug)]
pub struct Server {
    /// The Rust type of the client: `Flink`.
    pub client: String,
    /// The origin: `http://localhost:8081`.
    pub url: String,
    /// The path under which the API lies on every server: `/v1`, `/{account}`, or nothing.
    pub prefix: String,
    /// Variables of the prefix that have a value unless the client says otherwise.
    pub variables: Vec<(String, String)>,
}

/// A group of operations and its door.
#[derive(Debug, Clone)]
pub struct Tag {
    pub name: String,
    pub description: String,
    /// The client that has it.
    pub client: String,
    /// Its operations sit on the client itself.
    pub root: bool,
    /// The operation on whose URL the group stands.
    pub on: Option<Base>,
    /// The group whose method opens this one.
    pub within: Option<String>,
    /// Path parameters that the group takes, its parents' first.
    pub binds: Vec<String>,
    /// Those of `binds` that a parent group has taken already.
    pub inherited: usize,
}

/// An operation whose URL other operations continue.
#[derive(Debug, Clone)]
pub struct Base {
    pub id: String,
    pub path: String,
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
    /// The status of a success.
    pub success: u16,
    pub response: Response,
    /// The member of the envelope with the URL of the next page.
    pub next: Option<String>,
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
    /// The least number that the server works with.
    pub minimum: Option<i64>,
    /// The greatest.
    pub maximum: Option<i64>,
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
    /// An object or what changes of it, or several by their ids.
    Change(Change),
    /// The same as the fields of a form.
    Fields(String),
    /// Bytes of this media type, or a stream of them.
    Raw(String),
    /// A multipart form.
    Form(Vec<Part>),
    /// A text.
    Text,
}

/// What an update takes.
#[derive(Debug, Clone)]
pub struct Change {
    /// The component of the object.
    pub object: String,
    /// The member that is its id, by its wire name.
    pub id: String,
    /// The parameter of the path that the id fills; none where the body is a map of objects by their ids.
    pub parameter: Option<String>,
}

/// A part of a multipart form: a file, or JSON.
#[derive(Debug)]
pub struct Part {
    pub wire: String,
    pub json: Option<Type>,
}

#[derive(Debug)]
pub enum Response {
    Json(Type),
    /// The value is a member of the JSON object.
    Envelope(Envelope),
    Bytes {
        media: String,
        /// The hand-written type that takes the bytes.
        opens: Option<String>,
    },
    Empty,
}

/// A JSON object around a value.
#[derive(Debug)]
pub struct Envelope {
    /// The member that is the value.
    pub value: String,
    pub type_: Type,
    /// What a null in its place says: that a list or a map is empty.
    pub empty: Option<&'static str>,
    /// The member that is false where the answer is an error, whatever its status: `head.ok`.
    pub ok: Option<String>,
    pub beside: Option<Beside>,
}

/// A thing beside the value.
#[derive(Debug)]
pub struct Beside {
    /// The member, by its way: `head.references`.
    pub member: String,
    pub type_: Type,
    /// The flag in the query that asks for it.
    pub asked: Option<String>,
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
        /// Why it is not to be dropped unread.
        must_use: Option<String>,
    },
    /// Values with their descriptions.
    Enum(Vec<(String, String)>),
    Id,
    /// An id that opens something to whoever knows it.
    SecretId,
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
    /// What it is in a new object unless a caller says otherwise.
    pub default: Option<serde_norway::Value>,
}

impl Member {
    /// Whether it is an argument of whatever makes the object.
    pub fn is_argument(&self) -> bool {
        self.required && self.default.is_none() && !self.is_tag()
    }

    /// Whether it says no more than which branch of a union this is.
    pub fn is_tag(&self) -> bool {
        matches!(self.type_, Type::Tag(_))
    }

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
    /// An int64 that callers say with this type, which is written by hand.
    Said(Box<Type>, String),
    F64,
    String,
    Secret,
    Json,
    /// A one-value enum: the tag of a union's branch.
    Tag(String),
    Ref(String),
    Array(Box<Type>),
    Map(Box<Type>),
    /// A value of a map that may be null.
    Nullable(Box<Type>),
    /// The URL of what the operation of this id answers.
    Link(String),
    /// A string that is of this type, which is written by hand.
    Own(String),
}

impl Type {
    /// The type as the operation table tells it: `[Metric]`, `{string: integer}`.
    pub fn label(&self) -> String {
        match self {
            Self::Bool => "boolean".into(),
            Self::I32 => "int32".into(),
            Self::I64 => "int64".into(),
            Self::Said(plain, _) => plain.label(),
            Self::F64 => "double".into(),
            Self::String | Self::Tag(_) | Self::Own(_) => "string".into(),
            Self::Secret => "secret".into(),
            Self::Json => "json".into(),
            Self::Ref(name) => name.clone(),
            Self::Array(item) => format!("[{}]", item.label()),
            Self::Map(value) => format!("{{string: {}}}", value.label()),
            Self::Nullable(value) => format!("{} or null", value.label()),
            Self::Link(id) => format!("link to {id}"),
        }
    }
}

impl Type {
    /// The type on the wire and in answers.
    pub fn plain(&self) -> &Self {
        match self {
            Self::Said(plain, _) => plain,
            Self::Own(_) => &Self::String,
            other => other,
        }
    }

    /// The type written by hand that it is, or that each item of it is.
    fn own(&self) -> Option<&str> {
        match self {
            Self::Own(name) => Some(name),
            Self::Array(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.own(),
            _ => None,
        }
    }

    /// The operation that a link, or each link of a list, leads to.
    fn link(&self) -> Option<&str> {
        match self {
            Self::Link(id) => Some(id),
            Self::Array(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.link(),
            _ => None,
        }
    }
}

impl Operation {
    /// Whether the answer is a list that may take several requests.
    pub fn is_list(&self) -> bool {
        self.splits() || self.next.is_some()
    }

    /// What it updates, if its body is a change.
    pub fn change(&self) -> Option<&Change> {
        match &self.body.as_ref()?.kind {
            BodyKind::Change(change) => Some(change),
            _ => None,
        }
    }

    /// Whether it reads a thing that need not exist.
    pub fn may_find_nothing(&self) -> bool {
        self.method == "GET" && self.errors.iter().any(|(status, _)| status == "404")
    }

    /// What can be had beside its value.
    pub fn beside(&self) -> Option<&Beside> {
        match &self.response {
            Response::Envelope(envelope) => envelope.beside.as_ref(),
            _ => None,
        }
    }

    /// Whether a list is spread over as many requests as it takes.
    pub fn splits(&self) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.split.is_some())
    }
}

impl Spec {
    pub fn component(&self, name: &str) -> Option<&Component> {
        self.schemas.iter().find(|component| component.name == name)
    }

    /// The tags of a client.
    pub fn tags_of(&self, client: &str) -> impl Iterator<Item = &Tag> {
        self.tags.iter().filter(move |tag| tag.client == client)
    }

    /// The member that tells whether a request succeeded, if every envelope has the same one.
    pub fn ok(&self) -> Option<&String> {
        let mut members =
            self.operations
                .iter()
                .filter_map(|operation| match &operation.response {
                    Response::Envelope(envelope) => Some(envelope.ok.as_ref()),
                    _ => None,
                });
        let first = members.next()?;
        members.all(|member| member == first).then_some(first)?
    }

    /// The operations of a client.
    pub fn operations_of(&self, client: &str) -> impl Iterator<Item = &Operation> {
        let is_own = move |operation: &&Operation| {
            let tag = self.tag(&operation.tag);
            tag.is_some_and(|tag| tag.client == client)
        };
        self.operations.iter().filter(is_own)
    }

    /// The operations that links lead to.
    pub fn linked(&self) -> BTreeSet<&str> {
        let members = self.schemas.iter().flat_map(|own| self.members(&own.name));
        members.filter_map(|member| member.type_.link()).collect()
    }

    /// The types written by hand that members are of.
    pub fn own_types(&self) -> BTreeSet<&str> {
        let members = self.schemas.iter().flat_map(|own| self.members(&own.name));
        members.filter_map(|member| member.type_.own()).collect()
    }

    /// Whether the operation can be asked for by a link.
    pub fn is_linkable(&self, operation: &Operation) -> bool {
        let has_groups = self.tags.iter().any(|tag| tag.on.is_some());
        has_groups || self.linked().contains(operation.id.as_str())
    }

    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.name == name)
    }

    /// Whether it is an object or a union, which are read member by member and by their tag.
    pub fn is_read(&self, name: &str) -> bool {
        let component = self.component(name);
        component.is_some_and(|component| {
            matches!(component.schema, Schema::Object { .. } | Schema::Union(_))
        })
    }

    /// Whether it is an object that keeps members that the spec does not know.
    pub fn keeps_unknown(&self, name: &str) -> bool {
        let component = self.component(name);
        component.is_some_and(|component| {
            matches!(
                component.schema,
                Schema::Object {
                    keep_unknown: true,
                    ..
                }
            )
        })
    }

    /// Whether it is an id that must not show.
    pub fn is_secret_id(&self, type_: &Type) -> bool {
        let Type::Ref(name) = type_ else {
            return false;
        };
        let component = self.component(name);
        component.is_some_and(|component| matches!(component.schema, Schema::SecretId))
    }

    /// The members of an object component; none for anything else.
    pub fn members(&self, name: &str) -> &[Member] {
        match self.component(name).map(|component| &component.schema) {
            Some(Schema::Object { members, .. }) => members,
            _ => &[],
        }
    }
}
