//! A Joule node that answers as jouled 1.0.1 does.
//!
//! The rooms: `routes` is the table of contents and what each request does, `wire` is how requests, answers and nouns look,
//! `model` is the state. [`service`] leads a request to its route. Routes know the wire and the model, the wire knows the
//! model, and the model knows neither. Of rows, the model's `layout` and `table` hold the bytes, `store` all that is kept of
//! a stream, `inserter` and `decimator` fill it, `extraction` empties it.

mod model;
mod routes;
mod service;
mod wire;

use std::{fmt, io};

use super::clock;
use super::controls::controls;
use super::journal::{Journal, LIMIT};
use super::server::{Port, Server};
use model::connections::{self, Connections};
use model::demo;
use model::extra_stream::{ExtraKind, ExtraStream};
use model::node::Node;

/// An in-process Joule node: its HTTP API and its binary pipes, without Python and PostgreSQL.
///
/// It behaves as jouled 1.0.1 does, error texts and oddities included, and keeps state in memory: folders, streams,
/// rows with their intervals and decimation levels, annotations, events, masters and followers. Rows can be read and
/// written in any amount that memory holds; beyond that there are streams whose rows are
/// [computed](JouleBuilder::synthetic) or [dropped](JouleBuilder::sink).
///
/// Modules are there with [`demo`](JouleBuilder::demo) only: `random` writes /live/rand (float32_2, ten rows a second),
/// `breaker` writes /live/breaks (int16_3, four rows every 0.4 s, and a break after every third time). These two streams
/// can be subscribed to. `breaker` is listed as a web application, of which there are no pages.
///
/// Not as in Joule: readers that stall hold up others only where [`connections`](JouleBuilder::connections) are counted,
/// there are no importers, so that the answer to every archive is an error in the log, a node can be joined over plain HTTP
/// only, there is no database to connect to, and an interval of 49 999 rows ends (jouled 1.0.1 takes the break after so
/// many rows for a row at time 0, and begins again).
///
/// ```no_run
/// # async fn f() -> std::io::Result<()> {
/// let joule = headwaters::sandbox::Joule::builder().demo(true).port(8088).start().await?;
/// println!("curl -H 'X-API-KEY: {}' {}/folders.json", joule.key(), joule.url());
/// # Ok(()) }
/// ```
pub struct Joule {
    server: Server,
    key: String,
}

controls!(Joule);

impl Joule {
    /// Starts an empty node on any free loopback port. It runs until it is dropped.
    ///
    /// # Errors
    ///
    /// When no port or no thread can be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with options.
    pub fn builder() -> JouleBuilder {
        JouleBuilder::default()
    }

    /// The API key of the node's owner, for the header `X-API-KEY`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Closes the port and every connection, as when the node dies: reads and writes break off. Journal, faults and
    /// data stay.
    pub fn stop_listening(&self) {
        self.server.close();
    }

    /// Opens the port again, with the same data. Where it still listens, it restarts.
    ///
    /// # Errors
    ///
    /// When somebody else has taken the port, or no thread can be had.
    pub async fn listen_again(&self) -> io::Result<()> {
        self.server.open().await
    }
}

/// The options of a [`Joule`] sandbox; made by [`Joule::builder`].
#[derive(Clone)]
#[must_use]
pub struct JouleBuilder {
    port: u16,
    demo: bool,
    seed: u64,
    scatter: bool,
    connections: Option<usize>,
    name: String,
    key: String,
    journal_limit: usize,
    streams: Vec<ExtraStream>,
}

impl Default for JouleBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            demo: false,
            seed: 0,
            scatter: false,
            connections: None,
            name: "sandbox".to_owned(),
            key: "0123456789abcdef0123456789abcdef".to_owned(),
            journal_limit: LIMIT,
            streams: Vec::new(),
        }
    }
}

impl JouleBuilder {
    /// The loopback port; 0, the default, takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Fills the node: two modules that write, a stream that a configuration file describes, a day of rows in
    /// /plugs/meter with annotations, events in /plugs/switched, two proxies.
    pub fn demo(mut self, demo: bool) -> Self {
        self.demo = demo;
        self
    }

    /// The seed of keys, of what the module `random` writes, and of the places where reads are cut.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Cuts what is read from stored streams at random, also within rows, as a network may. Without it a block of at most
    /// 50 000 rows is a chunk, as jouled sends it; the Python client of Joule loses rows now and then where it is not.
    pub fn scatter(mut self, scatter: bool) -> Self {
        self.scatter = scatter;
        self
    }

    /// The number of connections to the database, at least 1: 10 in Joule, by default as many as are wanted. A read holds
    /// one until its last row has left. While none is free, all that looks for rows or events gets no answer: as many
    /// readers that do not read stop a node, but for folders, annotations, modules and subscriptions.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = Some(connections.clamp(1, connections::MAX));
        self
    }

    /// The name of the node; `sandbox` by default.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The API key of the node's owner; 32 hex digits by default, the same ones every time.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// Adds a stream of so many rows that are computed while they are read, and cannot be written: `float32_3` is a
    /// layout. Element `e` of row `i` is `i % 1000 + e`; row 0 is at 1 700 000 000 000 000 µs, and each row 100 µs
    /// later, up to the year 9999: there can be 2.5 · 10¹⁵ rows. Decimated it is not.
    pub fn synthetic(self, path: impl Into<String>, layout: impl Into<String>, rows: u64) -> Self {
        let layout = layout.into();
        self.extra(path, ExtraKind::Synthetic { layout, rows })
    }

    /// Adds a stream that counts the rows written to it (`data_info.rows`, tokens included) and drops them unseen.
    pub fn sink(self, path: impl Into<String>, layout: impl Into<String>) -> Self {
        let layout = layout.into();
        self.extra(path, ExtraKind::Sink { layout })
    }

    /// Adds an event stream that a configuration file describes, without fields. Such a stream is locked; Joule 1.0.1
    /// makes no table for it, so that whatever looks for its events fails with 500: to get, read, write, count and remove,
    /// and the tree of folders with `data-info`.
    pub fn configured_events(self, path: impl Into<String>) -> Self {
        self.extra(path, ExtraKind::ConfiguredEvents)
    }

    /// The bytes of requests that the journal keeps, 32 MiB by default: when they are more, the oldest requests are forgotten.
    /// With 0 it keeps none.
    pub fn journal_limit(mut self, bytes: usize) -> Self {
        self.journal_limit = bytes;
        self
    }

    /// Starts the node.
    ///
    /// # Errors
    ///
    /// When the port is taken, no thread can be had, or a stream has a path or a layout that is none or more rows than there is time.
    pub async fn start(self) -> io::Result<Joule> {
        let port = Port::bind(self.port)?;
        let now = clock::micros();
        let mut node = Node::new(&self.name, &self.key, port.number(), self.seed, now);
        node.scatter = self.scatter;
        if let Some(count) = self.connections {
            node.connections = Connections::counted(count);
        }
        if self.demo {
            demo::fill(&mut node, now);
        }
        for stream in &self.streams {
            stream.add(&mut node, now)?;
        }
        let journal = Journal::within(self.journal_limit);
        let server = port.serve(service::router(node), "", journal).await?;
        Ok(Joule {
            server,
            key: self.key,
        })
    }

    fn extra(mut self, path: impl Into<String>, kind: ExtraKind) -> Self {
        let path = path.into();
        self.streams.push(ExtraStream { path, kind });
        self
    }
}

/// Not the key.
impl fmt::Debug for JouleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JouleBuilder")
            .field("port", &self.port)
            .field("demo", &self.demo)
            .field("name", &self.name)
            .field("streams", &self.streams)
            .finish_non_exhaustive()
    }
}
