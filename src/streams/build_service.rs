//! The build service of Streams 5.

use super::{PLATFORM, connection::base_of_root};
use crate::{
    Auth, Config, Result,
    config::{base_url, env},
    transport::Client,
};
#[cfg(feature = "dynamic")]
use crate::{Error, dynamic::Server};

/// The build service of Streams 5, with its toolkits.
#[derive(Clone, Debug)]
pub struct BuildService {
    pub(super) client: Client,
}

impl BuildService {
    /// The service at this URL with the credentials of the configuration. The URL is that of the API, under which `/builds` and
    /// `/toolkits` lie. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the URL or the configuration is not usable.
    pub fn with_auth(url: impl AsRef<str>, config: Config) -> Result<Self> {
        let client = Client::new(&PLATFORM, url.as_ref(), config)?;
        Ok(Self { client })
    }

    /// The service of stand-alone Streams 5 at the URL in the environment variable `STREAMS_BUILD_URL`, for the user `STREAMS_USERNAME`
    /// with the password `STREAMS_PASSWORD`, with the default [`Config`]. The URL is that of the server alone, or of its root, such as
    /// `https://localhost:34679/streams/rest/resources`.
    ///
    /// # Errors
    /// As [`with_auth`](Self::with_auth), and when a variable is not set; the error names it.
    pub fn from_env() -> Result<Self> {
        let url = base_of_root(base_url(&env::required("STREAMS_BUILD_URL")?)?);
        let user = env::required("STREAMS_USERNAME")?;
        let auth = Auth::basic(user, env::required("STREAMS_PASSWORD")?);
        Self::with_auth(url, Config::new().with_auth(auth))
    }

    /// The URL that paths are appended to.
    pub fn url(&self) -> &url::Url {
        self.client.url()
    }
}

#[cfg(feature = "dynamic")]
impl TryFrom<Server> for BuildService {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        Self::with_auth(&server.url, super::connection::keyed(&server))
    }
}
