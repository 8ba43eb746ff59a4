//! How a client behaves: credentials, timeouts, limits, retries, TLS.

use std::{fmt, path::PathBuf, time::Duration};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{Error, Result};

mod auth;
mod retry;
mod tls;

pub(crate) use auth::Serial;
pub use auth::{Auth, Token, TokenError, TokenSource};
pub use retry::Retry;
use tls::Tls;
pub(crate) use tls::is_untrusted;

/// The settings of a client; every one has a default that suits production.
///
/// ```
/// use headwaters::{Auth, Config};
///
/// let config = Config::new()
///     .with_auth(Auth::bearer("token"))
///     .with_header("x-tenant", "blue");
/// ```
#[derive(Default)]
pub struct Config {
    pub(crate) auth: Auth,
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: Limits,
    pub(crate) retry: Retry,
    pub(crate) headers: Headers,
    pub(crate) http: Option<reqwest::ClientBuilder>,
    pub(crate) fallbacks: Vec<String>,
    pub(crate) tls: Tls,
    pub(crate) socket: Option<PathBuf>,
}

impl Config {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Credentials; they go to the server's own origin and nowhere else.
    pub fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// How long to wait.
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How much to accept.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// When to try again.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// A header on every request. Its value never shows in logs or errors.
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.add(name.as_ref(), value.as_ref());
        self
    }

    /// One more server that stands in for the first, such as another JobManager of a cluster with high availability.
    ///
    /// Requests go to the server that answered last. When no connection to it is made, the next one is tried at once; on 503 too,
    /// where the operation may be repeated or the server says that it has not begun. Credentials go to each of them. An upload is
    /// sent once, to the current one.
    pub fn with_fallback(mut self, url: impl Into<String>) -> Self {
        self.fallbacks.push(url.into());
        self
    }

    /// Trusts this certificate authority, or several, beside those of the system: a file in PEM.
    pub fn with_certificate_authority(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.authorities.push(pem.into());
        self
    }

    /// Takes any certificate for good: whoever can reach the network between may read and change everything, credentials
    /// included.
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.tls.accepts_any = true;
        self
    }

    /// Connects to this Unix socket instead of the URL's host.
    #[cfg(unix)]
    pub fn with_unix_socket(mut self, path: impl Into<PathBuf>) -> Self {
        self.socket = Some(path.into());
        self
    }

    /// The HTTP client to build on: certificates, proxies, connection pool. Redirects and the connect timeout
    /// are set by this crate.
    pub fn with_http(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http = Some(builder);
        self
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("auth", &self.auth)
            .field("timeouts", &self.timeouts)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .field("headers", &self.headers)
            .field("fallbacks", &self.fallbacks.len())
            .field("tls", &self.tls)
            .field("socket", &self.socket)
            // The builder would show its default headers, and a proxy its password.
            .finish_non_exhaustive()
    }
}

/// How long to wait, by the class of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection: 5 s.
    pub connect: Duration,
    /// For one attempt of a normal operation: 30 s.
    pub attempt: Duration,
    /// For one attempt of an operation that runs a program or moves much data: 10 min.
    pub long_attempt: Duration,
    /// For a whole call, retries and waits included: 120 s. A long operation has at least its attempt.
    pub total: Duration,
    /// For the silence between two pieces of a stream: 60 s.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            long_attempt: Duration::from_secs(600),
            total: Duration::from_secs(120),
            idle: Duration::from_secs(60),
        }
    }
}

impl Timeouts {
    /// Another time for a connection.
    pub fn with_connect(mut self, timeout: Duration) -> Self {
        self.connect = timeout;
        self
    }

    /// Another time for one attempt.
    pub fn with_attempt(mut self, timeout: Duration) -> Self {
        self.attempt = timeout;
        self
    }

    /// Another time for one attempt of a long operation.
    pub fn with_long_attempt(mut self, timeout: Duration) -> Self {
        self.long_attempt = timeout;
        self
    }

    /// Another time for a whole call.
    pub fn with_total(mut self, timeout: Duration) -> Self {
        self.total = timeout;
        self
    }

    /// Another time for the silence in a stream.
    pub fn with_idle(mut self, timeout: Duration) -> Self {
        self.idle = timeout;
        self
    }
}

/// How much to accept, so that no server can exhaust the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a JSON body: 256 MiB. A larger one is an error; streams have no limit.
    pub json: usize,
    /// Bytes of an error body: 64 KiB. A larger one is cut.
    pub error: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json: 256 << 20,
            error: 64 << 10,
        }
    }
}

impl Limits {
    /// Another limit for JSON bodies, in bytes.
    pub fn with_json(mut self, bytes: usize) -> Self {
        self.json = bytes;
        self
    }

    /// Another limit for error bodies, in bytes.
    pub fn with_error(mut self, bytes: usize) -> Self {
        self.error = bytes;
        self
    }
}

/// Headers that a user adds. What is wrong with one is told when a request is made of them.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    map: HeaderMap,
    wrong: Option<String>,
}

impl Headers {
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.map.append(name, value);
            }
            (Err(_), _) => self.wrong = Some(format!("{name:?} is not a header name")),
            (_, Err(_)) => {
                self.wrong = Some(format!(
                    "the value of header {name} has characters that a header cannot carry"
                ));
            }
        }
    }

    pub(crate) fn checked(&self) -> Result<&HeaderMap, &str> {
        match &self.wrong {
            Some(wrong) => Err(wrong),
            None => Ok(&self.map),
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.map.keys()).finish()
    }
}

/// A server's base URL: http or https, perhaps with a path prefix, without query, fragment, credentials.
pub(crate) fn base_url(text: &str) -> Result<url::Url> {
    let refuse = |reason: &str| Error::config(format!("the base URL {reason}"));
    // `127.0.0.1:8081` has no scheme, and `localhost:8081` reads as one.
    let schemeless = || refuse("does not begin with http:// or https://");
    let mut url = url::Url::parse(text.trim()).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => schemeless(),
        _ => refuse("is not a URL").with_source(error),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(schemeless());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("has no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("carries credentials; give them as Auth"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has a query or a fragment"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}
