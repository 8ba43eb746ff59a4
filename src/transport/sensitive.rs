//! Credentials that a server repeats in its own words.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderMap, HeaderValue};

use crate::Secret;

/// A shorter text stands in many words by chance, such as `red` in `required`: it is hidden where it is a word of its own.
const SHORTEST: usize = 8;
const HIDDEN: &str = "[redacted]";

/// What of one request must not show: headers, to the server and to proxies before it, secrets in the body, and what else is a secret.
pub(super) struct Sensitive {
    headers: Vec<HeaderValue>,
    texts: Vec<Secret>,
}

impl Sensitive {
    pub(super) fn of(headers: &HeaderMap, proxies: &[HeaderValue], in_body: &[Secret]) -> Self {
        let values = headers.values().filter(|value| value.is_sensitive());
        Self {
            headers: values.chain(proxies).cloned().collect(),
            texts: in_body.to_vec(),
        }
    }

    /// These texts as well.
    pub(super) fn and(mut self, texts: impl Iterator<Item = Secret>) -> Self {
        self.texts.extend(texts);
        self
    }

    /// The words without the credentials: neither a header, nor the token, cookie or quoted value in it, nor the password in the
    /// token.
    pub(super) fn hide(&self, mut words: String) -> String {
        let texts = self.headers.iter();
        let texts = texts.map(|value| str::from_utf8(value.as_bytes()));
        let mut secrets: Vec<String> = texts.flatten().flat_map(secrets).collect();
        secrets.extend(self.texts.iter().map(|secret| secret.expose().to_owned()));
        // What is in another one goes after it.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in &secrets {
            words = without(&words, secret);
        }
        words
    }
}

/// The words without these secrets.
#[cfg(feature = "flowthings")]
pub(crate) fn hidden(words: String, secrets: &[Secret]) -> String {
    Sensitive::of(&HeaderMap::new(), &[], secrets).hide(words)
}

/// What of a header is secret.
fn secrets(header: &str) -> Vec<String> {
    let (scheme, credentials) = header.split_once(' ').unwrap_or_default();
    let mut secrets = vec![header, credentials];
    let mut parts = header.split([' ', ';', ',']).map(str::trim);
    // Short ones are names of schemes and parameters.
    secrets.extend(parts.clone().filter(|part| part.len() >= SHORTEST));
    secrets.extend(parts.by_ref().filter_map(|part| {
        let (_, value) = part.split_once('=')?;
        Some(value.trim_matches('"'))
    }));
    let mut secrets: Vec<String> = secrets.into_iter().map(str::to_owned).collect();
    let pair = Some(credentials)
        .filter(|_| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|token| STANDARD.decode(token).ok())
        .and_then(|pair| String::from_utf8(pair).ok());
    if let Some((_, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
        secrets.push(password.to_owned());
    }
    secrets
}

/// The words without this secret: a long one anywhere, a short one where it is a word.
fn without(words: &str, secret: &str) -> String {
    if secret.is_empty() {
        return words.to_owned();
    }
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once(secret) {
        let is_word = !kept
            .chars()
            .chain(before.chars())
            .next_back()
            .is_some_and(joins)
            && !after.chars().next().is_some_and(joins);
        kept.push_str(before);
        match is_word || secret.len() >= SHORTEST {
            true => kept.push_str(HIDDEN),
            false => kept.push_str(secret),
        }
        rest = after;
    }
    kept + rest
}

/// Whether the character makes one word with its neighbour.
fn joins(character: char) -> bool {
    character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(header: &str, words: &str) -> String {
        let mut value = HeaderValue::from_str(header).unwrap();
        value.set_sensitive(true);
        let headers = HeaderMap::from_iter([(reqwest::header::COOKIE, value)]);
        Sensitive::of(&headers, &[], &[]).hide(words.to_owned())
    }

    #[test]
    fn a_short_secret_is_hidden_where_it_is_a_word() {
        for (header, words, expected) in [
            ("red", "required: red", "required: [redacted]"),
            (
                "blue",
                "tenant 'blue' and blue-2",
                "tenant '[redacted]' and [redacted]-2",
            ),
            ("7", "7 of 17 (7)", "[redacted] of 17 ([redacted])"),
            ("Bearer ab1", "Bearer ab1, ab1", "[redacted], [redacted]"),
            ("sid=x9; lang=de", "no sid x9", "no sid [redacted]"),
            (
                "Basic dTpwdw==",
                "u:pw or dTpwdw== for pwd",
                "u:[redacted] or [redacted] for pwd",
            ),
            ("", "all of it", "all of it"),
        ] {
            assert_eq!(hidden(header, words), expected);
        }
    }
}
