//! Headers that a user adds to requests.

use std::fmt;

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};

/// What says where a body ends and what becomes of the connection. With another value than the request's own the server would read
/// a part of the body, or take the rest for the next request.
const FRAMING: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers that a user adds. What is wrong with one is told when a request is made of them.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    map: HeaderMap,
    wrong: Option<String>,
}

impl Headers {
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok((name, value)) => {
                self.map.append(name, value);
            }
            Err(wrong) => self.wrong = Some(wrong),
        }
    }

    pub(crate) fn checked(&self) -> Result<&HeaderMap, &str> {
        match &self.wrong {
            Some(wrong) => Err(wrong),
            None => Ok(&self.map),
        }
    }
}

/// A header whose value does not show, or what is wrong with it.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    // Not repeated: it may be the value, given first.
    let name = HeaderName::try_from(name).map_err(|_| "a header's name is not valid".to_owned())?;
    if name == ACCEPT_ENCODING {
        return Err(
            "the header accept-encoding cannot be set: answers are read as they come".to_owned(),
        );
    }
    if FRAMING.contains(&name.as_str()) {
        return Err(format!(
            "the header {name} cannot be set: it follows from the request and its body"
        ));
    }
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        format!("the value of header {name} has characters that a header cannot carry")
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.map.keys()).finish()
    }
}
