//! Operations by name, for command lines and tools.
//!
//! Each platform's client has a `call`: it takes an operation's id and [`Arguments`] by the names of the wire,
//! passes both through the operation's types, and gives an [`Answer`].

mod arguments;
mod bound;

use std::fmt;

use serde::Serialize;

use super::BoxFuture;
use crate::{ByteStream, Config, Error, ErrorKind, Json, Operation, Result, Secret};

pub use arguments::Arguments;
pub(crate) use bound::Twin;

/// A platform of this build, for tools that serve each one alike; [`PLATFORMS`](crate::PLATFORMS) has them all.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Platform {
    /// Its name, which is also its feature and its module: `flink`.
    pub name: &'static str,
    /// Every operation, in the order of the platform's manual.
    pub operations: &'static [Operation],
    /// Makes the JSON schema of every type that it sends and takes, by its name in the spec.
    #[cfg(feature = "schemars")]
    pub schemas: fn() -> std::collections::BTreeMap<&'static str, schemars::Schema>,
    pub(crate) default_url: fn(&'static str) -> &'static str,
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
    /// Where the server of the operation with this id listens unless it is set up otherwise; a platform may have several servers.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there is no such operation.
    pub fn default_url(&self, id: &str) -> Result<&'static str> {
        let operation = find(self.operations, id)?;
        Ok((self.default_url)(operation.id))
    }

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
    /// bearer token for Streams, `account:token` for flowthings.io.
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

/// What an operation answered.
pub enum Answer {
    /// The typed value, encoded again.
    Json(Json),
    /// Bytes as they come.
    Bytes(ByteStream),
    /// Nothing that matters.
    Empty,
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
