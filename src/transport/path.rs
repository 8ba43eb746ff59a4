//! Path segments that cannot change the route.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A text that cannot be one segment of a path.
#[derive(Debug)]
pub(crate) struct BadSegment(String);

impl<E> From<BadSegment> for progenitor_client::Error<E> {
    fn from(bad: BadSegment) -> Self {
        Self::InvalidRequest(bad.0)
    }
}

/// The text as one segment of a path.
///
/// Refused are texts that would change the route: the empty one and the dot segments, which URL parsers
/// resolve even when they are encoded; slashes in both directions, which servers and proxies decode before they
/// route; control characters.
pub(crate) fn segment(text: &str) -> Result<String, BadSegment> {
    let refuse = |reason: &str| {
        Err(BadSegment(format!(
            "{text:?} cannot stand in a path: {reason}"
        )))
    };
    if text.is_empty() {
        return refuse("it is empty");
    }
    if matches!(text, "." | "..") {
        return refuse("it would change the route");
    }
    if text.contains(['/', '\\']) {
        return refuse("it has a slash");
    }
    if text.chars().any(char::is_control) {
        return refuse("it has a control character");
    }
    Ok(utf8_percent_encode(text, SEGMENT).to_string())
}

/// The same for servers that decode a segment twice: `%` is `%2525` on the wire.
pub(crate) fn segment_twice(text: &str) -> Result<String, BadSegment> {
    let once = segment(text)?;
    if once.contains('%') {
        Ok(utf8_percent_encode(&once, SEGMENT).to_string())
    } else {
        Ok(once)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_changes_the_route(text in any::<String>()) {
            if let Ok(encoded) = segment(&text) {
                let url = url::Url::parse(&format!("http://host/before/{encoded}/after")).unwrap();
                let segments: Vec<_> = url.path_segments().unwrap().collect();
                prop_assert_eq!(segments.len(), 3);
                prop_assert_eq!(segments[0], "before");
                prop_assert_eq!(segments[2], "after");
                let decoded = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
                prop_assert_eq!(decoded.as_ref(), text.as_str());
                prop_assert!(url.query().is_none() && url.fragment().is_none());
            }
        }
    }

    #[test]
    fn dots_slashes_controls_and_nothing_are_refused() {
        for text in [
            "", ".", "..", "/", "\\", "a/b", "a\\b", "..\\..", "a\nb", "\0",
        ] {
            assert!(segment(text).is_err(), "{text:?}");
            assert!(segment_twice(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn twice_encoded_segments_survive_two_decodings() {
        let text = "50% + ü.jar";
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8()
                .unwrap()
                .into_owned()
        };
        assert_eq!(decode(&decode(&segment_twice(text).unwrap())), text);
    }
}
