//! What all calls of one client share.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, HeaderValue},
};
use url::Url;

use super::{
    Credentials, Draft, address::Destinations, budget::Budget, credentials::Live, servers::Servers,
};
use crate::{
    Config, Error, Operation, Result,
    error::ServerMessage,
    value::{json::Numbers, operation::RAW},
};

/// What differs between platforms for the transport.
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) name: &'static str,
    /// What people call it, before a version: `Flink`.
    pub(crate) product: &'static str,
    /// An operation for each method, for requests that the spec does not describe.
    pub(crate) raw: [Operation; RAW],
    /// The path under which the API lies on every server, such as `/v1`; appended unless the URL has it. Variables in it, such as
    /// `/{account}`, are filled when a request is sent.
    pub(crate) prefix: &'static str,
    /// The numbers that its servers write.
    pub(crate) numbers: Numbers,
    /// Reads the server's words out of an error body; nothing where the server does not write such a body, so that something
    /// between has answered.
    pub(crate) words: fn(StatusCode, &Bytes) -> Option<ServerMessage>,
    /// What an older server has in the place of operations, by their ids: it is named where a server lacks one of them.
    pub(crate) instead: &'static [(&'static str, &'static str)],
}

/// A server, and how to talk to it. Clones share connections and budget.
#[derive(Clone)]
pub(crate) struct Client(Arc<Shared>);

pub(super) struct Shared {
    pub(super) platform: &'static Platform,
    pub(super) servers: Servers,
    pub(super) destinations: Destinations,
    /// The first server's base URL without a slash at its end, so that a path can follow. Variables in its prefix are not filled.
    pub(super) base_text: String,
    pub(super) credentials: Live,
    pub(super) http: reqwest::Client,
    pub(super) headers: HeaderMap,
    pub(super) proxy_authorizations: Vec<HeaderValue>,
    pub(super) config: Config,
    pub(super) budget: Budget,
}

impl Client {
    pub(crate) fn new(platform: &'static Platform, url: &str, config: Config) -> Result<Self> {
        let credentials = Live::new(Credentials::new(config.auth.clone()));
        Self::made(platform, url, config, credentials)
    }

    /// A client of another server with the credentials of this one, those that will replace them included.
    pub(crate) fn beside(
        &self,
        platform: &'static Platform,
        url: &str,
        config: Config,
    ) -> Result<Self> {
        Self::made(platform, url, config, self.0.credentials.clone())
    }

    fn made(
        platform: &'static Platform,
        url: &str,
        config: Config,
        credentials: Live,
    ) -> Result<Self> {
        let (fixed, filled_later) = match platform.prefix.contains('{') {
            true => ("", platform.prefix),
            false => (platform.prefix, ""),
        };
        let servers = Servers::new(url, &config.fallbacks, fixed, |url| {
            config.http.route_to(url)
        })?;
        credentials.now().auth.check()?;
        let base = servers.first().as_str().trim_end_matches('/');
        let headers = config.headers.checked().map_err(Error::config)?.clone();
        let http = config.http.client()?;
        Ok(Self(Arc::new(Shared {
            platform,
            destinations: Destinations::new(servers.first(), &config)?,
            base_text: format!("{base}{filled_later}"),
            credentials,
            servers,
            http,
            headers,
            proxy_authorizations: config.http.proxy_authorizations()?,
            config,
            budget: Budget::default(),
        })))
    }

    /// The operation of a request that the spec does not describe, by this method; by GET if the method is none that can be sent.
    pub(crate) fn raw(&self, method: &Method) -> &'static Operation {
        let [get, others @ ..] = &self.0.platform.raw;
        let other = others.iter().find(|raw| raw.method == method.as_str());
        other.unwrap_or(get)
    }

    pub(crate) fn draft(&self) -> Draft {
        Draft::new(self.clone())
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }

    /// The base URL as text, without a slash at its end.
    pub(super) fn base(&self) -> &str {
        &self.0.base_text
    }

    /// Where a link leads.
    pub(crate) fn destination(&self, link: &str) -> Result<Url> {
        self.0.destinations.resolve(link).map_err(Error::config)
    }

    /// Says who asks from now on: calls that are sent later tell it, and those on their way keep what they have. Clones share it.
    pub(crate) fn replace_credentials(&self, credentials: Credentials) -> Result<()> {
        credentials
            .filled(self.0.platform.prefix)
            .map_err(Error::config)?;
        credentials.auth.check()?;
        self.0.credentials.replace(credentials);
        Ok(())
    }

    /// The credentials of now.
    pub(super) fn credentials(&self) -> Arc<Credentials> {
        self.0.credentials.now()
    }

    /// The account of whoever asks now, where the paths of the platform begin with one.
    pub(crate) fn account(&self) -> Option<Arc<str>> {
        self.credentials().account()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// The base URL.
    pub(crate) fn url(&self) -> &Url {
        self.0.servers.first()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("platform", &self.0.platform.name)
            .field("url", &self.0.base_text)
            .field("config", &self.0.config)
            .finish()
    }
}
