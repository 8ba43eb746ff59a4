//! Connections to the REST API of Streams.

use url::Url;

use super::{PLATFORM, PREFIX};
#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{
    Auth, Config, Error, Result, Secret,
    config::{base_url, env},
    transport::Client,
};

/// The last segment of the URL at which a server lists its collections, before and since Streams 5.5.
const ROOTS: [&str; 2] = ["/resources", "/roots"];

/// A connection to the REST API of Streams.
///
/// Clones are cheap and share HTTP connections.
#[derive(Clone, Debug)]
pub struct StreamsConnection {
    pub(super) client: Client,
    /// Whether its root is that of Streams 5.5.
    pub(super) is_since_5_5: bool,
}

impl StreamsConnection {
    /// The API at this URL, for a user with a password. The URL is that of the server's root, such as
    /// `https://localhost:8443/streams/rest/resources`, or that of the server alone. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the URL is not valid, is neither http nor https, or has a query, a
    /// fragment or credentials; when it is https and the crate is built without TLS; when the user has a colon in its name.
    pub fn new(
        url: impl AsRef<str>,
        user: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Self> {
        Self::with_config(url, user, password, Config::new())
    }

    /// The same with timeouts, certificates, [trusted origins](Config::with_trusted_origin) and so on. User and password take the
    /// place of the configuration's bearer token or Basic credentials.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the configuration has a header or credentials that cannot be sent, or TLS that cannot be set up.
    pub fn with_config(
        url: impl AsRef<str>,
        user: impl Into<String>,
        password: impl Into<Secret>,
        config: Config,
    ) -> Result<Self> {
        Self::with_auth(url, config.with_auth(Auth::basic(user, password)))
    }

    /// The API at the URL in the environment variable `STREAMS_REST_URL`, for the user `STREAMS_USERNAME` with the password
    /// `STREAMS_PASSWORD`, with the default [`Config`].
    ///
    /// # Errors
    /// As [`new`](Self::new), and when a variable is not set; the error names it.
    pub fn from_env() -> Result<Self> {
        let url = env::required("STREAMS_REST_URL")?;
        let user = env::required("STREAMS_USERNAME")?;
        Self::new(url, user, env::required("STREAMS_PASSWORD")?)
    }

    /// The API at this URL with the credentials of the configuration, such as [`Auth::bearer`].
    ///
    /// # Errors
    /// As [`with_config`](Self::with_config).
    pub fn with_auth(url: impl AsRef<str>, config: Config) -> Result<Self> {
        let url = base_url(url.as_ref())?;
        let is_since_5_5 = url.path().trim_end_matches('/').ends_with("/roots");
        let mut config = config;
        for fallback in &mut config.fallbacks {
            *fallback = base_of_root(base_url(fallback)?).into();
        }
        Ok(Self {
            is_since_5_5,
            ..Self::at(base_of_root(url), config)?
        })
    }

    /// The API whose collections lie under this URL.
    pub(super) fn at(base: Url, config: Config) -> Result<Self> {
        Ok(Self::of(Client::new(&PLATFORM, base.as_str(), config)?))
    }

    pub(super) fn of(client: Client) -> Self {
        Self {
            client,
            is_since_5_5: false,
        }
    }

    /// The URL that paths are appended to: that of the root without its last segment.
    pub fn url(&self) -> &Url {
        self.client.url()
    }
}

/// The URL under which all collections lie.
pub(super) fn base_of_root(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/');
    let base = ROOTS.iter().find_map(|root| path.strip_suffix(root));
    let base = match base {
        Some(base) => base.to_owned(),
        None if path.is_empty() => PREFIX.to_owned(),
        None => path.to_owned(),
    };
    url.set_path(&base);
    url
}

/// The key is a user, a colon and the password, or a bearer token.
#[cfg(feature = "dynamic")]
impl TryFrom<Server> for StreamsConnection {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        Self::with_auth(&server.url, keyed(&server))
    }
}

/// The configuration with the credentials that the key of a server says.
#[cfg(feature = "dynamic")]
pub(super) fn keyed(server: &Server) -> Config {
    let config = server.config.clone();
    let Some(key) = &server.key else {
        return config;
    };
    config.with_auth(match key.expose().split_once(':') {
        Some((user, password)) => Auth::basic(user, password),
        None => Auth::bearer(key.expose()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_a_root_is_that_of_the_api() {
        for (url, base) in [
            (
                "http://a:8443/streams/rest/resources",
                "http://a:8443/streams/rest",
            ),
            (
                "http://a:8443/streams/rest/resources/",
                "http://a:8443/streams/rest",
            ),
            ("http://a/streams/v1/roots", "http://a/streams/v1"),
            ("http://a/proxy/streams/rest", "http://a/proxy/streams/rest"),
            ("http://a:8443", "http://a:8443/streams/rest"),
            ("http://a:8443/", "http://a:8443/streams/rest"),
        ] {
            let connection = StreamsConnection::new(url, "u", "p").unwrap();
            assert_eq!(connection.url().as_str(), base, "{url}");
        }
    }
}
