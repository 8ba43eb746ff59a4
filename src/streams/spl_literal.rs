//! Texts as SPL writes them: in double quotes, with escapes.

use std::borrow::Cow;

use crate::value::utf16;

/// The text that a string literal stands for; `None` where the text is no literal: without its quotes, with a quote inside, cut inside
/// an escape.
///
/// As Streams reads them: either kind of quotes, `\u` with four hexadecimal digits (two of them for a pair of surrogates), and an
/// escape that is not known stands for its character.
pub(super) fn interpret(literal: &str) -> Option<Cow<'_, str>> {
    let quote = literal.chars().next().filter(|quote| is_quote(*quote))?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    if !inner.contains(['\\', quote]) {
        return Some(Cow::Borrowed(inner));
    }
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => text.push(escaped(&mut rest)?),
            character if character == quote => return None,
            character => text.push(character),
        }
    }
    Some(Cow::Owned(text))
}

/// The literal of a text, as Streams writes it: in ASCII.
pub(super) fn make(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '\\' | '"' => literal.extend(['\\', character]),
            '\0' => literal.push_str("\\0"),
            '\t' => literal.push_str("\\t"),
            '\r' => literal.push_str("\\r"),
            '\n' => literal.push_str("\\n"),
            '\u{7}' => literal.push_str("\\a"),
            '\u{8}' => literal.push_str("\\b"),
            '\u{c}' => literal.push_str("\\f"),
            '\u{b}' => literal.push_str("\\v"),
            ' '..='~' => literal.push(character),
            character => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    literal.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    literal.push('"');
    literal
}

/// Bytes of the literal that the text begins with, the quotes among them; `None` where none begins or it does not end.
pub(super) fn length(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|quote| is_quote(*quote))?;
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            character if character == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'')
}

/// The character of an escape, whose backslash is read.
fn escaped(rest: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        '0' => '\0',
        't' => '\t',
        'r' => '\r',
        'n' => '\n',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'u' => return utf16::character(rest),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As `makeRStringLiteral` of the product writes them.
    #[test]
    fn literals_are_written_in_ascii() {
        for (text, literal) in [
            ("", r#""""#),
            ("a/b", r#""a/b""#),
            ("a\"\\\n\0'", r#""a\"\\\n\0'""#),
            ("é\u{7f}", r#""\u00e9\u007f""#),
            ("🚰", r#""\ud83d\udeb0""#),
        ] {
            assert_eq!(make(text), literal);
            assert_eq!(interpret(literal).as_deref(), Some(text));
        }
    }

    #[test]
    fn other_spellings_are_read_too() {
        for (literal, text) in [
            (r#"'a"b'"#, "a\"b"),
            (r#""é""#, "é"),
            (r#""\q\'""#, "q'"),
            (r#""\u00E9""#, "é"),
        ] {
            assert_eq!(interpret(literal).as_deref(), Some(text), "{literal}");
        }
    }

    #[test]
    fn what_is_no_literal_has_no_text() {
        for text in [
            "",
            "\"",
            "a",
            "\"a",
            "a\"",
            "\"a'",
            r#""a"b""#,
            r#""a\""#,
            r#""\u00e""#,
            r#""\u+0e9""#,
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ud83d\u0041""#,
            r#""\udeb0""#,
            "\"\\u00é9\"",
        ] {
            assert_eq!(interpret(text), None, "{text}");
        }
    }

    #[test]
    fn a_literal_ends_at_its_own_quote() {
        assert_eq!(length(r#""a\"b">"#), Some(6));
        assert_eq!(length(r#""a'b"x""#), Some(5));
        assert_eq!(length(r#""a\""#), None);
        assert_eq!(length("a"), None);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            let literal = make(&text);
            prop_assert!(literal.is_ascii());
            prop_assert_eq!(length(&literal), Some(literal.len()));
            let read = interpret(&literal);
            prop_assert_eq!(read.as_deref(), Some(&*text));
        }

        #[test]
        fn no_text_panics(text in r#"["'\\u0-9a-fé🚰]{0,20}"#) {
            let _ = (interpret(&text), length(&text));
        }
    }
}
