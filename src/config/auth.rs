//! Credentials.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use tokio::{sync::Mutex, time::Instant};

use super::headers::header;
use crate::{Error, Result, Secret, value::deadline::after};

/// How a client tells who it is. Nothing of it shows in `Debug`, logs or errors.
///
/// A header that the client's [`Config`](crate::Config) or a call sets itself takes the place of the one that would come from here.
#[derive(Clone, Default)]
pub struct Auth {
    scheme: Scheme,
    /// Beside the scheme's.
    headers: Vec<Beside>,
}

/// A header beside that of the scheme.
#[derive(Clone)]
struct Beside {
    name: String,
    value: Secret,
    /// It says who asks, and proves nothing.
    shows: bool,
}

#[derive(Clone, Default)]
enum Scheme {
    #[default]
    None,
    Basic {
        user: String,
        password: Secret,
    },
    Bearer(Secret),
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

/// Why there is no token.
pub type TokenError = Box<dyn std::error::Error + Send + Sync>;

/// Where fresh tokens come from.
pub trait TokenSource: Send + Sync + 'static {
    /// Fetches a new token. Called by one request at a time. A call that needs it fails with the error as its source, or with the
    /// error itself if it is one of this crate.
    fn fetch(
        &self,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<Token, TokenError>> + Send + '_>>;
}

/// How long before its end a token is replaced; of a short life, half is used.
const MARGIN: Duration = Duration::from_secs(30);

struct Refreshing {
    source: Box<dyn TokenSource>,
    /// Held while a token is fetched: whoever comes meanwhile waits for it and uses it too.
    current: Mutex<Option<Current>>,
    /// The youngest token that the server has refused.
    refused: AtomicU64,
}

struct Current {
    serial: Serial,
    secret: Secret,
    until: Option<Instant>,
}

/// Which token of a source it is, from 1.
pub(crate) type Serial = u64;

impl Auth {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// HTTP Basic, sent with every request. A client cannot be made with a user in whose name is a colon: what is before the first
    /// one is the user to a server.
    pub fn basic(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::by(Scheme::Basic {
            user: user.into(),
            password: password.into(),
        })
    }

    /// A bearer token.
    pub fn bearer(token: impl Into<Secret>) -> Self {
        Self::by(Scheme::Bearer(token.into()))
    }

    /// A key in a header of its own, such as `X-API-KEY`.
    pub fn header(name: impl Into<String>, value: impl Into<Secret>) -> Self {
        Self::none().and_header(name, value)
    }

    /// One more such header, beside what is there: a key and HTTP Basic are both sent. It takes the place of one of the same
    /// name.
    #[must_use]
    pub fn and_header(self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.and(Beside {
            name: name.into(),
            value: value.into(),
            shows: false,
        })
    }

    /// One more such header, which says who asks and is no secret: errors may show its value.
    #[cfg(feature = "flowthings")]
    pub(crate) fn and_shown_header(self, name: &str, value: &str) -> Self {
        self.and(Beside {
            name: name.to_owned(),
            value: value.into(),
            shows: true,
        })
    }

    fn and(mut self, header: Beside) -> Self {
        self.headers
            .retain(|other| !other.name.eq_ignore_ascii_case(&header.name));
        self.headers.push(header);
        self
    }

    /// Bearer tokens that are fetched when needed, kept until shortly before their end and fetched anew when
    /// the server refuses one.
    pub fn refreshing(source: impl TokenSource) -> Self {
        Self::by(Scheme::Refreshing(Arc::new(Refreshing {
            source: Box::new(source),
            current: Mutex::new(None),
            refused: AtomicU64::new(0),
        })))
    }

    /// The same tokens in the place of the scheme, beside the headers that are there.
    pub(crate) fn and_refreshing(mut self, source: impl TokenSource) -> Self {
        self.scheme = Self::refreshing(source).scheme;
        self
    }

    fn by(scheme: Scheme) -> Self {
        Self {
            scheme,
            headers: Vec::new(),
        }
    }

    /// Whether a refused request may be tried once more with a fresh token.
    pub(crate) fn can_refresh(&self) -> bool {
        matches!(self.scheme, Scheme::Refreshing(_))
    }

    /// The server has refused this token: it is not used again.
    pub(crate) fn refuse(&self, token: Serial) {
        if let Scheme::Refreshing(refreshing) = &self.scheme {
            refreshing.refused.fetch_max(token, Ordering::Relaxed);
        }
    }

    /// Whether all of it can be sent that is not fetched first.
    pub(crate) fn check(&self) -> Result<()> {
        self.beside().try_for_each(|header| header.map(drop))?;
        self.authorization().map(drop)
    }

    /// Sets the headers of one attempt; tells which token they carry, of those that are fetched.
    pub(crate) async fn apply(&self, headers: &mut HeaderMap) -> Result<Option<Serial>> {
        for header in self.beside() {
            let (name, value) = header?;
            headers.entry(name).or_insert(value);
        }
        if headers.contains_key(AUTHORIZATION) {
            return Ok(None);
        }
        if let Scheme::Refreshing(refreshing) = &self.scheme {
            let (serial, token) = refreshing.token().await?;
            headers.insert(AUTHORIZATION, bearer(&token)?);
            return Ok(Some(serial));
        }
        if let Some(value) = self.authorization()? {
            headers.insert(AUTHORIZATION, value);
        }
        Ok(None)
    }

    /// The headers beside the scheme's.
    fn beside(&self) -> impl Iterator<Item = Result<(HeaderName, HeaderValue)>> {
        self.headers.iter().map(|beside| {
            let header = header(&beside.name, beside.value.expose());
            let (name, mut value) = header.map_err(Error::config)?;
            value.set_sensitive(!beside.shows);
            Ok((name, value))
        })
    }

    /// What of it proves who asks, but for a token that is fetched.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = Secret> {
        let of_scheme = match &self.scheme {
            Scheme::None | Scheme::Refreshing(_) => None,
            Scheme::Basic { password, .. } => Some(password),
            Scheme::Bearer(token) => Some(token),
        };
        let headers = self.headers.iter().filter(|beside| !beside.shows);
        let secrets = of_scheme
            .into_iter()
            .chain(headers.map(|beside| &beside.value));
        secrets.cloned()
    }

    /// The header of the scheme, unless it is of a token that is fetched.
    fn authorization(&self) -> Result<Option<HeaderValue>> {
        match &self.scheme {
            Scheme::None | Scheme::Refreshing(_) => Ok(None),
            Scheme::Basic { user, password } => basic(user, password).map(Some),
            Scheme::Bearer(token) => bearer(token).map(Some),
        }
    }
}

impl Refreshing {
    async fn token(&self) -> Result<(Serial, Secret)> {
        let mut current = self.current.lock().await;
        let mut serial = 1;
        if let Some(current) = &*current {
            let refused = self.refused.load(Ordering::Relaxed) >= current.serial;
            if !refused && current.until.is_none_or(|until| Instant::now() < until) {
                return Ok((current.serial, current.secret.clone()));
            }
            serial = current.serial + 1;
        }
        let token = self.source.fetch().await.map_err(unfetched)?;
        *current = Some(Current {
            serial,
            secret: token.secret.clone(),
            until: token
                .lifetime
                .map(|lifetime| after(lifetime - MARGIN.min(lifetime / 2))),
        });
        Ok((serial, token.secret))
    }
}

fn unfetched(error: TokenError) -> Error {
    match error.downcast::<Error>() {
        Ok(own) => own.of_issuer(),
        Err(other) => Error::token(other),
    }
}

fn basic(user: &str, password: &Secret) -> Result<HeaderValue> {
    // Not repeated: it may be user and password in one.
    if user.contains(':') {
        return Err(Error::config(
            "the user has a colon, which HTTP Basic puts between user and password",
        ));
    }
    let pair = zeroize::Zeroizing::new(format!("{user}:{}", password.expose()));
    let text = zeroize::Zeroizing::new(format!("Basic {}", base64(pair.as_bytes())));
    sensitive(&text)
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
        f.write_str(match (&self.scheme, self.headers.is_empty()) {
            (Scheme::None, true) => "Auth(none)",
            (Scheme::None, false) => "Auth(headers [redacted])",
            (Scheme::Basic { .. }, _) => "Auth(basic [redacted])",
            (Scheme::Bearer(_), _) => "Auth(bearer [redacted])",
            (Scheme::Refreshing(_), _) => "Auth(refreshing [redacted])",
        })
    }
}
