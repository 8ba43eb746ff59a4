//! Reading JSON: values that nest deeply, and the place of what does not fit.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;

/// A flame graph of Flink's has some two hundred levels; a thousand leave room, and are no danger to any stack.
const DEEPEST: usize = 1_000;
/// Bytes of stack that a level of an answer takes at most.
const LEVEL: usize = 32 << 10;

/// Why there is no value.
#[derive(Debug)]
pub(super) struct Undecoded {
    pub(super) source: serde_json::Error,
    /// Where in the text, as `jobs[0].id`; empty for the text as a whole.
    pub(super) place: String,
}

/// The value that the text says.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecoded> {
    let source = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) if is_too_deep(bytes, &error) => match deep(bytes) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        },
        Err(error) => error,
    };
    let place = match source.is_data() {
        true => place(bytes, &source),
        false => String::new(),
    };
    Err(Undecoded { source, place })
}

/// Whether it failed for its depth alone, and a longer stack would do.
fn is_too_deep(bytes: &[u8], error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded") && depth(bytes) <= DEEPEST
}

fn deep<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    json.disable_recursion_limit();
    stacker::maybe_grow(DEEPEST * LEVEL, DEEPEST * LEVEL, || {
        let value = T::deserialize(&mut json)?;
        json.end()?;
        Ok(value)
    })
}

/// What stands at the byte where the reading ended, as `jobs[0].id`; nothing for the text as a whole.
///
/// The text is looked through once more instead of decoded by a reader that remembers its way: that one would be compiled for
/// each type a second time.
fn place(bytes: &[u8], error: &serde_json::Error) -> String {
    let line = error.line().saturating_sub(1);
    let before = bytes.split_inclusive(|byte| *byte == b'\n').take(line);
    let end = before.map(<[u8]>::len).sum::<usize>() + error.column();
    let mut way = Vec::new();
    let mut rest = bytes.get(..end).unwrap_or(bytes);
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'{' => way.push(Step::Member(None)),
            b'[' => way.push(Step::Item(0)),
            b'}' | b']' => drop(way.pop()),
            b',' => match way.last_mut() {
                Some(Step::Member(name)) => *name = None,
                Some(Step::Item(index)) => *index += 1,
                None => {}
            },
            b'"' => {
                let text;
                (text, rest) = string(rest);
                if let Some(Step::Member(name @ None)) = way.last_mut() {
                    *name = Some(text);
                }
            }
            _ => {}
        }
    }
    let mut place = String::new();
    for step in &way {
        match step {
            Step::Item(index) => {
                let _ = write!(place, "[{index}]");
            }
            Step::Member(Some(name)) => {
                let dot = if place.is_empty() { "" } else { "." };
                let _ = write!(place, "{dot}{}", String::from_utf8_lossy(name));
            }
            Step::Member(None) => {}
        }
    }
    place
}

/// Where in an object or a list.
enum Step<'a> {
    /// The member that was read last, as it is written.
    Member(Option<&'a [u8]>),
    Item(usize),
}

/// A string after its first quote, and what follows its last one.
fn string(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let end = bytes.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    let (text, rest) = bytes
        .split_at_checked(end.unwrap_or(bytes.len()))
        .unwrap_or_default();
    (text, rest.get(1..).unwrap_or_default())
}

/// How many arrays and objects stand inside each other at most; brackets in strings do not count.
fn depth(bytes: &[u8]) -> usize {
    let (mut level, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                level += 1;
                deepest = deepest.max(level);
            }
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> String {
        "[".repeat(levels) + &"]".repeat(levels)
    }

    #[test]
    fn depth_counts_levels_and_not_brackets_in_strings() {
        assert_eq!(depth(br#"{"a": [1, "[[[\"[[", {"b": {}}]}"#), 4);
        assert_eq!(depth(b"1"), 0);
    }

    /// The places are those that the crate `serde_path_to_error` finds, which decodes everything a second time.
    #[test]
    fn the_place_of_what_does_not_fit_is_told() {
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only the failure matters")]
        struct Node {
            id: u8,
            #[serde(default)]
            name: Option<String>,
            #[serde(default)]
            children: Vec<Node>,
            #[serde(default)]
            named: std::collections::BTreeMap<String, Node>,
        }

        for (text, expected) in [
            (r#"{"id": "x"}"#, "id"),
            (r#"{"id": 1, "name": ["a"]}"#, "name"),
            (r#"{"id": 1, "name": {"a": "b"}}"#, "name"),
            (
                r#"{"id": 1, "children": [{"id": 2}, {"id": 300}]}"#,
                "children[1].id",
            ),
            (
                "{\"id\": 1,\n \"children\": [\n{\"id\": 2},\n {\"name\": \"n\"}]}",
                "children[1]",
            ),
            (
                r#"{"id": 1, "children": [{"id": 2, "children": [true]}]}"#,
                "children[0].children[0]",
            ),
            (
                r#"{"id": 1, "name": "a \\\" } ] , [", "children": 7}"#,
                "children",
            ),
            (
                r#"{"id": 1, "named": {"a": {"id": 1}, "b c": {"id": null}}}"#,
                "named.b c.id",
            ),
            (r#"{"name": "x"}"#, ""),
            ("[]", ""),
            ("7", ""),
        ] {
            let error = decode::<Node>(text.as_bytes()).unwrap_err();
            assert_eq!(error.place, expected, "{text}");
            let mut json = serde_json::Deserializer::from_str(text);
            let told = serde_path_to_error::deserialize::<_, Node>(&mut json).unwrap_err();
            let told = match told.path().iter().next() {
                Some(_) => told.path().to_string(),
                None => String::new(),
            };
            assert_eq!(error.place, told, "{text}");
        }
    }

    #[test]
    fn what_is_deep_decodes_and_what_is_bottomless_does_not() {
        let read = |text: &str| decode::<serde_json::Value>(text.as_bytes()).ok();
        assert_eq!(read(&nested(DEEPEST)).unwrap().to_string(), nested(DEEPEST));
        assert!(read(&nested(DEEPEST + 1)).is_none());
        assert!(read(&(nested(200) + " trailing")).is_none());
        assert!(read("{").is_none());
    }
}
