//! Joule: the API of a node, version 1.0.
//!
//! [`Node`] is the door. What concerns the node itself is a method on it; everything else is in a group:
//! [`folders`](Node::folders), [`data_streams`](Node::data_streams), [`data`](Node::data),
//! [`annotations`](Node::annotations), [`event_streams`](Node::event_streams), [`modules`](Node::modules) and so on.
//!
//! ```no_run
//! use headwaters::joule::Node;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> headwaters::Result<()> {
//! let node = Node::new("http://localhost:8088", "the key")?;
//! for stream in node.folders().get("/plugs").await?.streams {
//!     println!("{} {}", stream.name, stream.layout);
//! }
//! # Ok(()) }
//! ```
//!
//! Streams and folders are named by the object, its id or its path: `node.data_streams().get("/plugs/meter")`.
//!
//! For each function of Python's `joule`, [`from_python`] has the one here.

mod archive;
mod argument;
mod changes;
mod database;
mod error_body;
mod event;
mod filter;
mod follower;
mod info;
mod lumen;
mod new_stream;
mod node_store;
mod pipe;
mod read;
mod timestamp;
mod write;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/joule.rs"));
}

/// What is here for each function of Python's `joule`; a page without items.
///
#[doc = include_str!("../../docs/joule-from-python.md")]
pub mod from_python {}

#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{
    Config, Error, Operation, Result, Secret,
    config::env,
    transport::{Client, Platform},
};

pub use argument::{ArgumentError, duration_us, yes_no};
pub use event::EventReader;
pub use filter::{Condition, EventFilter, FilterError};
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{DEFAULT_URL, OPERATIONS, calls, ids::*, types};
use generated::{NAME, NUMBERS, OK, PREFIX};
pub use info::NodeInfo;
#[doc(no_inline)]
pub use jiff;
pub use lumen::{Axis, ElementStyle, EventStyle, LumenView, PlacedSetting, Setting, SizedSetting};
pub use node_store::{NodeEntry, NodeStore};
#[cfg(feature = "arrow-60")]
pub use pipe::arrow;
#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub use pipe::decode;
pub use pipe::{
    Block, Columns, Decimated, Element, ElementType, Layout, LayoutError, LayoutMismatch,
    PipeReader, PipeWindow, PipeWriter, Row, Rows,
};
pub use timestamp::{Timestamp, TimestampError};
#[cfg(feature = "postgres")]
#[doc(no_inline)]
pub use tokio_postgres;
pub use write::DataWrite;

static PLATFORM: Platform = Platform {
    name: NAME,
    product: "Joule",
    raw: Operation::raw(NAME, OK),
    prefix: PREFIX,
    numbers: NUMBERS,
    words: error_body::read,
    instead: &[],
};

/// A Joule node.
///
/// Clones are cheap and share connections.
#[derive(Clone, Debug)]
pub struct Node {
    client: Client,
}

impl Node {
    /// The node at this URL, such as `http://localhost:8088` or `https://example.com/joule`, opened by this key, with
    /// the default [`Config`]. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the URL is not valid, is neither http nor https, or has a query, a
    /// fragment or credentials; when it is https and the crate is built without TLS; when the key cannot stand in a header.
    pub fn new(url: impl AsRef<str>, key: impl Into<Secret>) -> Result<Self> {
        Self::with_config(url, key, Config::new())
    }

    /// The same with timeouts, certificates and so on. The key goes beside the configuration's credentials, which a proxy before
    /// the node may want.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the configuration has a header or credentials that cannot be sent, or TLS that cannot be set up.
    pub fn with_config(
        url: impl AsRef<str>,
        key: impl Into<Secret>,
        mut config: Config,
    ) -> Result<Self> {
        config.auth = config.auth.and_header("X-API-KEY", key);
        Self::unkeyed(url.as_ref(), config)
    }

    /// The node that the environment names, with the default [`Config`]: its URL in `JOULE_URL`, its key in `JOULE_API_KEY`
    /// and, if its certificate is not from one of the system's authorities, the path of a file with its authority in
    /// `JOULE_CA_FILE`, as Joule sets it for its modules. For the nodes of Joule's command line see [`of_user`](Self::of_user).
    ///
    /// # Errors
    /// As [`new`](Self::new), and when a variable is not set or the file cannot be read; the error names it.
    pub fn from_env() -> Result<Self> {
        let url = env::required("JOULE_URL")?;
        let key = env::required("JOULE_API_KEY")?;
        let mut config = Config::new();
        if let Some(path) = env::variable("JOULE_CA_FILE")? {
            let pem = std::fs::read(&path).map_err(|error| {
                let what = format!("{path}, named by JOULE_CA_FILE, cannot be read");
                Error::config(what).with_source(error)
            })?;
            config = config.with_certificate_authority(pem);
        }
        Self::with_config(url, key, config)
    }

    /// The node that listens on this Unix socket, which needs no key: `api` in the node's socket directory.
    ///
    /// # Errors
    /// As [`with_config`](Self::with_config).
    #[cfg(unix)]
    pub fn at_socket(path: impl Into<std::path::PathBuf>, config: Config) -> Result<Self> {
        Self::unkeyed("http://localhost", config.with_unix_socket(path))
    }

    /// The user's default node, as the Joule command line keeps it; see [`NodeStore`], which also takes a [`Config`].
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when no node is kept or the files cannot be read.
    pub fn of_user() -> Result<Self> {
        let store = NodeStore::of_user()?;
        store.open(&store.default_node()?)
    }

    /// The user's node of this name.
    ///
    /// # Errors
    /// As [`of_user`](Self::of_user), and when there is no such node.
    pub fn of_user_named(name: &str) -> Result<Self> {
        let store = NodeStore::of_user()?;
        store.open(&store.node(name)?)
    }

    /// The base URL.
    pub fn url(&self) -> &url::Url {
        self.client.url()
    }

    fn unkeyed(url: &str, config: Config) -> Result<Self> {
        let client = Client::new(&PLATFORM, url, config)?;
        Ok(Self { client })
    }
}

/// Without a key as with an empty one: the node answers 403.
#[cfg(feature = "dynamic")]
impl TryFrom<Server> for Node {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        let key = server.key.unwrap_or_else(|| "".into());
        Self::with_config(server.url, key, server.config)
    }
}
