//! Credentials that a server repeats in its own words.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderMap, HeaderValue};

/// Shorter texts stand in many words by chance, the names of schemes and tenants among them: to hide them would tell them.
const SHORTEST: usize = 8;
/// The same for passwords, which people choose.
const SHORTEST_PASSWORD: usize = 4;

/// The headers of one request that must not show, to the server and to proxies before it.
pub(super) struct Sensitive(Vec<HeaderValue>);

impl Sensitive {
    pub(super) fn of(headers: &HeaderMap, proxies: &[HeaderValue]) -> Self {
        let values = headers.values().filter(|value| value.is_sensitive());
        Self(values.chain(proxies).cloned().collect())
    }

    /// The words without the credentials: neither a header, nor the token, cookie or quoted value in it, nor the password in the
    /// token.
    pub(super) fn hide(&self, mut words: String) -> String {
        let mut hide = |secret: &str, shortest: usize| {
            if secret.len() >= shortest && words.contains(secret) {
                words = words.replace(secret, "[redacted]");
            }
        };
        let texts = self.0.iter().map(|value| str::from_utf8(value.as_bytes()));
        for header in texts.flatten() {
            hide(header, SHORTEST);
            let (scheme, credentials) = header.split_once(' ').unwrap_or_default();
            hide(credentials, SHORTEST);
            for part in header.split([' ', ';', ',']) {
                hide(part, SHORTEST);
                let value = part.split_once('=').map_or("", |(_, value)| value);
                hide(value.trim_matches('"'), SHORTEST);
            }
            let pair = Some(credentials)
                .filter(|_| scheme.eq_ignore_ascii_case("basic"))
                .and_then(|token| STANDARD.decode(token).ok())
                .and_then(|pair| String::from_utf8(pair).ok());
            if let Some((_, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
                hide(password, SHORTEST_PASSWORD);
            }
        }
        words
    }
}
