//! Who calls, as the header `Authorization` says it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a client knows itself by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    Basic { user: String, password: String },
    Bearer(String),
}

impl Credentials {
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let (scheme, value) = header.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(Self::Bearer(value.trim().to_owned()));
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = STANDARD.decode(value.trim()).ok()?;
        let text = match String::from_utf8(decoded) {
            Ok(text) => text,
            // Python sends Latin-1.
            Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
        };
        let (user, password) = text.split_once(':')?;
        Some(Self::Basic {
            user: user.to_owned(),
            password: password.to_owned(),
        })
    }
}
