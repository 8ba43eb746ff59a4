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
    /// with the password `STREAMS_PASSWORD`, with the default [`Config`]. The URL is that of the server alone, of its root, or of its
    /// builds, such as `https://localhost:34679/streams/rest/builds`.
    ///
    /// # Errors
    /// As [`with_auth`](Self::with_auth), and when a variable is not set; the error names it.
    pub fn from_env() -> Result<Self> {
        let url = base_url(&env::required("STREAMS_BUILD_URL")?)?;
        let url = base_of_root(base_of_collection(url));
        let user = env::required("STREAMS_USERNAME")?;
        let auth = Auth::basic(user, env::required("STREAMS_PASSWORD")?);
        Self::with_auth(url, Config::new().with_auth(auth))
    }

    /// The URL that paths are appended to.
    pub fn url(&self) -> &url::Url {
        self.client.url()
    }
}

/// The URL under which builds and toolkits lie, of that of one of the two.
pub(super) fn base_of_collection(mut url: url::Url) -> url::Url {
    let path = url.path().trim_end_matches('/');
    let mut collections = ["/builds", "/toolkits"].into_iter();
    let base = collections.find_map(|collection| path.strip_suffix(collection));
    let base = base.unwrap_or(path).to_owned();
    url.set_path(&base);
    url
}

#[cfg(feature = "dynamic")]
impl TryFrom<Server> for BuildService {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        Self::with_auth(&server.url, super::connection::keyed(&server))
    }
}
