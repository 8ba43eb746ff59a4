//! Path segments that cannot change the route.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The text as one segment of a path, or why it cannot be one.
///
/// Refused are texts that would change the route: the empty one and the dot segments, which URL parsers
/// resolve even when they are encoded; slashes in both directions, which servers and proxies decode before they
/// route; control characters.
pub(super) fn segment(text: &str) -> Result<String, &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if matches!(text, "." | "..") {
        return Err("it would change the route");
    }
    if text.contains(['/', '\\']) {
        return Err("it has a slash");
    }
    if text.chars().any(char::is_control) {
        return Err("it has a control character");
    }
    Ok(utf8_percent_encode(text, SEGMENT).to_string())
}

/// The same for servers that decode a segment twice: `%` is `%2525` on the wire.
pub(super) fn segment_twice(text: &str) -> Result<String, &'static str> {
    let once = segment(text)?;
    if once.contains('%') {
        Ok(utf8_percent_encode(&once, SEGMENT).to_string())
    } else {
        Ok(once)
    }
}

/// Why a text is not the path of a URL; nothing if it is one.
pub(super) fn wrong(path: &str) -> Option<&'static str> {
    let is_dots = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        matches!(plain.as_str(), "." | "..")
    };
    if !path.starts_with('/') {
        Some("does not begin with a slash")
    } else if path.contains(['?', '#']) {
        Some("has more than a path in it; the query is given by with_query")
    } else if path.contains('\\')
        || path.contains(char::is_whitespace)
        || path.chars().any(char::is_control)
    {
        Some("has characters that a URL cannot carry")
    } else if path.split('/').any(is_dots) {
        Some("would change the route")
    } else {
        None
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
    fn a_path_of_a_callers_own_stays_where_it_says() {
        for path in ["/", "/a/b", "/a%2Fb", "/a//b", "/.../x", "/50%25"] {
            assert_eq!(wrong(path), None, "{path}");
        }
        for path in [
            "",
            "a",
            "/a?b",
            "/a#b",
            "/a/../b",
            "/a/%2e%2E/b",
            "/.",
            "/a\\b",
            "/a\nb",
        ] {
            assert!(wrong(path).is_some(), "{path}");
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
