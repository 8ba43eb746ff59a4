//! Tokens of Streams 5, in the place of a user and a password.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, UNIX_EPOCH},
};

use url::Url;

use super::{
    BuildService, StreamsConnection,
    calls::AccessTokensCreate,
    iam::SHORTEST,
    types::{AccessToken, RestResource},
};
use crate::{Config, Result, Token, TokenError, TokenSource, transport::Client};

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
        let Some(config) = with_tokens(&self.client, resources)? else {
            return Ok(self.clone());
        };
        Ok(Self {
            is_since_5_5: self.is_since_5_5,
            ..Self::at(self.url().clone(), config)?
        })
    }
}

impl BuildService {
    /// The same service with tokens, as [`StreamsConnection::with_access_tokens`].
    ///
    /// # Errors
    /// As there.
    pub async fn with_access_tokens(&self) -> Result<Self> {
        let resources = match self.resources().await {
            // In 5.5 the root lies elsewhere.
            Err(error) if error.is_not_found() || error.is_unsupported() => self.roots().await?,
            other => other?,
        };
        match with_tokens(&self.client, resources)? {
            Some(config) => Self::with_auth(self.url(), config),
            None => Ok(self.clone()),
        }
    }
}

/// The client's configuration with the tokens that the server of these resources gives, if it gives any.
fn with_tokens(client: &Client, resources: Vec<RestResource>) -> Result<Option<Config>> {
    let mut resources = resources.into_iter();
    let Some(tokens) = resources.find(|resource| resource.name == "accessTokens") else {
        return Ok(None);
    };
    let link = client.destination(&tokens.resource)?;
    let config = client.config().clone();
    let issuer = StreamsConnection::at(origin(&link), config.clone().without_fallbacks())?;
    let auth = config.auth.clone();
    let auth = auth.and_refreshing(AccessTokens { issuer, link });
    Ok(Some(config.with_auth(auth)))
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
    let left = left.filter(|left| !left.is_zero()).unwrap_or(LIFETIME);
    // A clock that is wrong must not make a token for each request.
    left.max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lifetime of a token that ends so many seconds after this host's clock.
    fn of_end(seconds: i64) -> Duration {
        let now = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
        let token = serde_json::json!({"accessToken": "t", "expireTime": now + seconds});
        lifetime(&serde_json::from_value(token).unwrap())
    }

    #[test]
    fn a_clock_that_is_ahead_makes_no_token_for_each_request() {
        for seconds in [1, 2, 30, 59] {
            assert_eq!(of_end(seconds), SHORTEST, "{seconds}");
        }
        for seconds in [-3_600, -1] {
            assert_eq!(of_end(seconds), LIFETIME, "{seconds}");
        }
        let left = of_end(3_600).as_secs();
        assert!((3_598..=3_600).contains(&left), "{left}");
    }

    #[test]
    fn a_token_whose_end_is_not_told_lasts_four_minutes() {
        let token = serde_json::from_str(r#"{"accessToken": "t"}"#).unwrap();
        assert_eq!(lifetime(&token).as_secs(), 240);
    }
}
