//! Credentials.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use tokio::{sync::Mutex, time::Instant};

use crate::{Error, Result, Secret};

/// How a client tells who it is. Nothing of it shows in `Debug`, logs or errors.
#[derive(Clone, Default)]
pub struct Auth(Scheme);

#[derive(Clone, Default)]
enum Scheme {
    #[default]
    None,
    Basic {
        user: String,
        password: Secret,
    },
    Bearer(Secret),
    Headers(Vec<(String, Secret)>),
    Refreshing(Arc<Refreshing>),
}

/// A bearer token that ends.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// How long it is good from now; `None` until the server refuses it.
    pub lifetime: Option<Duration>,
}

/// Where fresh tokens come from.
pub trait TokenSource: Send + Sync + 'static {
    /// Fetches a new token. Called by one request at a time.
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token>> + Send + '_>>;
}

/// How long before its end a token is replaced.
const MARGIN: Duration = Duration::from_secs(30);

struct Refreshing {
    source: Box<dyn TokenSource>,
    current: Mutex<Option<(Secret, Option<Instant>)>>,
}

impl Auth {
    /// Nothing.
    pub fn none() -> Self {
        Self(Scheme::None)
    }

    /// HTTP Basic, sent with every request.
    pub fn basic(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self(Scheme::Basic {
            user: user.into(),
            password: password.into(),
        })
    }

    /// A bearer token.
    pub fn bearer(token: impl Into<Secret>) -> Self {
        Self(Scheme::Bearer(token.into()))
    }

    /// A key in a header of its own, such as `X-API-KEY`.
    pub fn header(name: impl Into<String>, value: impl Into<Secret>) -> Self {
        Self(Scheme::Headers(vec![(name.into(), value.into())]))
    }

    /// One more such header.
    pub fn and_header(self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        let mut headers = match self.0 {
            Scheme::Headers(headers) => headers,
            _ => Vec::new(),
        };
        headers.push((name.into(), value.into()));
        Self(Scheme::Headers(headers))
    }

    /// Bearer tokens that are fetched when needed, kept until shortly before their end and fetched anew when
    /// the server refuses one.
    pub fn refreshing(source: impl TokenSource) -> Self {
        Self(Scheme::Refreshing(Arc::new(Refreshing {
            source: Box::new(source),
            current: Mutex::new(None),
        })))
    }

    /// Whether a refused request may be tried once more with a fresh token.
    pub(crate) fn can_refresh(&self) -> bool {
        matches!(self.0, Scheme::Refreshing(_))
    }

    /// Sets the headers of one attempt.
    pub(crate) async fn apply(&self, headers: &mut HeaderMap, fresh: bool) -> Result<()> {
        match &self.0 {
            Scheme::None => {}
            Scheme::Basic { user, password } => {
                let pair = zeroize::Zeroizing::new(format!("{user}:{}", password.expose()));
                headers.insert(
                    AUTHORIZATION,
                    sensitive(&format!("Basic {}", base64(pair.as_bytes())))?,
                );
            }
            Scheme::Bearer(token) => {
                headers.insert(AUTHORIZATION, bearer(token)?);
            }
            Scheme::Headers(pairs) => {
                for (name, value) in pairs {
                    let name = HeaderName::try_from(name.as_str())
                        .map_err(|_| Error::config(format!("{name:?} is not a header name")))?;
                    headers.insert(name, sensitive(value.expose())?);
                }
            }
            Scheme::Refreshing(refreshing) => {
                headers.insert(AUTHORIZATION, bearer(&refreshing.token(fresh).await?)?);
            }
        }
        Ok(())
    }
}

impl Refreshing {
    async fn token(&self, fresh: bool) -> Result<Secret> {
        let mut current = self.current.lock().await;
        if let Some((secret, end)) = &*current {
            if !fresh && end.is_none_or(|end| Instant::now() + MARGIN < end) {
                return Ok(secret.clone());
            }
        }
        let token = self.source.fetch().await?;
        let end = token.lifetime.map(|lifetime| Instant::now() + lifetime);
        *current = Some((token.secret.clone(), end));
        Ok(token.secret)
    }
}

fn bearer(token: &Secret) -> Result<HeaderValue> {
    let text = zeroize::Zeroizing::new(format!("Bearer {}", token.expose()));
    sensitive(&text)
}

fn sensitive(text: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| Error::config("the credentials have characters that a header cannot carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Base64 with padding, as RFC 7617 wants it.
fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Scheme::None => "Auth(none)",
            Scheme::Basic { .. } => "Auth(basic [redacted])",
            Scheme::Bearer(_) => "Auth(bearer [redacted])",
            Scheme::Headers(_) => "Auth(headers [redacted])",
            Scheme::Refreshing(_) => "Auth(refreshing [redacted])",
        })
    }
}
