//! The client.

use std::sync::Arc;

use super::{Host, PLATFORM, SESSIONS, Sessions, Token};
#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{
    Config, Error, Result,
    config::env,
    transport::{Client, Credentials},
};

/// An account on the platform.
///
/// Clones are cheap and share connections and [token](Self::set_token).
///
/// ```no_run
/// use headwaters::flowthings::{Api, Token, mem};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> headwaters::Result<()> {
/// let api = Api::new(Token::new("my-account", "my-token"))?;
/// for flow in api.flow().find_many().filter(mem("displayName").eq("foo")).limit(10).await? {
///     println!("{:?}", flow.path);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Api {
    pub(super) client: Client,
    sessions: Sessions,
    version: Arc<str>,
}

impl Api {
    /// The account of this token. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the account cannot stand in a path, or the token in a header; [`ErrorKind::Config`](crate::ErrorKind::Config)
    /// when the crate is built without TLS.
    pub fn new(token: Token) -> Result<Self> {
        Self::with_config(Host::default(), token, Config::new())
    }

    /// The same on another [`Host`] or at its URL, such as `http://127.0.0.1:8080`, with default parameters, timeouts, certificates and
    /// so on. The token takes the place of the configuration's credentials.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when a URL, the version or the configuration is not usable.
    pub fn with_config(host: impl Into<Host>, token: Token, config: Config) -> Result<Self> {
        let host = host.into();
        let client = Client::new(&PLATFORM, &host.url, config.clone())?;
        client.replace_credentials(credentials(&token, &host.version))?;
        let (url, config) = match &host.sessions {
            // Servers that stand in for the API do not for this one.
            Some(url) => (url, config.without_fallbacks()),
            None => (&host.url, config),
        };
        let sessions = Sessions {
            client: client.beside(&SESSIONS, url, config)?,
        };
        Ok(Self {
            client,
            sessions,
            version: host.version.into(),
        })
    }

    /// The account that the environment names, with the default [`Config`]: its name in `FLOWTHINGS_ACCOUNT` and its token in
    /// `FLOWTHINGS_TOKEN`. For an application on Bluemix see [`Token::from_bluemix`].
    ///
    /// # Errors
    /// As [`new`](Self::new), and when a variable is not set; the error names it.
    pub fn from_env() -> Result<Self> {
        let account = env::required("FLOWTHINGS_ACCOUNT")?;
        let token = env::required("FLOWTHINGS_TOKEN")?;
        Self::new(Token::new(account, token))
    }

    /// Asks with this token from now on, and so do clones. Calls that are under way keep the token that they began with, their
    /// repeats included.
    ///
    /// # Errors
    /// As [`new`](Self::new); the token is the old one then.
    pub fn set_token(&self, token: &Token) -> Result<()> {
        let credentials = credentials(token, &self.version);
        self.client.replace_credentials(credentials)
    }

    /// The server of sessions, for this token.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The URL that paths are appended to, without the account.
    pub fn url(&self) -> &url::Url {
        self.client.url()
    }
}

fn credentials(token: &Token, version: &str) -> Credentials {
    Credentials::new(token.auth())
        .with("version", version)
        .with("account", token.account.as_str())
}

/// The key is an account, a colon and the token.
#[cfg(feature = "dynamic")]
impl TryFrom<Server> for Api {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        let key = server.key.as_ref().map(|key| key.expose());
        let Some((account, token)) = key.and_then(|key| key.split_once(':')) else {
            return Err(Error::config(
                "the key is to be an account, a colon and a token",
            ));
        };
        Self::with_config(server.url, Token::new(account, token), server.config)
    }
}
