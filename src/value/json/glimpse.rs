//! What is found in a text without reading it.

use memchr::memmem;

use super::decode::string;

/// What a look at the text of an object tells of one of its members.
///
/// It holds where the text is JSON; whoever reads the text is told whether it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Glimpse<'a> {
    /// The object has no such member.
    Missing,
    /// It has it once, and its value begins here.
    At(&'a [u8]),
    /// Only reading the object tells.
    Unclear,
}

impl<'a> Glimpse<'a> {
    /// Looks for a member whose name is of ASCII letters. The text may be long, and its bytes are compared many at a time.
    pub(crate) fn of(text: &'a [u8], name: &str) -> Self {
        let quoted = format!("\"{name}\"");
        let mut found = memmem::find_iter(text, &quoted);
        let at = found.next();
        // A letter can be written as its code.
        if found.next().is_some() || memmem::find(text, br"\u00").is_some() {
            return Self::Unclear;
        }
        let Some((before, rest)) = at.and_then(|at| text.split_at_checked(at)) else {
            return Self::Missing;
        };
        let after = rest.get(quoted.len()..).unwrap_or_default();
        // Otherwise it is the end of a string, or a string that is no name.
        let value = match before.last() {
            Some(b'\\') => None,
            _ => after.trim_ascii_start().strip_prefix(b":"),
        };
        let Some(value) = value else {
            return Self::Unclear;
        };
        let level = match before.len() < after.len() {
            true => opened(before),
            false => -opened(after),
        };
        match level {
            1 => Self::At(value),
            _ => Self::Missing,
        }
    }
}

/// What stands behind these tokens, if the text begins with them, whatever white space is between them.
#[inline]
pub(crate) fn behind<'t, const N: usize>(mut text: &'t str, tokens: [&str; N]) -> Option<&'t str> {
    for token in tokens {
        // Mostly there is nothing to trim.
        if !text.starts_with(token) {
            text = text.trim_ascii_start();
        }
        text = text.strip_prefix(token)?;
    }
    Some(text)
}

/// How many more arrays and objects begin than end. The text begins outside of strings.
fn opened(text: &[u8]) -> i64 {
    let (mut level, mut rest) = (0, text);
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'"' => (_, rest) = string(rest),
            b'[' | b'{' => level += 1,
            b']' | b'}' => level -= 1,
            _ => {}
        }
    }
    level
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn value(text: &str) -> Option<Value> {
        match Glimpse::of(text.as_bytes(), "next") {
            Glimpse::At(rest) => {
                let mut values = serde_json::Deserializer::from_slice(rest).into_iter();
                Some(values.next().unwrap().unwrap())
            }
            Glimpse::Missing => None,
            Glimpse::Unclear => panic!("{text} has to be read"),
        }
    }

    #[test]
    fn a_member_is_found_before_and_after_a_long_list() {
        let list = vec![json!({"a": "}]\\\"{[", "b": [[]]}); 50];
        let list = Value::from(list);
        for text in [
            format!(r#" {{ "next" : "u" , "list": {list}}}"#),
            format!(r#"{{"list": {list}, "next":"u"}} "#),
        ] {
            assert_eq!(value(&text), Some("u".into()), "{text}");
        }
        assert_eq!(value(r#"{"next":null,"list":[]}"#), Some(Value::Null));
        assert_eq!(value(&format!(r#"{{"list": {list}}}"#)), None);
    }

    #[test]
    fn members_of_members_are_others() {
        assert_eq!(value(r#"{"list": [{"next": "u"}]}"#), None);
        assert_eq!(value(r#"{"head": {"next": "u"}, "list": [1, 2, 3]}"#), None);
    }

    #[test]
    fn what_may_be_something_else_has_to_be_read() {
        for text in [
            r#"{"n\u0065xt": "u"}"#,
            r#"{"next": "u", "next": "v"}"#,
            r#"{"list": ["next"]}"#,
            r#"{"list": "\"next"}"#,
            r#"{"list": "a \"next": "u"}"#,
            r#"{"next"}"#,
            r#"{"next"#,
        ] {
            let glimpse = Glimpse::of(text.as_bytes(), "next");
            let is_found = matches!(glimpse, Glimpse::At(_));
            assert!(!is_found, "{text}");
            let is_cut = !text.ends_with('}');
            assert!(is_cut || glimpse == Glimpse::Unclear, "{text}");
        }
    }

    fn tree() -> impl Strategy<Value = Value> {
        let text = r#"(next|[\[\]{}":,\\ nu\n]{0,4}|"next"|ü)"#;
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            text.prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((text, inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_told_is_what_reading_tells(list in tree(), next in prop::option::of(tree()), indent: bool) {
            let mut object = serde_json::Map::new();
            object.insert("list".to_owned(), list);
            object.extend(next.map(|next| ("next".to_owned(), next)));
            let text = match indent {
                true => serde_json::to_string_pretty(&object).unwrap(),
                false => serde_json::to_string(&object).unwrap(),
            };
            match Glimpse::of(text.as_bytes(), "next") {
                Glimpse::At(rest) => {
                    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
                    let value = values.next().unwrap().unwrap();
                    prop_assert_eq!(Some(&value), object.get("next"));
                }
                Glimpse::Missing => prop_assert_eq!(object.get("next"), None),
                Glimpse::Unclear => {}
            }
        }
    }
}
