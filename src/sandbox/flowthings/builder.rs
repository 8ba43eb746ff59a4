//! How a sandbox comes to be.

use std::sync::{Arc, Mutex};
use std::{fmt, io};

use serde_json::Value;

use super::model::platform::Platform;
use super::model::script::Script;
use super::model::{demo, path};
use super::{Flowthings, service};
use crate::sandbox::journal::{Journal, LIMIT};
use crate::sandbox::server::Port;

/// The options of a [`Flowthings`] sandbox; made by [`Flowthings::builder`].
#[derive(Clone)]
#[must_use]
pub struct FlowthingsBuilder {
    port: u16,
    demo: bool,
    seed: u64,
    account: String,
    token: String,
    script: Option<Script>,
    journal_limit: usize,
}

impl Default for FlowthingsBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            demo: false,
            seed: 0,
            account: "sandbox".to_owned(),
            token: "0123456789abcdefghijklmnopqrst".to_owned(),
            script: None,
            journal_limit: LIMIT,
        }
    }
}

impl FlowthingsBuilder {
    /// The loopback port; 0, the default, takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Fills the account: a flow `greenhouse` with the readings of a day, a flow `greenhouse/alerts`, and a track that forwards the
    /// hot ones.
    pub fn demo(mut self, demo: bool) -> Self {
        self.demo = demo;
        self
    }

    /// The seed of ids and tokens.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The name of the account, in `a` to `z`, digits, `-`, `_` and `:`; `sandbox` by default.
    pub fn account(mut self, name: impl Into<String>) -> Self {
        self.account = name.into();
        self
    }

    /// The master token of the account; thirty letters and digits by default, the same ones every time.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Runs the scripts of tracks, and those that are tried with `simulate`, in the place of JavaScript. The function is given the
    /// script and the drop, or what an API task fetches, and returns a drop, a list of drops, an object of either by the path of
    /// their flow, or null for nothing; or what the script fails with. It must not call the sandbox, which waits for it.
    pub fn script(
        mut self,
        run: impl Fn(&str, &Value) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        self.script = Some(Script::new(run));
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
    /// When the name of the account is not valid, the port is taken, or no thread can be had.
    pub async fn start(self) -> io::Result<Flowthings> {
        if !path::is_segment(&self.account) {
            let text = format!("{:?} cannot be the name of an account", self.account);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let port = Port::bind(self.port)?;
        let mut platform = Platform::new(&self.account, &self.token, self.script, self.seed);
        if self.demo {
            demo::fill(&mut platform, &self.account);
        }
        let platform = Arc::new(Mutex::new(platform));
        let journal = Journal::within(self.journal_limit);
        let prefix = format!("/v0.1/{}", self.account);
        let router = service::router(&platform);
        let server = port.serve(router, prefix, journal).await?;
        Ok(Flowthings {
            server,
            platform,
            account: self.account,
            token: self.token,
        })
    }
}

/// Not the token.
impl fmt::Debug for FlowthingsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowthingsBuilder")
            .field("port", &self.port)
            .field("demo", &self.demo)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
