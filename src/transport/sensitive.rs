//! Credentials that a server repeats in its own words.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderMap, HeaderValue};

/// Shorter texts stand in many words by chance: to hide them would tell them.
const SHORTEST: usize = 4;
/// The same for parts of a header: longer than the name of a scheme.
const SHORTEST_PART: usize = 8;

/// The headers of one request that must not show.
pub(super) struct Sensitive(Vec<HeaderValue>);

impl Sensitive {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let values = headers.values().filter(|value| value.is_sensitive());
        Self(values.cloned().collect())
    }

    /// The words without the credentials: neither a header, nor the token or cookie in it, nor the password in the token.
    pub(super) fn hide(&self, mut words: String) -> String {
        let mut hide = |secret: &str, shortest: usize| {
            if secret.len() >= shortest && words.contains(secret) {
                words = words.replace(secret, "[redacted]");
            }
        };
        for header in self.0.iter().filter_map(|value| value.to_str().ok()) {
            hide(header, SHORTEST);
            for part in header.split([' ', ';', '=']) {
                hide(part, SHORTEST_PART);
            }
            let pair = header
                .strip_prefix("Basic ")
                .and_then(|token| STANDARD.decode(token).ok())
                .and_then(|pair| String::from_utf8(pair).ok());
            if let Some((_, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
                hide(password, SHORTEST);
            }
        }
        words
    }
}
