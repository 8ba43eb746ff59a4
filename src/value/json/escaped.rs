//! What a JSON string says.

use memchr::memchr;

use crate::value::utf16;

/// Appends what stands between the quotes of a JSON string, with its escapes undone; nothing where an escape is none. serde_json does
/// so in a buffer of its own, which each reader begins anew.
pub(crate) fn unescape(mut rest: &str, text: &mut String) -> Option<()> {
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at_checked(at)?;
        text.push_str(before);
        let mut escape = escape.strip_prefix('\\')?.chars();
        text.push(match escape.next()? {
            itself @ ('"' | '\\' | '/') => itself,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => utf16::character(&mut escape)?,
            _ => return None,
        });
        rest = escape.as_str();
    }
    text.push_str(rest);
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(json: &str) -> Option<String> {
        let mut text = String::new();
        unescape(json.strip_prefix('"')?.strip_suffix('"')?, &mut text)?;
        Some(text)
    }

    #[test]
    fn escapes_are_undone_and_wrong_ones_are_none() {
        for (json, text) in [
            (r#""""#, ""),
            (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r#""a\u00e9\uD83D\uDE00z""#, "a\u{e9}\u{1F600}z"),
        ] {
            assert_eq!(said(json).as_deref(), Some(text), "{json}");
        }
        for json in [
            r#""\x""#,
            r#""\u12""#,
            r#""\u+123""#,
            r#""\uD83D""#,
            r#""\uDE00\uD83D""#,
            r#""\uD83D\n""#,
            r#""\uD83D\u0041""#,
        ] {
            assert_eq!(said(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn a_string_says_what_serde_json_reads(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(said(&json), Some(text));
        }

        #[test]
        fn what_serde_json_does_not_read_says_nothing(inside in r#"(\\["\\/bfnrtux]|\\u[dD][89abcCdDeEfF][0-9a-f]{2}|[a-f0-9+ é]|\\u[0-9a-fA-F]{3,4}){0,6}"#) {
            let json = format!("\"{inside}\"");
            prop_assert_eq!(said(&json), serde_json::from_str(&json).ok());
        }
    }
}
