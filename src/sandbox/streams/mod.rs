//! IBM Streams as its REST API shows it, on your own hosts and in the cloud.
//!
//! The rooms: `routes` is the table of contents and what each request does, `wire` is how requests, answers and nouns look,
//! `model` is the state. [`service`] leads a request to its route. Routes know the wire and the model, the wire knows the
//! model, and the model knows neither.

mod builder;
mod model;
mod routes;
mod service;
mod wire;

use std::io;
use std::time::Duration;

use serde_json::Value;

pub use builder::StreamsBuilder;
pub use model::flavour::{Flavour, UnknownFlavour};

use super::controls::controls;
use super::lock;
use super::server::Server;
use model::domain::Shared;
use model::view::{Item, View};

/// What jobs and PEs may say of themselves.
const HEALTHS: [&str; 5] = [
    "healthy",
    "partiallyHealthy",
    "partiallyUnhealthy",
    "unhealthy",
    "unknown",
];

/// An in-process IBM Streams: its REST API, and the services around it, in one of its [`Flavour`]s.
///
/// It keeps state in memory: an instance with jobs, operators, ports, PEs and their connections, views that fill, metrics
/// that are collected every three seconds, exported and imported streams, application configurations. Links carry the host
/// by which the client has called. What the product has and the sandbox does not answers 501 and says so: snapshots, actions,
/// remote builds, and the asynchronous submission of jobs.
///
/// No server of IBM's has been at hand. What is known is from its documentation and its clients; where they say nothing, the
/// sandbox has what its client for Python takes.
///
/// A bundle can be anything but empty. What is uploaded runs as three operators with a view, under the name of the file.
///
/// ```no_run
/// use headwaters::sandbox::{Flavour, Streams};
///
/// # async fn f() -> std::io::Result<()> {
/// let streams = Streams::builder().demo(true).flavour(Flavour::OnPrem4).port(8090).start().await?;
/// println!("curl -u {}:{} {}", streams.user(), streams.password(), streams.url());
/// # Ok(()) }
/// ```
pub struct Streams {
    server: Server,
    domain: Shared,
    url: String,
    authority: Option<String>,
    user: String,
    password: String,
    vcap: Option<String>,
}

controls!(Streams without url);

impl Streams {
    /// Starts an instance without jobs on any free loopback port, as it is on your own hosts. It runs until it is dropped.
    ///
    /// # Errors
    ///
    /// When no port or no thread can be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with options.
    pub fn builder() -> StreamsBuilder {
        StreamsBuilder::default()
    }

    /// The URL from which everything else is found: `http://127.0.0.1:43210/streams/rest/resources`, and that of Cloud Pak for
    /// Data with [`Flavour::Cp4d`]: `https://127.0.0.1:43210`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address alone: `http://127.0.0.1:43210`. With [`Flavour::Sas2`] it is that of IBM Cloud's tokens, too.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.server.url()
    }

    /// The certificate of the authority that vouches for the sandbox, as PEM; none where it speaks plain HTTP, that is, other
    /// than in [`Flavour::Cp4d`]. A new one is made for every sandbox.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The user, for Basic authentication or for tokens. In [`Flavour::Sas2`] nobody has it.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password of the user.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The text of `VCAP_SERVICES` by which clients find the service, named `sandbox`; none where there is no service, that is,
    /// other than in [`Flavour::Sas1`] and [`Flavour::Sas2`].
    #[must_use]
    pub fn vcap(&self) -> Option<&str> {
        self.vcap.as_deref()
    }

    /// Closes the port and every connection, as when the server dies. Journal, faults and jobs stay.
    pub fn stop_listening(&self) {
        self.server.close();
    }

    /// Opens the port again, with the same jobs. Where it still listens, it restarts.
    ///
    /// # Errors
    ///
    /// When somebody else has taken the port, or no thread can be had.
    pub async fn listen_again(&self) -> io::Result<()> {
        self.server.open().await
    }

    /// Lets time pass at once for everything in the sandbox: metrics are collected, views fill, tokens expire. From then on
    /// its clock is ahead by so much.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        lock(&self.domain).advance(by);
    }

    /// Lets every token expire that has been given so far.
    pub fn expire_tokens(&self) {
        lock(&self.domain).tokens.expire();
    }

    /// Adds items to the end of a view's buffer, in this order whatever their times are: milliseconds since the epoch, and the
    /// attributes as a JSON object. From then on the view has only what is given to it. Where the buffer's capacity is
    /// exceeded, the first items leave; where it is in seconds, those that are so much older than the youngest.
    ///
    /// The view is named by its name or its id.
    ///
    /// # Errors
    ///
    /// When there is no such view.
    pub fn append_view_items(
        &self,
        view: &str,
        items: impl IntoIterator<Item = (i64, Value)>,
    ) -> io::Result<()> {
        self.fill(view, |view, now| view.append(of(items), now))
    }

    /// Lets a view's buffer be exactly these items, in this order and as many as they are.
    ///
    /// # Errors
    ///
    /// When there is no such view.
    pub fn replace_view_items(
        &self,
        view: &str,
        items: impl IntoIterator<Item = (i64, Value)>,
    ) -> io::Result<()> {
        self.fill(view, |view, now| view.replace(of(items), now))
    }

    /// Sets a metric, which stays so, whatever is measured. The list of metrics is named by its URL, or by its path. A name
    /// that is not in the list comes into it as a custom gauge. It is forgotten with its job, and when a parallel region of that gets another
    /// width.
    ///
    /// # Errors
    ///
    /// When there is no such list.
    pub fn set_metric(&self, metrics: &str, name: &str, value: i64) -> io::Result<()> {
        let path = match metrics.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)),
            None => Some(metrics),
        };
        let path = path.and_then(|path| path.strip_suffix("/metrics"));
        let mut domain = lock(&self.domain);
        let owner = path.and_then(|path| routes::metric::owner(&domain, path));
        let owner = owner.ok_or_else(|| missing("list of metrics", metrics))?;
        let set = &mut domain.instance.set_metrics;
        set.insert((owner, name.to_owned()), value);
        Ok(())
    }

    /// Restarts a PE, as after a crash: its launch count grows by one, and its counters begin at 0.
    ///
    /// # Errors
    ///
    /// When there is no PE with this id.
    pub fn restart_pe(&self, id: &str) -> io::Result<()> {
        let mut domain = lock(&self.domain);
        let now = domain.now();
        let number = id.parse().ok();
        let pe = number.and_then(|number| domain.instance.pe_mut(number));
        pe.ok_or_else(|| missing("PE", id))?.restart("crash", now);
        Ok(())
    }

    /// Lets a PE have this health (`healthy`, `unhealthy`, ..), and its job and the instance what follows from it. With
    /// `None`, it is again what it would be.
    ///
    /// # Errors
    ///
    /// When there is no PE with this id, or no such health.
    pub fn set_pe_health(&self, id: &str, health: Option<&str>) -> io::Result<()> {
        let health = health.map(known).transpose()?;
        let mut domain = lock(&self.domain);
        let number = id.parse().ok();
        let pe = number.and_then(|number| domain.instance.pe_mut(number));
        pe.ok_or_else(|| missing("PE", id))?.health = health;
        Ok(())
    }

    /// Lets a job have this health, whatever its PEs have, and the instance what follows from it. With `None`, it is again
    /// what it would be.
    ///
    /// # Errors
    ///
    /// When there is no job with this id, or no such health.
    pub fn set_job_health(&self, id: &str, health: Option<&str>) -> io::Result<()> {
        let health = health.map(known).transpose()?;
        let mut domain = lock(&self.domain);
        let number: Option<u64> = id.parse().ok();
        let job = number.and_then(|number| domain.instance.jobs.get_mut(&number));
        job.ok_or_else(|| missing("job", id))?.health = health;
        Ok(())
    }

    fn fill(&self, name: &str, fill: impl FnOnce(&mut View, i64)) -> io::Result<()> {
        let mut domain = lock(&self.domain);
        let now = domain.now();
        let id: Option<u64> = name.parse().ok();
        let is_it = |view: &View| view.name == name || Some(view.id) == id;
        let view = domain.instance.view_mut(is_it);
        fill(view.ok_or_else(|| missing("view", name))?, now);
        Ok(())
    }
}

/// Items that are in no parallel region.
fn of(items: impl IntoIterator<Item = (i64, Value)>) -> impl Iterator<Item = Item> {
    items.into_iter().map(|(time, data)| Item {
        time,
        data,
        channel: None,
    })
}

fn known(health: &str) -> io::Result<&'static str> {
    let known = HEALTHS.into_iter().find(|known| *known == health);
    known.ok_or_else(|| {
        let text = format!("{health} is not a health");
        io::Error::new(io::ErrorKind::InvalidInput, text)
    })
}

fn missing(kind: &str, name: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        format!("there is no {kind} {name}"),
    )
}
