//! Through which proxy requests go.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, header::HeaderValue};
use url::Url;

use crate::{Error, Result, Secret};

/// The way to the server.
#[derive(Clone, Default)]
pub(crate) enum Proxy {
    /// As the environment says.
    #[default]
    System,
    None,
    /// Through this one; its URL may carry a password.
    Through(Secret),
}

impl Proxy {
    pub(super) fn apply(&self, builder: ClientBuilder) -> Result<ClientBuilder> {
        Ok(match self {
            Self::System => builder,
            Self::None => builder.no_proxy(),
            Self::Through(url) => {
                // Whatever reqwest says of the URL may repeat its password.
                let proxy = reqwest::Proxy::all(parsed(url)?)
                    .map_err(|_| Error::config("the proxy's URL cannot be used"))?;
                builder.no_proxy().proxy(proxy)
            }
        })
    }

    /// The origin of the proxy before this server, if there is one. `heeds_environment` says whether what the environment names is
    /// used.
    pub(super) fn before(&self, server: &Url, heeds_environment: bool) -> Option<String> {
        match self {
            Self::System if heeds_environment => {
                let way = Matcher::from_system().intercept(&server.as_str().parse().ok()?)?;
                // It has no user info: that is kept apart.
                let (scheme, host) = (way.uri().scheme_str()?, way.uri().authority()?);
                Some(format!("{scheme}://{host}"))
            }
            Self::System | Self::None => None,
            Self::Through(url) => {
                let url = parsed(url).ok()?;
                Some(url.origin().ascii_serialization())
            }
        }
    }

    /// The header that opens the proxy.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let Self::Through(url) = self else {
            return None;
        };
        let url = parsed(url).ok()?;
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        let pair = format!(
            "{}:{}",
            decoded(url.username()),
            decoded(url.password().unwrap_or_default())
        );
        let header = format!("Basic {}", STANDARD.encode(zeroize::Zeroizing::new(pair)));
        HeaderValue::try_from(header).ok()
    }
}

fn parsed(text: &Secret) -> Result<Url> {
    let refuse = |reason| Error::config(format!("the proxy's URL {reason}"));
    let url = Url::parse(text.expose().trim()).map_err(|_| refuse("is not a valid URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("does not begin with http:// or https://"));
    }
    Ok(url)
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::None => f.write_str("none"),
            Self::Through(url) => match parsed(url) {
                Ok(url) => f.write_str(&url.origin().ascii_serialization()),
                Err(_) => f.write_str("not valid"),
            },
        }
    }
}
