//! The content coding of an answer, such as gzip.

use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// Longest name of a coding in an error.
const SHOWN: usize = 60;

/// The codings under which the body lies, as the answer names them; `None` where the bytes are what they say.
///
/// Every request asks for none. A proxy that codes all the same is told by name: its bytes look like rows of a pipe or lines of a
/// log to whoever does not know.
pub(super) fn coding(headers: &HeaderMap) -> Option<String> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let names = String::from_utf8_lossy(value.as_bytes());
        let names = names.split(',').map(str::trim);
        let others =
            names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
        codings.extend(others.map(str::to_owned));
    }
    (!codings.is_empty()).then(|| codings.join(", ").chars().take(SHOWN).collect())
}
