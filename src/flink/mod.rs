//! Apache Flink: the REST API of the JobManager, versions 1.20 to 2.3.
//!
//! [`Flink`] is the door. What concerns the cluster is a method on it; everything else is in a group:
//! [`jars`](Flink::jars), [`jobs`](Flink::jobs), [`rescales`](Flink::rescales), [`vertex`](Flink::vertex) with its
//! [`subtasks`](calls::Vertex::subtasks) and each [`subtask`](calls::Vertex::subtask),
//! [`savepoints`](Flink::savepoints), [`datasets`](Flink::datasets), [`applications`](Flink::applications),
//! [`job_manager`](Flink::job_manager), [`task_managers`](Flink::task_managers) and each
//! [`task_manager`](Flink::task_manager).
//!
//! ```
//! use headwaters::flink::Flink;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let cluster = headwaters::sandbox::Flink::builder().demo(true).start().await?;
//! # let url = cluster.url();
//! let flink = Flink::new(url)?; // such as http://localhost:8081
//! for job in flink.jobs().overview().await?.jobs {
//!     println!("{} {} {}", job.id, job.state, job.name);
//! }
//! # Ok(()) }
//! ```
//!
//! Long operations are followed with `poll()`: a savepoint is
//! `flink.jobs().trigger_savepoint(&job).target_directory("file:///savepoints").poll().await?`.
//!
//! For each call of Python's `flink-rest-client`, [`from_python`] has the one here.

mod asynchronous;
mod checkpoint;
mod dataset;
mod error_body;
mod jar;
mod job;
mod job_graph;
mod restart;
mod sampling;
mod savepoint;

// What is public here is so in `calls` below, which the lint does not see.
#[allow(unreachable_pub)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/flink.rs"));
}

/// Groups of operations, and a call for each operation.
pub mod calls {
    pub use super::generated::calls::*;
    pub use super::job_graph::JobsSubmit;
}

/// The call here for each one of Python's `flink-rest-client`; a page without items.
///
#[doc = include_str!("../../docs/flink-from-python.md")]
pub mod from_python {}

#[cfg(feature = "dynamic")]
use crate::{Auth, Error, dynamic::Server};
use crate::{
    Config, Operation, Result,
    config::env,
    transport::{Client, Platform},
};

pub use checkpoint::Checkpoint;
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{DEFAULT_URL, OPERATIONS, ids::*, types};
use generated::{NAME, NUMBERS, OK, PREFIX};
pub use jar::Submission;
pub use restart::{Restart, Restarted};
pub use sampling::{Sample, Sampling};
pub use savepoint::Savepoint;

static PLATFORM: Platform = Platform {
    name: NAME,
    product: "Flink",
    raw: Operation::raw(NAME, OK),
    prefix: PREFIX,
    numbers: NUMBERS,
    words: error_body::read,
    instead: &[],
};

/// A Flink cluster, seen through its JobManager.
///
/// Clones are cheap and share connections.
#[derive(Clone, Debug)]
pub struct Flink {
    client: Client,
}

impl Flink {
    /// The cluster at this URL, such as `http://localhost:8081`, with the default [`Config`]. A path prefix, as a proxy
    /// may want one, is kept. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the URL is not valid, is neither http nor https, or has a query, a
    /// fragment or credentials; when it is https and the crate is built without TLS.
    pub fn new(url: impl AsRef<str>) -> Result<Self> {
        Self::with_config(url, Config::new())
    }

    /// The same with credentials, timeouts, certificates and so on.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the configuration has a header or credentials that cannot be sent, or TLS that cannot be set up.
    pub fn with_config(url: impl AsRef<str>, config: Config) -> Result<Self> {
        let client = Client::new(&PLATFORM, url.as_ref(), config)?;
        Ok(Self { client })
    }

    /// The cluster whose URL is in the environment variable `FLINK_REST_URL`, with the default [`Config`].
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the variable is not set; the error names it.
    pub fn from_env() -> Result<Self> {
        Self::new(env::required("FLINK_REST_URL")?)
    }

    /// The URL that paths are appended to: the one given, and `/v1`.
    pub fn url(&self) -> &url::Url {
        self.client.url()
    }
}

/// The key, if there is one, is a token of the proxy before the JobManager.
#[cfg(feature = "dynamic")]
impl TryFrom<Server> for Flink {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        let config = match server.key {
            Some(token) => server.config.with_auth(Auth::bearer(token)),
            None => server.config,
        };
        Self::with_config(server.url, config)
    }
}
