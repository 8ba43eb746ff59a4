//! Operations by name, for command lines and tools.
//!
//! Each platform's client has a `call`: it takes an operation's id and [`Arguments`] by the names of the wire,
//! passes both through the operation's types, and gives an [`Answer`].

use std::{fmt, str::FromStr};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{BoxFuture, in_runtime};
use crate::{
    ByteStream, Change, Config, Error, ErrorKind, Identified, Json, Locator, Operation, Result,
    Secret, Upload,
    body::Lease,
    error::JsonError,
    transport::Draft,
    value::{json, written},
};

/// A platform of this build, for tools that serve each one alike; [`PLATFORMS`](crate::PLATFORMS) has them all.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Platform {
    /// Its name, which is also its feature and its module: `flink`.
    pub name: &'static str,
    /// Where a server listens unless it is set up otherwise.
    pub default_url: &'static str,
    /// Every operation, in the order of the platform's manual.
    pub operations: &'static [Operation],
    /// Makes the JSON schema of every type that it sends and takes, by its name in the spec.
    #[cfg(feature = "schemars")]
    pub schemas: fn() -> std::collections::BTreeMap<&'static str, schemars::Schema>,
    pub(crate) call: fn(Server, &'static str, Arguments) -> BoxFuture<Result<Answer>>,
}

/// A server of a platform, and how it is reached. Each platform's client is made from one.
///
/// Calls through clones share connections.
#[derive(Clone)]
pub struct Server {
    pub(crate) url: String,
    pub(crate) key: Option<Secret>,
    pub(crate) config: Config,
}

impl Platform {
    /// Makes the call of this id at a server, with arguments by their wire names.
    ///
    /// # Errors
    /// As the client's constructor, and as its `call`.
    pub async fn call(
        &self,
        server: Server,
        id: &str,
        arguments: impl Into<Arguments>,
    ) -> Result<Answer> {
        let operation = find(self.operations, id)?;
        (self.call)(server, operation.id, arguments.into()).await
    }
}

impl Server {
    /// The server at this URL, with the default [`Config`].
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            key: None,
            config: Config::new(),
        }
    }

    /// What opens it, as the platform has it: a bearer token for Flink, the key of a Joule node, `user:password` or a
    /// bearer token for Streams.
    pub fn with_key(mut self, key: impl Into<Secret>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Timeouts, certificates and so on.
    pub fn with_config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }
}

/// Arguments of an operation by their names on the wire; a name given twice makes a list of two.
///
/// ```
/// use headwaters::dynamic::Arguments;
///
/// let arguments = Arguments::from([("jobid", "a5f0…"), ("get", "uptime")]).with_body(r#"{"mode": "cancel"}"#);
/// # let _ = arguments;
/// ```
#[derive(Default)]
pub struct Arguments {
    pairs: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Option<BodyArgument>,
}

enum BodyArgument {
    Bytes(Bytes),
    /// Bytes that have been read.
    Json(Value),
    Upload(Upload),
}

/// What an operation answered.
pub enum Answer {
    /// The typed value, encoded again.
    Json(Json),
    /// Bytes as they come.
    Bytes(ByteStream),
    /// Nothing that matters.
    Empty,
}

impl Arguments {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more argument; the value is taken literally.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pairs.push((name.into(), value.into()));
        self
    }

    /// One more query parameter, which the operation need not know.
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// The request body: JSON, or bytes where the operation takes them.
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(BodyArgument::Bytes(body.into()));
        self
    }

    /// A file as the request body, of operations that take a file or bytes. It is streamed.
    pub fn with_file(mut self, file: impl Into<Upload>) -> Self {
        self.body = Some(BodyArgument::Upload(file.into()));
        self
    }

    pub(crate) fn of(self, operation: &'static Operation) -> Bound {
        Bound {
            operation,
            pairs: self.pairs,
            query: self.query,
            body: self.body,
            lease: None,
        }
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Arguments {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Arguments {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self {
            pairs: pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            ..Self::default()
        }
    }
}

impl Answer {
    pub(crate) fn json(operation: &'static Operation, value: &impl Serialize) -> Result<Self> {
        Json::new(value).map(Self::Json).map_err(|error| {
            Error::of(
                ErrorKind::Decode,
                operation,
                "the answer cannot be encoded again",
            )
            .with_source(error)
        })
    }
}

/// How the text of a query twin becomes a body member.
#[derive(Clone, Copy)]
pub(crate) enum Twin {
    /// A number or a boolean.
    Literal,
    /// A string.
    Text,
    /// A comma list of strings.
    List,
}

/// The operation with this id.
pub(crate) fn find(operations: &'static [Operation], id: &str) -> Result<&'static Operation> {
    operations
        .iter()
        .find(|operation| operation.id == id)
        .ok_or_else(|| Error::config(format!("there is no operation {id:?}")))
}

/// The error of an operation that only the table knows.
pub(crate) fn not_carried(operation: &'static Operation) -> Error {
    Error::request(operation, "this operation has no call by name")
}

/// Arguments on their way into one operation.
pub(crate) struct Bound {
    operation: &'static Operation,
    pairs: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Option<BodyArgument>,
    /// The hold on a file that is read while it is sent.
    lease: Option<Lease>,
}

impl Bound {
    /// The draft with the parameters that the operation need not know.
    pub(crate) fn drafted(&mut self, mut draft: Draft) -> Draft {
        if !self.query.is_empty() {
            draft.options_mut().query.append(&mut self.query);
        }
        draft
    }

    pub(crate) fn required<T: FromStr>(&mut self, name: &str) -> Result<T> {
        self.optional(name)?
            .ok_or_else(|| self.refuse(format!("argument {name} is missing")))
    }

    pub(crate) fn optional<T: FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let mut values = self.take(name);
        match (values.pop(), values.is_empty()) {
            (None, _) => Ok(None),
            (Some(value), true) => self.parsed(name, &value).map(Some),
            (Some(_), false) => {
                Err(self.refuse(format!("argument {name} is given more than once")))
            }
        }
    }

    pub(crate) fn required_list<T: FromStr>(&mut self, name: &str) -> Result<Vec<T>> {
        self.list(name)?
            .ok_or_else(|| self.refuse(format!("argument {name} is missing")))
    }

    /// A list as the wire writes it: `a,b` is two items.
    pub(crate) fn list<T: FromStr>(&mut self, name: &str) -> Result<Option<Vec<T>>> {
        let values = self.take(name);
        if values.is_empty() {
            return Ok(None);
        }
        values
            .iter()
            .flat_map(|value| value.split(','))
            .map(|item| self.parsed(name, item))
            .collect::<Result<_>>()
            .map(Some)
    }

    pub(crate) fn locator<T>(&mut self, id: &str, path: &str) -> Result<Locator<T>> {
        match (self.optional::<i32>(id)?, self.optional::<String>(path)?) {
            (Some(id), None) => Ok(id.into()),
            (None, Some(path)) => Ok(path.into()),
            _ => Err(self.refuse(format!("give one of {id} and {path}"))),
        }
    }

    /// A locator whose two members stand in the JSON body.
    pub(crate) fn locator_in_body<T>(&mut self, id: &str, path: &str) -> Result<Locator<T>> {
        let json = self.json()?;
        let whole = |id: &Value| i32::try_from(id.as_i64()?).ok();
        let locator = match (json.get(id), json.get(path)) {
            (Some(id), None | Some(Value::Null)) => whole(id).map(Locator::from),
            (None | Some(Value::Null), Some(path)) => path.as_str().map(Locator::from),
            _ => None,
        };
        self.body = Some(BodyArgument::Json(json));
        locator.ok_or_else(|| {
            self.refuse(format!(
                "give one of {id}, a whole number, and {path}, a text, in the body"
            ))
        })
    }

    /// The JSON body, with query twins put where the body has nothing.
    ///
    /// A member that the spec does not know would be dropped: it is refused, unless the object keeps such members.
    pub(crate) fn body<T: DeserializeOwned + Serialize>(
        &mut self,
        twins: &[(&str, &str, Twin)],
    ) -> Result<T> {
        let mut json = self.json()?;
        for (name, member, twin) in twins {
            let value = match twin {
                Twin::Text => self.optional::<String>(name)?.map(Value::from),
                Twin::List => self.list::<String>(name)?.map(Value::from),
                Twin::Literal => self.optional::<Value>(name)?,
            };
            let Some(value) = value else {
                continue;
            };
            match &mut json {
                Value::Object(members) => {
                    members.entry(*member).or_insert(value);
                }
                _ => return Err(self.refuse("the body is not an object")),
            }
        }
        self.fitted("the body", &json)
    }

    /// The JSON body, if there is one.
    pub(crate) fn optional_body<T: DeserializeOwned + Serialize>(&mut self) -> Result<Option<T>> {
        match self.body {
            None => Ok(None),
            Some(_) => self.body(&[]).map(Some),
        }
    }

    /// What an update takes: with the id of the object as an argument the body is its changed members, and without it the object.
    pub(crate) fn change<T>(&mut self, id: &str) -> Result<Change<T>>
    where
        T: Identified + DeserializeOwned + Serialize,
    {
        match self.optional::<String>(id)? {
            None => self.body::<T>(&[]).map(Change::from),
            Some(id) => {
                let json = self.json()?;
                self.changed(id, json)
            }
        }
    }

    /// Changed members of several objects, by their ids.
    pub(crate) fn changes<T>(&mut self) -> Result<Vec<Change<T>>>
    where
        T: Identified + DeserializeOwned + Serialize,
    {
        match self.json()? {
            Value::Object(changes) => changes
                .into_iter()
                .map(|(id, json)| self.changed(id, json))
                .collect(),
            _ => Err(self.refuse("the body is not an object")),
        }
    }

    /// Changed members of one object, each of which fits the type of the object.
    fn changed<T>(&self, id: String, json: Value) -> Result<Change<T>>
    where
        T: Identified + DeserializeOwned + Serialize,
    {
        let Value::Object(members) = json else {
            return Err(self.refuse("a change is not an object"));
        };
        let fitted = |id: Value| {
            // Any member may be set to null.
            let said = members.iter().filter(|(_, value)| !value.is_null());
            let mut object =
                Map::from_iter(said.map(|(name, value)| (name.clone(), value.clone())));
            object.entry(T::ID).or_insert(id);
            self.fitted::<T>("the change", &object.into())
        };
        let object = fitted(id.as_str().into());
        let object = object.or_else(|error| match id.parse::<i64>() {
            Ok(number) => fitted(number.into()).map_err(|_| error),
            Err(_) => Err(error),
        })?;
        let (_, secrets) = written(|| json::encode(&object));
        Ok(Change::members(Some(id), members).with_secrets(secrets))
    }

    /// The JSON as a type of the spec that keeps all of it.
    fn fitted<T: DeserializeOwned + Serialize>(&self, what: &str, json: &Value) -> Result<T> {
        let value: T = serde_path_to_error::deserialize(json).map_err(|error| {
            let place = match error.path().iter().next() {
                Some(_) => format!(" at {}", error.path()),
                None => String::new(),
            };
            self.refuse(format!("{what} does not fit the spec{place}"))
                .with_source(JsonError::from(error.into_inner()))
        })?;
        let kept = serde_json::to_value(&value).map_err(|error| {
            self.refuse(format!("{what} cannot be written as JSON"))
                .with_source(JsonError::from(error))
        })?;
        match dropped(json, &kept) {
            Some(member) => Err(self.refuse(format!("{what} has no member {member:?}"))),
            None => Ok(value),
        }
    }

    /// The body as JSON, which is an empty object where none was given.
    fn json(&mut self) -> Result<Value> {
        match self.body.take() {
            None => Ok(Value::Object(serde_json::Map::new())),
            Some(BodyArgument::Json(json)) => Ok(json),
            Some(BodyArgument::Bytes(bytes)) => serde_json::from_slice(&bytes).map_err(|error| {
                self.refuse("the body is not JSON")
                    .with_source(JsonError::from(error))
            }),
            Some(BodyArgument::Upload(_)) => Err(self.refuse("the body is JSON, not a file")),
        }
    }

    /// The body as it is; a file is sent as long as these arguments are there.
    pub(crate) async fn raw_body(&mut self) -> Result<reqwest::Body> {
        match self.body.take() {
            Some(BodyArgument::Bytes(bytes)) => Ok(bytes.into()),
            Some(BodyArgument::Upload(upload)) => {
                let (body, _, lease) = in_runtime(upload.leased(self.operation)).await?;
                self.lease = Some(lease);
                Ok(body)
            }
            _ => Err(self.refuse("the request needs a body of bytes")),
        }
    }

    pub(crate) fn text_body(&mut self) -> Result<String> {
        match self.body.take() {
            Some(BodyArgument::Bytes(bytes)) => String::from_utf8(bytes.into())
                .map_err(|error| self.refuse("the body is not UTF-8").with_source(error)),
            _ => Err(self.refuse("the request needs a body of text")),
        }
    }

    pub(crate) fn upload(&mut self) -> Result<Upload> {
        match self.body.take() {
            Some(BodyArgument::Upload(upload)) => Ok(upload),
            _ => Err(self.refuse("the request needs a file as its body")),
        }
    }

    /// A JSON part of a form, which is an argument of its name.
    pub(crate) fn part<T: DeserializeOwned + Serialize>(&mut self, name: &str) -> Result<T> {
        let text = self.required::<String>(name)?;
        let what = format!("the argument {name}");
        let json = serde_json::from_str(&text).map_err(|error| {
            self.refuse(format!("{what} is not JSON"))
                .with_source(JsonError::from(error))
        })?;
        self.fitted(&what, &json)
    }

    /// Refuses what no parameter took.
    pub(crate) fn finish(&self) -> Result<()> {
        if let Some((name, _)) = self.pairs.first() {
            return Err(self.refuse(format!("there is no argument {name:?}")));
        }
        if self.body.is_some() {
            return Err(self.refuse("the operation takes no body"));
        }
        Ok(())
    }

    fn take(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.pairs)
            .into_iter()
            .partition(|(key, _)| key == name);
        self.pairs = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    fn parsed<T: FromStr>(&self, name: &str, text: &str) -> Result<T> {
        text.parse()
            .map_err(|_| self.refuse(format!("argument {name} does not parse")))
    }

    fn refuse(&self, reason: impl Into<String>) -> Error {
        Error::request(self.operation, reason)
    }
}

/// A member that was given and is not kept.
fn dropped(given: &Value, kept: &Value) -> Option<String> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => {
            given.iter().find_map(|(name, value)| match kept.get(name) {
                Some(kept) => dropped(value, kept),
                // Null says no more than that it is absent.
                None => (!value.is_null()).then(|| name.clone()),
            })
        }
        (Value::Array(given), Value::Array(kept)) => given
            .iter()
            .zip(kept)
            .find_map(|(given, kept)| dropped(given, kept)),
        _ => None,
    }
}

/// Not what the server said, which may be data or a secret.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(_) => f.write_str("JSON"),
            Self::Bytes(stream) => stream.fmt(f),
            Self::Empty => f.write_str("Empty"),
        }
    }
}

/// Without the URL: until a client is made of it, it may have a password in it.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("key", &self.key)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// Names alone: a value may be a secret.
impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.pairs.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Arguments")
            .field("names", &names)
            .field(
                "query",
                &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .field("body", &self.body)
            .finish()
    }
}

impl fmt::Debug for BodyArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Json(_) => f.write_str("JSON"),
            Self::Upload(upload) => upload.fmt(f),
        }
    }
}
