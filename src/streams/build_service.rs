//! The build service of Streams 5.

use super::PLATFORM;
#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{Config, Error, Result, transport::Client};

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
