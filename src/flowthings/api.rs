//! The client.

use super::{DEFAULT_URL, PLATFORM, SESSIONS, Sessions, Token, generated::servers};
#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{
    Config, Error, Result,
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
}

impl Api {
    /// The account of this token. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the account cannot stand in a path, or the token in a header; [`ErrorKind::Config`](crate::ErrorKind::Config)
    /// when the crate is built without TLS.
    pub fn new(token: Token) -> Result<Self> {
        let api = Self::with_config(DEFAULT_URL, token, Config::new())?;
        api.with_sessions_at(servers::SESSIONS)
    }

    /// The same on another host, with default parameters, timeouts, certificates and so on. The URL is that of the host, such as
    /// `http://127.0.0.1:8080`; sessions are on the same one, unless [`with_sessions_at`](Self::with_sessions_at) names another. The token
    /// takes the place of the configuration's credentials.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the URL or the configuration is not usable.
    pub fn with_config(url: impl AsRef<str>, token: Token, config: Config) -> Result<Self> {
        let client = Client::new(&PLATFORM, url.as_ref(), config.clone())?;
        client.replace_credentials(credentials(&token))?;
        let sessions = Sessions {
            client: client.beside(&SESSIONS, url.as_ref(), config)?,
        };
        Ok(Self { client, sessions })
    }

    /// The same with the server of sessions at this URL.
    ///
    /// # Errors
    /// When the URL is not usable.
    pub fn with_sessions_at(self, url: impl AsRef<str>) -> Result<Self> {
        // Servers that stand in for the API do not for this one.
        let config = self.client.config().clone().without_fallbacks();
        let client = self.client.beside(&SESSIONS, url.as_ref(), config)?;
        Ok(Self {
            sessions: Sessions { client },
            ..self
        })
    }

    /// Asks with this token from now on, and so do clones. Calls that are under way keep the token that they began with, their
    /// repeats included.
    ///
    /// # Errors
    /// As [`new`](Self::new); the token is the old one then.
    pub fn set_token(&self, token: &Token) -> Result<()> {
        self.client.replace_credentials(credentials(token))
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

fn credentials(token: &Token) -> Credentials {
    Credentials::new(token.auth())
        .with("version", servers::API_VERSION)
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
        Self::with_config(&server.url, Token::new(account, token), server.config)
    }
}
