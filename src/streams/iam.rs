//! Tokens of IBM Cloud.

use std::{future::Future, pin::Pin, time::Duration};

use url::{Host, Url};

#[cfg(feature = "dynamic")]
use super::connection::keyed;
use super::{SERVICE, types::IamToken};
#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{
    Auth, Config, Error, Result, Secret, Token, TokenError, TokenSource, config::base_url,
    transport::Client,
};

/// The token service of IBM Cloud, IAM.
#[derive(Clone, Debug)]
pub struct Iam {
    pub(super) client: Client,
}

impl Iam {
    /// The service at this URL, such as `https://iam.cloud.ibm.com`. Of the configuration only what concerns connections, timeouts and
    /// retries holds: its credentials, headers, signer and fallbacks are those of another server. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the URL is not valid, or is http and does not lead to this host: the request
    /// carries the API key.
    pub fn with_config(url: impl AsRef<str>, config: Config) -> Result<Self> {
        let url = confidential(url.as_ref(), "the token service")?;
        let client = Client::new(&SERVICE, url.as_str(), config.of_another_server())?;
        Ok(Self { client })
    }

    /// Bearer tokens for this API key, which are fetched when they are needed and shared by all requests.
    pub(super) fn tokens(self, api_key: Secret) -> Auth {
        Auth::refreshing(IamTokens { iam: self, api_key })
    }
}

/// The URL of a server that another one has named: where that one is asked over https, so is this one.
pub(super) fn as_confidential(url: &str, what: &str, named_by: &Url) -> Result<Url> {
    let url = confidential(url, what)?;
    match url.scheme() == named_by.scheme() || url.scheme() == "https" {
        true => Ok(url),
        false => Err(Error::config(format!(
            "the URL of {what} is http, and that of the server which names it is https"
        ))),
    }
}

/// The URL of a server to which secrets are sent: https, unless it leads to this host.
pub(super) fn confidential(url: &str, what: &str) -> Result<Url> {
    let url = base_url(url)?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() == "https" || is_here {
        true => Ok(url),
        false => Err(Error::config(format!(
            "the URL of {what} is http: it would carry secrets that everybody between can read"
        ))),
    }
}

/// How long a token is used at least: one that has expired by then is refused, and replaced.
pub(super) const SHORTEST: Duration = Duration::from_secs(60);

struct IamTokens {
    iam: Iam,
    api_key: Secret,
}

impl TokenSource for IamTokens {
    fn fetch(
        &self,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Token, TokenError>> + Send + '_>> {
        Box::pin(async {
            let token = self.iam.token(self.api_key.clone()).await?;
            Ok(Token {
                lifetime: lifetime(&token),
                secret: token.access_token,
            })
        })
    }
}

/// How long the token lives. What the service says in seconds counts before its clock, from which this host's may differ.
fn lifetime(token: &IamToken) -> Option<Duration> {
    let seconds = token.expires_in.or_else(|| {
        let now = std::time::UNIX_EPOCH.elapsed().ok()?;
        token
            .expiration?
            .checked_sub(i64::try_from(now.as_secs()).ok()?)
    })?;
    // A clock that is wrong must not make a token for each request.
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).max(SHORTEST))
}

#[cfg(feature = "dynamic")]
impl TryFrom<Server> for Iam {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        let url = confidential(&server.url, "the token service")?;
        let client = Client::new(&SERVICE, url.as_str(), keyed(&server))?;
        Ok(Self { client })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_leave_https_for_nothing_else() {
        for (url, named_by, is_taken) in [
            ("https://b/x", "https://a", true),
            ("http://127.0.0.1:9/x", "http://localhost:8", true),
            ("https://b/x", "http://localhost:8", true),
            ("http://127.0.0.1:9/x", "https://a", false),
            ("http://localhost/x", "https://a", false),
            ("http://b/x", "http://localhost:8", false),
            ("ftp://localhost/x", "https://a", false),
        ] {
            // Without TLS no https URL is taken.
            let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
            let named_by = Url::parse(named_by).unwrap();
            let taken = as_confidential(url, "the instance", &named_by);
            let is_taken = is_taken && (has_tls || !url.starts_with("https"));
            assert_eq!(taken.is_ok(), is_taken, "{url} from {named_by}");
        }
    }

    #[test]
    fn a_clock_that_is_wrong_makes_no_token_for_each_request() {
        for (token, seconds) in [
            (
                r#"{"access_token": "t", "expires_in": 3600, "expiration": 1}"#,
                Some(3_600),
            ),
            (r#"{"access_token": "t", "expires_in": 0}"#, Some(60)),
            (r#"{"access_token": "t", "expires_in": -5}"#, Some(60)),
            (r#"{"access_token": "t", "expiration": 1}"#, Some(60)),
            (r#"{"access_token": "t"}"#, None),
        ] {
            let token: IamToken = serde_json::from_str(token).unwrap();
            let lifetime = lifetime(&token).map(|lifetime| lifetime.as_secs());
            assert_eq!(lifetime, seconds);
        }
    }
}
