//! Where the platform is.

use std::fmt;

use url::Url;

use super::{DEFAULT_URL, generated::servers};

/// Where the platform is: the URL of its API, that of its sessions, and the version of the API. A URL alone is one too.
///
/// The scheme of a URL says whether TLS is used.
///
/// ```no_run
/// use headwaters::{Config, flowthings::{Api, Host, Token}};
///
/// # fn main() -> headwaters::Result<()> {
/// let host = Host::new("https://api.example.com").with_sessions_at("https://ws.example.com").with_version("4.0");
/// let api = Api::with_config(host, Token::new("my-account", "my-token"), Config::new())?;
/// let at_home = Api::with_config("http://127.0.0.1:8080", Token::new("my-account", "my-token"), Config::new())?;
/// # let _ = (api, at_home);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Host {
    pub(super) url: String,
    pub(super) sessions: Option<String>,
    pub(super) version: String,
}

impl Host {
    /// The API and the sessions at this URL, in version 0.1.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            sessions: None,
            version: servers::API_VERSION.to_owned(),
        }
    }

    /// The same with the server of sessions at another URL.
    pub fn with_sessions_at(self, url: impl Into<String>) -> Self {
        Self {
            sessions: Some(url.into()),
            ..self
        }
    }

    /// The same with another version of the API, which is a part of every path: `4.0` is the last that Python's client had.
    pub fn with_version(self, version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            ..self
        }
    }
}

/// The service of flowthings.io itself.
impl Default for Host {
    fn default() -> Self {
        Self::new(DEFAULT_URL).with_sessions_at(servers::SESSIONS)
    }
}

impl From<&str> for Host {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for Host {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl From<&String> for Host {
    fn from(url: &String) -> Self {
        Self::new(url)
    }
}

impl From<&Url> for Host {
    fn from(url: &Url) -> Self {
        Self::new(url.as_str())
    }
}

impl fmt::Debug for Host {
    /// The version alone: a URL may have a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
