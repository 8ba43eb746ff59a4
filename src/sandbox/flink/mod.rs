//! A Flink JobManager that answers as 1.20.5 does.
//!
//! The rooms: `routes` is the table of contents and what each request does, `wire` is how requests and answers look,
//! `model` is the state as a function of the time. [`service`] leads a request to its route. Routes know the wire and the
//! model, the wire knows the model, and the model knows neither.

mod model;
mod routes;
mod service;
mod wire;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::clock;
use super::controls::controls;
use super::journal::{Journal, LIMIT};
use super::server::{Port, Server};
use model::cluster::Cluster;
use model::demo;
use service::Service;
use wire::target::VERSION;

/// An in-process Flink cluster: the REST API of a JobManager, without the JVM.
///
/// It behaves as Flink 1.20.5 does, statuses, error texts and oddities included, and keeps state:
///
/// - an uploaded jar is counted, not kept; it is known by its name. One with `broken` in its file name
///   has no entry class, any other has `com.acme.StreamJob` in its manifest, or `FailJob`, `BoundedJob` or
///   `BatchJob` where the file name contains `fail`, `bounded` or `batch`;
/// - any class `…Main` or `…Job` can be run. Its name says what it does: `Fail` runs for a second, then
///   fails; `Bounded` and `Batch` finish, the second with a data set left behind; `Throws` dies in `main`;
///   `NoExecute` starts no job; any other runs until it is cancelled. `Missing` in the name, or any other
///   ending, is a class that is not there;
/// - a job graph is known by its file name, as a jar without an entry class is; it must begin as Java's serialization
///   does, `AC ED 00 05`. Each one that is submitted gets a new job id;
/// - a job is RUNNING after about a quarter of a second, and makes a checkpoint every two seconds. A savepoint
///   or a checkpoint that is asked for is COMPLETED after a quarter of a second; a savepoint whose target
///   directory is `/forbidden`, or below it, fails as with a directory that cannot be written;
/// - a job starts from a savepoint that the sandbox has written and nobody has disposed of. From any other it
///   does not: 400, and a job that has FAILED;
/// - metrics are fetched asynchronously, as in Flink: the first request for a job or a vertex answers `[]`.
///   So are flame graphs, which are ready after 0.3 s, and the backpressure of a vertex.
///
/// Nothing is cached: where Flink answers from an execution graph of up to three seconds ago, the sandbox tells
/// the present. What Flink has and the sandbox does not carry (YARN, coordinators) answers 501.
///
/// ```no_run
/// # async fn f() -> std::io::Result<()> {
/// let flink = headwaters::sandbox::Flink::builder().demo(true).port(8081).start().await?;
/// println!("curl {}/jobs/overview", flink.url());
/// # Ok(()) }
/// ```
pub struct Flink {
    server: Server,
    service: Arc<Service>,
}

controls!(Flink);

impl Flink {
    /// Starts an empty cluster on any free loopback port. It runs until it is dropped.
    ///
    /// # Errors
    ///
    /// When no port or no thread can be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with options.
    pub fn builder() -> FlinkBuilder {
        FlinkBuilder::default()
    }

    /// Closes the port and every connection, as when the JobManager dies. Journal and faults stay.
    pub fn stop_listening(&self) {
        self.server.close();
    }

    /// Opens the port again, as when the next JobManager has taken over: with the same jars, jobs and savepoints,
    /// but without trigger ids, fetched metrics and profiles, and at first without a leader
    /// ([`startup`](FlinkBuilder::startup)). Also after `DELETE /cluster`; where it still listens, it restarts.
    ///
    /// # Errors
    ///
    /// When somebody else has taken the port, or no thread can be had.
    pub async fn listen_again(&self) -> io::Result<()> {
        self.server.close();
        self.service.recover();
        self.server.open().await
    }
}

/// The options of a [`Flink`] sandbox; made by [`Flink::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct FlinkBuilder {
    port: u16,
    demo: bool,
    startup: Duration,
    seed: u64,
    adaptive: bool,
    flame_graph_depth: Option<usize>,
    journal_limit: usize,
}

impl Default for FlinkBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            demo: false,
            startup: Duration::ZERO,
            seed: 0,
            adaptive: false,
            flame_graph_depth: None,
            journal_limit: LIMIT,
        }
    }
}

impl FlinkBuilder {
    /// The loopback port; 0, the default, takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Fills the cluster: a jar, and one job each that is RUNNING, FINISHED, FAILED and CANCELED.
    pub fn demo(mut self, demo: bool) -> Self {
        self.demo = demo;
        self
    }

    /// How long after the start the cluster answers 503, as Flink does while it elects a leader.
    pub fn startup(mut self, startup: Duration) -> Self {
        self.startup = startup;
        self
    }

    /// Runs jobs with the adaptive scheduler: their resource requirements can be read and written, and a job whose
    /// requirements change restarts at once with the parallelism that fits. Flink itself waits for some time first.
    /// Without this the default scheduler answers 500, as in Flink.
    pub fn adaptive(mut self, adaptive: bool) -> Self {
        self.adaptive = adaptive;
        self
    }

    /// The number of frames below the root of every flame graph; 24 by default, up to 100 in Flink.
    pub fn flame_graph_depth(mut self, frames: usize) -> Self {
        self.flame_graph_depth = Some(frames);
        self
    }

    /// The seed of all ids. The same calls under the same seed get the same ids.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The bytes of requests that the journal keeps, 32 MiB by default: when they are more, the oldest requests are forgotten.
    /// With 0 it keeps none.
    pub fn journal_limit(mut self, bytes: usize) -> Self {
        self.journal_limit = bytes;
        self
    }

    /// Starts the cluster.
    ///
    /// # Errors
    ///
    /// When the port is taken, or no thread can be had.
    pub async fn start(self) -> io::Result<Flink> {
        let port = Port::bind(self.port)?;
        let mut cluster = Cluster::new(&port.url(), self.seed, clock::millis());
        cluster.adaptive = self.adaptive;
        if let Some(depth) = self.flame_graph_depth {
            cluster.flame_graphs.depth = depth;
        }
        if self.demo {
            demo::fill(&mut cluster);
        }
        let service = Arc::new(Service::new(cluster, self.startup, port.switch()));
        let journal = Journal::within(self.journal_limit);
        let server = port.serve(service.router(), VERSION, journal).await?;
        Ok(Flink { server, service })
    }
}
