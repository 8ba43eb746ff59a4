//! The content coding of an answer, such as gzip.

use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// The codings of the registry, and their old names. A server may write anything in their place, a secret too: it is not repeated.
const KNOWN: [&str; 13] = [
    "aes128gcm",
    "br",
    "compress",
    "dcb",
    "dcz",
    "deflate",
    "exi",
    "gzip",
    "pack200-gzip",
    "snappy",
    "x-compress",
    "x-gzip",
    "zstd",
];
/// Names in an error.
const SHOWN: usize = 4;

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
        codings.extend(others.map(known));
    }
    codings.truncate(SHOWN);
    (!codings.is_empty()).then(|| codings.join(", "))
}

fn known(name: &str) -> &'static str {
    let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name));
    known.unwrap_or(&"of an unknown name")
}
