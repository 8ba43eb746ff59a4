//! Tokens of Streams 5, in the place of a user and a password.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, UNIX_EPOCH},
};

use url::Url;

use super::{StreamsConnection, calls::AccessTokensCreate, types::AccessToken};
use crate::{Result, Token, TokenError, TokenSource};

/// How long a token is used whose end the server does not tell.
const LIFETIME: Duration = Duration::from_secs(240);

impl StreamsConnection {
    /// The same connection with tokens, which stand-alone Streams 5 gives for a user and a password: they are fetched when the first
    /// request needs one, shared, and replaced before they expire. A server that gives none is asked with user and password, as
    /// before.
    ///
    /// The root of the server tells where tokens are given. Where that is another origin, such as another port,
    /// [`Config::with_trusted_origin`](crate::Config::with_trusted_origin) has to allow it.
    ///
    /// # Errors
    /// As any call; [`is_request`](crate::Error::is_request) when tokens are given at an origin that is not trusted.
    pub async fn with_access_tokens(&self) -> Result<Self> {
        let resources = match self.is_since_5_5 {
            true => self.roots().await?,
            false => self.resources().await?,
        };
        let mut resources = resources.into_iter();
        let Some(tokens) = resources.find(|resource| resource.name == "accessTokens") else {
            return Ok(self.clone());
        };
        let link = self.client.destination(&tokens.resource)?;
        let config = self.client.config().clone();
        let issuer = Self::at(origin(&link), config.clone().without_fallbacks())?;
        let auth = config.auth.clone();
        let auth = auth.and_refreshing(AccessTokens { issuer, link });
        Ok(Self {
            is_since_5_5: self.is_since_5_5,
            ..Self::at(self.url().clone(), config.with_auth(auth))?
        })
    }
}

fn origin(url: &Url) -> Url {
    let mut origin = url.clone();
    origin.set_path("");
    origin.set_query(None);
    origin
}

struct AccessTokens {
    /// The server that gives them, for the user.
    issuer: StreamsConnection,
    /// Where it gives them.
    link: Url,
}

impl TokenSource for AccessTokens {
    fn fetch(
        &self,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Token, TokenError>> + Send + '_>> {
        Box::pin(async {
            let draft = self.issuer.client.draft();
            let token = AccessTokensCreate::from_link(draft, &self.link, ["streams"]).await?;
            Ok(Token {
                lifetime: Some(lifetime(&token)),
                secret: token.access_token,
            })
        })
    }
}

fn lifetime(token: &AccessToken) -> Duration {
    let left = token.expire_time.and_then(|end| {
        let now = UNIX_EPOCH.elapsed().ok()?;
        Duration::from_secs(u64::try_from(end).ok()?).checked_sub(now)
    });
    // A clock that is wrong must not make a token for each request.
    left.filter(|left| !left.is_zero()).unwrap_or(LIFETIME)
}
