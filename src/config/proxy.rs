//! Through which proxy requests go.

use std::{borrow::Cow, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::HeaderValue;
use url::Url;

use crate::Secret;

/// What a proxy speaks, as its URL names it.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The way to the server.
#[derive(Clone, Default)]
pub(crate) enum Proxy {
    /// As the environment says.
    #[default]
    Environment,
    None,
    /// Through this one; its URL may carry a password.
    Through(Secret),
}

/// The URL of a proxy, or what is wrong with the text.
pub(super) fn parsed(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|_| "is not a valid URL".to_owned())?;
    if !SCHEMES.contains(&url.scheme()) {
        let schemes = SCHEMES.join("://, ");
        return Err(format!("does not begin with one of {schemes}://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("has no host".to_owned());
    }
    // HTTP Basic puts it between user and password.
    if url.scheme().starts_with("http") && decoded(url.username()).contains(':') {
        return Err("has a user with a colon".to_owned());
    }
    Ok(url)
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

/// Scheme, host and port, for proxies of every kind.
pub(super) fn origin(url: &Url) -> String {
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    format!("{}://{host}{port}", url.scheme())
}

/// The header that opens the proxy; one that speaks SOCKS never repeats what it is told.
pub(super) fn authorization(url: &Url) -> Option<HeaderValue> {
    let pair = format!(
        "{}:{}",
        decoded(url.username()),
        decoded(url.password().unwrap_or_default())
    );
    let header = format!("Basic {}", STANDARD.encode(zeroize::Zeroizing::new(pair)));
    HeaderValue::try_from(header).ok()
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::None => f.write_str("none"),
            Self::Through(url) => match parsed(url.expose()) {
                Ok(url) => f.write_str(&origin(&url)),
                Err(_) => f.write_str("not valid"),
            },
        }
    }
}
