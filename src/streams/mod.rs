//! IBM Streams: its REST API in versions 4.2 to 5.5, the Streaming Analytics service of IBM Cloud, and the build service.
//!
//! [`StreamsConnection`] is the door. An instance holds jobs, a job holds operators that run in PEs, and streams lead from port to
//! port:
//!
//! ```
//! use headwaters::streams::StreamsConnection;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = headwaters::sandbox::Streams::builder().demo(true).start().await?;
//! # let (url, user, password) = (server.url(), server.user(), server.password());
//! // The URL is such as https://streams.example.com:8443/streams/rest/resources.
//! let sc = StreamsConnection::new(url, user, password)?;
//! for instance in sc.instances().list().await? {
//!     println!("{} takes jobs: {}", instance.id, instance.is_running());
//!     for job in sc.instance(&instance).jobs().await? {
//!         println!("job {}: {:?}", job.id, job.health);
//!         for operator in sc.instance(&instance).operators().job(&job.restid).await? {
//!             println!("    {}", operator.name);
//!         }
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! For each method of Python's `streamsx.rest`, [`from_python`] has the call here.
//!
//! # Connections
//!
//! | product | connection | credentials |
//! |---|---|---|
//! | Streams 4 on your own hosts | [`StreamsConnection::new`] with the URL that `streamtool geturl --api` prints | user and password |
//! | Streams 5 without Cloud Pak for Data | [`StreamsConnection::new`] with `https://host:port/streams/rest/resources`, or `/streams/v1/roots` in 5.5 | user and password, or [tokens](StreamsConnection::with_access_tokens) for them |
//! | Streams in Cloud Pak for Data | [`CloudPak::streams`] with the name of the instance | user and password of Cloud Pak for Data |
//! | Streaming Analytics, version 1 (plans of virtual machines) | [`StreamingAnalyticsConnection`] | user and password, from [`ServiceCredentials`] |
//! | Streaming Analytics, version 2 (plans of containers) | [`StreamingAnalyticsConnection`] | an API key, from [`ServiceCredentials`] |
//!
//! [`from_env`](StreamsConnection::from_env) reads `STREAMS_REST_URL`, `STREAMS_USERNAME` and `STREAMS_PASSWORD`;
//! [`CloudPak::from_env`] reads `CP4D_URL` with the same user and password, and [`CloudPak::streams_of_env`] the name of the instance
//! in `STREAMS_INSTANCE_ID`. Servers on your own hosts often have a certificate that they have signed themselves:
//! [`Config::with_certificate_authority`](crate::Config::with_certificate_authority) trusts it.
//!
//! A service has two interfaces with the same credentials: its own, which starts and stops it and submits and cancels jobs, and that
//! of its instance, [`streams`](StreamingAnalyticsConnection::streams). Tokens are fetched when the first request needs one, and
//! replaced before they expire:
//!
//! ```
//! use headwaters::streams::{ServiceCredentials, StreamingAnalyticsConnection};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use headwaters::sandbox::{Flavour, Streams};
//! # let server = Streams::builder().flavour(Flavour::Sas1).start().await?;
//! # let (vcap, name) = (server.vcap().unwrap_or_default(), "sandbox");
//! // What Cloud Foundry gives to an application, as JSON or as the path of a file, and the name of the service.
//! let credentials = ServiceCredentials::of_vcap(vcap, name)?;
//! let service = StreamingAnalyticsConnection::new(credentials)?;
//! println!("{:?}", service.status().await?.state);
//! let sc = service.streams().await?;
//! for instance in sc.instances().list().await? {
//!     println!("{}", instance.id);
//! }
//! # Ok(()) }
//! ```
//!
//! # What REST does not do
//!
//! - Streams 4 shows everything over REST and changes nothing: `streamtool submitjob` and `streamtool canceljob` submit and cancel
//!   jobs, `streamtool startinstance` and `streamtool stopinstance` start and stop instances. Uploading a bundle, submitting,
//!   changing or cancelling a job and all that has to do with application configurations is there an error that names the command
//!   ([`is_unsupported`](crate::Error::is_unsupported)). Streams 5 submits, changes and cancels
//!   jobs with the calls of an [`instance`](StreamsConnection::instance) and a [`job`](StreamsConnection::job), a service with its own
//!   [`submit`](StreamingAnalyticsConnection::submit) and [`cancel`](StreamingAnalyticsConnection::cancel).
//! - No call removes an uploaded bundle.
//! - Rates are measured nowhere: see [Metrics](#metrics).
//!
//! # Groups and links
//!
//! What can be done with one object is in a group that takes it: [`instance`](StreamsConnection::instance),
//! [`job`](StreamsConnection::job), [`operator`](StreamsConnection::operator), [`pe`](StreamsConnection::pe),
//! [`output_port`](StreamsConnection::output_port), [`pe_connection`](StreamsConnection::pe_connection),
//! [`view`](StreamsConnection::view) and so on. Answers are plain data, as they were when the server wrote them:
//! `sc.job(&job).get()` asks again.
//!
//! Lists of jobs, operators, PEs, connections and views belong to the instance; parameters such as `job` narrow them. All of them can
//! be filtered by a member, as in `with_query("name", "Trades,Report")`. [`Pattern`] chooses by a regular expression among what has
//! come. The members that a type needs cannot be left out with `fields`.
//!
//! Objects carry links to what belongs to them. [`follow`](StreamsConnection::follow) makes the call that a link stands for, with its
//! answer's type. A server that lacks the collection leaves the link out, and the call is an error before anything is sent:
//!
//! ```
//! # use headwaters::streams::StreamsConnection;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = headwaters::sandbox::Streams::builder().demo(true).start().await?;
//! # let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
//! # let instance = sc.instances().list().await?.remove(0);
//! for job in sc.instance(&instance).jobs().await? {
//!     println!("{:?} has {}", job.name, sc.follow(&job.operators).await?.len());
//! }
//! # Ok(()) }
//! ```
//!
//! Credentials go to the origin of the connection only. A link to another one is an error before anything is sent, unless
//! [`Config::with_trusted_origin`](crate::Config::with_trusted_origin) names that origin. Behind a tunnel, where the server calls
//! itself by a name that does not lead to it, [`Config::with_rebased_links`](crate::Config::with_rebased_links) follows its links at
//! the connection's own origin.
//!
//! # Views
//!
//! A view holds the latest tuples of a stream. [`tuples`](calls::View::tuples) asks for them again and again and hands each one out
//! once; [`tuples_as`](calls::View::tuples_as) reads them as a type of yours, [`latest`](Tuples::latest) skips what a slow display
//! cannot show. A view appears some time after its job, and [`view`](calls::Instance::view) of an instance waits for it:
//!
//! ```
//! # use headwaters::streams::StreamsConnection;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = headwaters::sandbox::Streams::builder().demo(true).start().await?;
//! # let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
//! # let instance = sc.instances().list().await?.remove(0);
//! let view = sc.instance(&instance).view("trades").await?;
//! let mut tuples = sc.view(&view).tuples();
//! while let Some(tuple) = tuples.next().await? {
//!     println!("{} {}", tuple.collection_time, tuple.data);
//! #   break;
//! }
//! # Ok(()) }
//! ```
//!
//! # Metrics
//!
//! Operators, ports, PEs, connections between PEs, hosts and resources have metrics, which the server collects every three seconds or
//! so. [`metric`](calls::Operator::metric) gives one of them, and [`congestion`](calls::PeConnection::congestion) that of a
//! connection, from 0 to 100: how much the sending PE waits for the receiving one. A rate is what a counter gains from one collection
//! to the next: [`rate`](calls::OutputPort::rate) waits for both, and [`Rates`] keeps those of many metrics.
//!
//! ```no_run
//! # use headwaters::streams::{StreamsConnection, types::Job};
//! # async fn f(sc: StreamsConnection, instance: headwaters::streams::types::Instance, job: Job) -> headwaters::Result<()> {
//! for operator in sc.instance(&instance).operators().job(&job.restid).await? {
//!     for port in sc.operator(&operator).output_ports().await? {
//!         let rate = sc.output_port(&port).rate("nTuplesSubmitted").await?;
//!         println!("{:?}: {rate} tuples/s", port.stream_name);
//!     }
//! }
//! for connection in sc.instance(&instance).pe_connections().job(&job.restid).await? {
//!     println!("{:?}", sc.pe_connection(&connection).congestion().await?);
//! }
//! # Ok(()) }
//! ```
//!
//! [`Sampling`] asks for the metrics of many objects again and again, and has their rates. [`flow`](calls::Job::flow) measures a whole
//! job: it prints as a table, makes a graph for Graphviz, and names the operator that holds the others up:
//!
//! ```
//! # use headwaters::streams::StreamsConnection;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = headwaters::sandbox::Streams::builder().demo(true).start().await?;
//! # let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
//! # let instance = sc.instances().list().await?.remove(0);
//! # let job = sc.instance(&instance).find_job("0").await?.ok_or("no job")?;
//! let flow = sc.job(&job).flow().await?;
//! assert_eq!(flow.bottleneck().map(|slow| slow.operator).as_deref(), Some("neural_net_model"));
//! println!("{flow}");
//! std::fs::write(std::env::temp_dir().join("flow.dot"), flow.to_dot())?;
//! # Ok(()) }
//! ```
//!
//! # What happens
//!
//! [`watch`](calls::Instance::watch) tells which jobs of an instance are submitted and cancelled, how their health changes, and which
//! of their PEs are started again.
//!
//! # Versions
//!
//! | version | has |
//! |---|---|
//! | 4.2 | domains, hosts, installations and ZooKeeper ensembles, which Streams 5 no longer has; instances, jobs, operators, PEs, ports, connections, metrics, views, exported and imported streams, logs |
//! | 4.3 | snapshots of jobs and PEs with their metrics; how a job is fused and threaded, and whether a view is started |
//! | 5.0 | submitting, changing and cancelling jobs; application configurations, job groups, tokens of the instance; the build service with its toolkits |
//! | 5.5 | the root at `/roots`; build pools and base images |
//!
//! The documentation of each call says since when it exists. Members that only some versions have are `Option`s.
//!
//! # Errors
//!
//! Errors carry the server's own message with its id, such as `CDISW5000E`. A user or password that is wrong is 401
//! ([`is_unauthorized`](crate::Error::is_unauthorized)); a user who may not see something gets 403
//! ([`is_forbidden`](crate::Error::is_forbidden)); a job that has been cancelled and all its parts are 404
//! ([`is_not_found`](crate::Error::is_not_found)). A stopped service has no instance to connect to.

mod access_token;
mod analytics;
mod asking;
mod build_service;
mod cloud_pak;
mod connection;
mod credentials;
mod delivery;
mod error_body;
mod flow;
mod iam;
mod instance;
mod job;
mod job_config;
mod job_selector;
mod metric;
mod pattern;
mod rate;
mod sampling;
mod service_v1_cancel;
mod spl_literal;
mod spl_type;
mod streamtool;
#[cfg(feature = "toolkits")]
mod toolkit_archive;
mod toolkit_dependency;
mod topic;
mod topology;
mod tuple_queue;
mod tuples;
mod view;
mod view_item;
#[cfg(feature = "_fuzz")]
mod view_polls;
mod view_reader;
mod view_tuple;
mod view_window;
mod watch;

// What is public here is so in `calls` below, which the lint does not see.
#[allow(unreachable_pub)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/streams.rs"));
}

/// The calls of IBM Streams and the groups that make them.
pub mod calls {
    pub use super::generated::calls::*;
    pub use super::service_v1_cancel::ServiceV1Cancel;
}

/// What is here for each method of Python's `streamsx.rest`; a page without items.
///
#[doc = include_str!("../../docs/streams-from-python.md")]
pub mod from_python {}

use crate::{Operation, transport::Platform};

pub use analytics::{AnalyticsStatus, StreamingAnalytics, StreamingAnalyticsConnection};
pub use build_service::BuildService;
pub use cloud_pak::{CloudPak, CloudPakStreams};
pub use connection::StreamsConnection;
pub use credentials::{CredentialsSource, ServiceCredentials};
pub use flow::{Flow, FlowConnection, FlowEnd, FlowOperator};
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{DEFAULT_URL, OPERATIONS, ids::*, types};
use generated::{NAME, NUMBERS, OK, PREFIX, servers};
pub use iam::Iam;
pub use job_selector::JobSelector;
pub use pattern::{Pattern, PatternError};
pub use rate::{MetricSample, Rates};
pub use sampling::{Sample, SampledMetric, Sampling};
pub use spl_type::{SplKind, SplType, SplTypeError};
#[cfg(feature = "toolkits")]
pub use toolkit_archive::ToolkitArchive;
pub use toolkit_dependency::ToolkitDependency;
pub use topic::PublishedTopic;
pub use tuple_queue::ViewEvent;
pub use tuples::Tuples;
#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub use view_polls::ViewPolls;
pub use view_tuple::ViewTuple;
pub use watch::{JobChange, JobEvent, Watch};

/// The services around Streams, whose errors look different.
static SERVICE: Platform = Platform {
    name: NAME,
    product: "Streams",
    raw: Operation::raw(NAME, OK),
    prefix: "",
    numbers: NUMBERS,
    words: error_body::read_of_service,
    instead: &[],
};

static PLATFORM: Platform = Platform {
    name: NAME,
    product: "Streams",
    raw: Operation::raw(NAME, OK),
    prefix: "",
    numbers: NUMBERS,
    words: error_body::read,
    instead: &streamtool::COMMANDS,
};
