//! What ends a line, as `java.util.regex` has it.

use serde_json::json;

use crate::flowthings::mem;

/// All texts of up to four of these characters.
fn texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..4 {
        let to = texts.len();
        for at in from..to {
            let longer =
                ['a', 'b', '\n', '\r', '\u{85}', '\u{2028}'].map(|c| format!("{}{c}", texts[at]));
            texts.extend(longer);
        }
        from = to;
    }
    texts
}

/// In how many of the texts Java 17 and Java 25 find each expression.
#[test]
#[rustfmt::skip]
fn lines_end_where_they_do_in_java() {
    let texts = texts();
    assert_eq!(texts.len(), 1_555);
    for (pattern, flags, found) in [
        ("^a$", "", 6),
        ("^a$", "m", 501),
        ("a$", "", 438),
        ("a$", "m", 675),
        ("^a", "", 259),
        ("^a", "m", 675),
        ("^", "", 1555),
        ("$", "", 1555),
        ("$", "m", 1555),
        ("^$", "", 6),
        ("a|^b", "", 930),
        ("a|^b", "m", 1214),
        ("^a|b$", "", 625),
        ("^a|b$", "m", 1135),
        ("^(a|b)$", "", 12),
        ("^(a|b)$", "m", 898),
        ("(a|b$)", "", 1060),
        ("(a|b$)", "m", 1214),
        ("(?:a$|b)", "", 1060),
        ("(?:a$|b)", "m", 1214),
        ("(a|(b$))", "", 1060),
        ("(a|(b$))", "m", 1214),
        ("^a.$", "", 12),
        ("^a.$", "m", 146),
        ("^.a$", "", 12),
        ("^.a$", "m", 146),
        ("^[^a]$", "", 29),
        ("^[^a]$", "m", 1229),
        (r"a\r$", "", 65),
        (r"a\r$", "m", 82),
        (r"a\n$", "", 72),
        (r"a\n$", "m", 95),
        (r"\n$", "", 388),
        (r"\n$", "m", 598),
        (r"\r$", "", 352),
        (r"\r$", "m", 507),
        (r"^\n", "", 259),
        (r"^\n", "m", 507),
        (r"^\r", "", 259),
        (r"^\r", "m", 598),
        ("^a*", "", 1555),
        ("(?i)^A$", "", 6),
        ("(?i)^A$", "m", 501),
        (r"^\u2028a", "", 43),
        (r"^\u2028a", "m", 95),
        (r"^a\s$", "", 11),
        (r"^a\s$", "m", 135),
        (r"^a\s*$", "", 29),
        (r"^a\s*$", "m", 501),
        (r"^\s$", "", 11),
        (r"^\s$", "m", 656),
        ("b$|^a", "", 625),
        ("b$|^a", "m", 1135),
        (r"a$|\n^b", "", 438),
        ("(a$)", "", 438),
        ("(a$)", "m", 675),
        (r"^\W$", "", 23),
        (r"^\W$", "m", 998),
        (r"\ba$", "", 294),
        (r"\ba$", "m", 501),
        (r"^a\b", "", 173),
        (r"^a\b", "m", 501),
    ] {
        let filter = mem("t").re_with(pattern, flags);
        let takes = |text: &&String| filter.matches(&json!({"t": text})).unwrap();
        assert_eq!(texts.iter().filter(takes).count(), found, "{pattern} {flags}");
    }
}

/// What Java finds in texts that tell its ends of lines from those of others.
#[test]
fn an_end_of_a_line_is_looked_at_as_in_java() {
    for (pattern, flags, text, is_found) in [
        ("a$", "m", "a\r\nb", true),
        ("a$", "m", "a\u{85}b", true),
        ("a$", "m", "a\u{2029}b", true),
        ("a$", "", "a\u{2029}b", false),
        (r"\r$", "m", "\r\n", false),
        (r"\r$", "", "a\r\n", false),
        ("^b", "m", "a\rb", true),
        ("^b", "m", "a\u{2028}b", true),
        (r"^\n", "m", "a\r\n", false),
        ("^two$", "m", "one\r\ntwo\r\nthree", true),
    ] {
        let filter = mem("t").re_with(pattern, flags);
        let found = filter.matches(&json!({"t": text}));
        assert_eq!(found, Ok(is_found), "{pattern} {flags} {text:?}");
    }
}

#[test]
fn what_would_look_at_another_place_than_in_java_is_refused() {
    for (pattern, flags, construct) in [
        (r"a$\n", "", "$ that is not at the end"),
        ("(a$)?b", "", "$ that is not at the end"),
        (
            r"a$|\n^b",
            "m",
            "^ that is not at the beginning, with the flag m,",
        ),
        (
            "^*a",
            "m",
            "^ that is not at the beginning, with the flag m,",
        ),
        (
            "^a*",
            "m",
            "^ with the flag m in an expression that takes an empty text",
        ),
    ] {
        let filter = mem("t").re_with(pattern, flags);
        let error = filter.matches(&json!({})).unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("{construct} is not supported")),
            "{error}"
        );
    }
}
