//! How a sandbox comes to be.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fmt, io};

use super::model::demo;
use super::model::domain::Domain;
use super::model::flavour::Flavour;
use super::model::submission::Submission;
use super::wire::links::root;
use super::{Streams, service, wire};
use crate::sandbox::journal::{Journal, LIMIT};
use crate::sandbox::server::Port;
use crate::sandbox::tls::Tls;

/// The options of a [`Streams`] sandbox; made by [`Streams::builder`].
#[derive(Clone)]
#[must_use]
pub struct StreamsBuilder {
    port: u16,
    demo: bool,
    flavour: Flavour,
    seed: u64,
    instance: String,
    user: String,
    password: String,
    token_lifetime: Duration,
    operators: usize,
    views: usize,
    journal_limit: usize,
}

impl Default for StreamsBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            demo: false,
            flavour: Flavour::default(),
            seed: 0,
            instance: "StreamsInstance".to_owned(),
            user: "streamsadmin".to_owned(),
            password: "passw0rd".to_owned(),
            token_lifetime: Duration::from_secs(3600),
            operators: 0,
            views: 0,
            journal_limit: LIMIT,
        }
    }
}

impl StreamsBuilder {
    /// The loopback port; 0, the default, takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Lets two jobs run for an hour. Job 0, `application::NeuralNet_0`, has operators as Python applications have, the views
    /// `predictions` and `words`, and exports the topic `neural/predictions`. Job 1, `application::Trades_1`, subscribes to it,
    /// has an operator in a parallel region (`Filter[0]`, `Filter[1]`), and the view `trades`. In Streams 5 there is an
    /// application configuration `kafka`.
    pub fn demo(mut self, demo: bool) -> Self {
        self.demo = demo;
        self
    }

    /// Which product it is; Streams 4.3 on your own hosts by default.
    pub fn flavour(mut self, flavour: Flavour) -> Self {
        self.flavour = flavour;
        self
    }

    /// The seed of ids, keys and tokens.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The id of the instance; `StreamsInstance` by default.
    pub fn instance(mut self, id: impl Into<String>) -> Self {
        self.instance = id.into();
        self
    }

    /// The user; `streamsadmin` by default.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// The password of the user; `passw0rd` by default.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = password.into();
        self
    }

    /// For how long a token is good; an hour by default.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Runs a job with a chain of so many operators, `Op_00000` and so on, in eight PEs.
    pub fn operators(mut self, count: usize) -> Self {
        self.operators = count;
        self
    }

    /// Runs a job with so many views, `view_0000` and so on, each with an attribute `serial` that counts ten times a second.
    pub fn views(mut self, count: usize) -> Self {
        self.views = count;
        self
    }

    /// The bytes of requests that the journal keeps, 32 MiB by default: when they are more, the oldest requests are forgotten.
    /// With 0 it keeps none.
    pub fn journal_limit(mut self, bytes: usize) -> Self {
        self.journal_limit = bytes;
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// When the port is taken, or no thread can be had.
    pub async fn start(self) -> io::Result<Streams> {
        let mut port = Port::bind(self.port)?;
        let mut authority = None;
        if self.flavour == Flavour::Cp4d {
            let tls = Tls::new()?;
            authority = Some(tls.authority.clone());
            port = port.secured(tls);
        }
        let lifetime = i64::try_from(self.token_lifetime.as_millis()).unwrap_or(i64::MAX);
        let mut domain = Domain::new(
            self.flavour,
            &self.instance,
            &self.user,
            &self.password,
            self.seed,
            lifetime,
        );
        if self.demo {
            demo::fill(&mut domain);
        }
        let now = domain.now();
        for (count, application) in [
            (self.operators, demo::of_operators(self.operators)),
            (self.views, demo::of_views(self.views)),
        ] {
            if count > 0 {
                let submission = Submission::default();
                domain.instance.run(application, submission, now);
            }
        }
        let vcap = self.flavour.is_service();
        let vcap = vcap.then(|| wire::service::vcap(&domain, "sandbox", &port.url()).to_string());
        let domain = Arc::new(Mutex::new(domain));
        let journal = Journal::within(self.journal_limit);
        let root = root(self.flavour);
        let address = format!("{}:{}", Ipv4Addr::LOCALHOST, port.number());
        let router = service::router(&domain, address);
        let server = port.serve(router, root, journal).await?;
        let url = match self.flavour {
            Flavour::Cp4d => server.url().to_owned(),
            _ => format!("{}{root}/resources", server.url()),
        };
        Ok(Streams {
            url,
            authority,
            server,
            domain,
            user: self.user,
            password: self.password,
            vcap,
        })
    }
}

/// Not the password.
impl fmt::Debug for StreamsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamsBuilder")
            .field("port", &self.port)
            .field("demo", &self.demo)
            .field("flavour", &self.flavour)
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}
