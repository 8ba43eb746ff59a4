//! Reading JSON: values that nest deeply, and the place of what does not fit.

use std::fmt::Write as _;

use serde::de::{DeserializeOwned, Error as _};

/// A flame graph of Flink's has some two hundred levels; a thousand leave room, and are no danger to any stack.
const DEEPEST: usize = 1_000;
/// Bytes of stack that a level of an answer takes at most.
const LEVEL: usize = 32 << 10;

/// The numbers that a server writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// Those of JSON.
    Json,
    /// `NaN`, `Infinity` and `-Infinity` as well, as Python writes them. They are read as the strings of these names.
    Bare,
}

/// Why there is no value.
#[derive(Debug)]
pub(crate) struct Undecoded {
    pub(crate) source: serde_json::Error,
    /// Where in the text, as `jobs[0].id`; empty for the text as a whole.
    pub(crate) place: String,
}

impl Undecoded {
    pub(crate) fn new(bytes: &[u8], source: serde_json::Error) -> Self {
        let place = match source.is_data() {
            true => place(bytes, &source),
            false => String::new(),
        };
        Self { source, place }
    }

    /// What is wrong, without the line and the column.
    pub(crate) fn reason(&self) -> String {
        let (line, column) = (self.source.line(), self.source.column());
        let text = self.source.to_string();
        match text.strip_suffix(&format!(" at line {line} column {column}")) {
            Some(reason) => reason.to_owned(),
            None => text,
        }
    }
}

/// The value that the text says.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8], numbers: Numbers) -> Result<T, Undecoded> {
    let mut value = None;
    read(bytes, numbers, &mut |json| {
        value = Some(T::deserialize(json)?);
        Ok(())
    })?;
    value.ok_or_else(|| Undecoded::new(bytes, serde_json::Error::custom("there is no value")))
}

type Json<'a> = serde_json::Deserializer<serde_json::de::StrRead<'a>>;
type Reader<'r> = &'r mut dyn FnMut(&mut Json<'_>) -> serde_json::Result<()>;

/// Reads the whole text, again where it is deeper than serde_json goes or has numbers that JSON lacks. All that does not depend on
/// the type is here, where it is compiled once.
///
/// The text is looked through for bytes that are no UTF-8 before it is read: at once that costs less than string by string.
pub(crate) fn read(bytes: &[u8], numbers: Numbers, reader: Reader<'_>) -> Result<(), Undecoded> {
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|error| Undecoded::new(bytes, serde_json::Error::custom(error)))?;
    let error = match shallow(text, reader) {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    if error.is_syntax() && numbers == Numbers::Bare {
        let quoted = quoted(bytes);
        if quoted != bytes {
            return read(&quoted, Numbers::Json, reader);
        }
    }
    if !is_too_deep(bytes, &error) {
        return Err(Undecoded::new(bytes, error));
    }
    let deep = stacker::maybe_grow(DEEPEST * LEVEL, DEEPEST * LEVEL, || {
        let mut json = serde_json::Deserializer::from_str(text);
        json.disable_recursion_limit();
        reader(&mut json)?;
        json.end()
    });
    deep.map_err(|error| Undecoded::new(bytes, error))
}

fn shallow(text: &str, reader: Reader<'_>) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    reader(&mut json)?;
    json.end()
}

/// Whether it failed for its depth alone, and a longer stack would do.
fn is_too_deep(bytes: &[u8], error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded") && depth(bytes) <= DEEPEST
}

/// The text with the numbers that JSON lacks as strings.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(bytes.len() + 64);
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        let bare = ["NaN", "Infinity", "-Infinity"]
            .iter()
            .find(|name| rest.starts_with(name.as_bytes()));
        if let Some(name) = bare {
            whole.push(b'"');
            whole.extend_from_slice(name.as_bytes());
            whole.push(b'"');
            rest = rest.get(name.len()..).unwrap_or_default();
            continue;
        }
        whole.push(*byte);
        rest = after;
        if *byte == b'"' {
            let (_, next) = string(rest);
            let end = rest.len() - next.len();
            whole.extend_from_slice(rest.get(..end).unwrap_or_default());
            rest = next;
        }
    }
    whole
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
    // Levels below those that are told.
    let mut below = 0_usize;
    let mut rest = bytes.get(..end).unwrap_or(bytes).trim_ascii_end();
    // What an item's own reader says of it is told when the comma after it has been read.
    rest = rest.strip_suffix(b",").unwrap_or(rest);
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'{' | b'[' if way.len() == DEEPEST => below += 1,
            b'}' | b']' if below > 0 => below -= 1,
            b',' if below > 0 => {}
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
                match way.last_mut() {
                    Some(Step::Member(name @ None)) if below == 0 => *name = Some(text),
                    _ => {}
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
pub(super) fn string(bytes: &[u8]) -> (&[u8], &[u8]) {
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

/// Whether there are at most so many values in these texts, counting items and members.
pub(crate) fn has_at_most(texts: &[impl AsRef<[u8]>], limit: usize) -> bool {
    let texts = || texts.iter().map(AsRef::as_ref);
    // Each value but the first of a text follows a comma or a bracket, and there may seem to be more with those in strings.
    let bytes = || texts().map(|text: &[u8]| text.len().saturating_add(1));
    bytes().fold(0, usize::saturating_add) <= limit
        || texts().map(most_values).sum::<usize>() <= limit
        || texts().map(values).sum::<usize>() <= limit
}

/// How many values there seem to be at a glance.
fn most_values(bytes: &[u8]) -> usize {
    let begins = |byte: &u8| u8::from(matches!(byte, b',' | b'[' | b'{'));
    // What one byte can count, the compiler counts many bytes at a time.
    let pieces = bytes.chunks(usize::from(u8::MAX));
    let counts = pieces.map(|piece| usize::from(piece.iter().map(begins).sum::<u8>()));
    1 + counts.sum::<usize>()
}

fn values(bytes: &[u8]) -> usize {
    let (mut count, mut rest) = (1, bytes);
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'"' => (_, rest) = string(rest),
            b',' => count += 1,
            b'[' | b'{' => {
                rest = rest.trim_ascii_start();
                // In an empty list or object nothing begins.
                count += usize::from(!matches!(rest, [b']' | b'}', ..]));
            }
            _ => {}
        }
    }
    count
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
            let error = decode::<Node>(text.as_bytes(), Numbers::Json).unwrap_err();
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
    fn values_are_counted_and_commas_in_texts_are_not() {
        for (text, count) in [
            ("1", 1),
            ("[1, 2, 3]", 4),
            ("[[], {}, [ {} ], { }]", 6),
            (r#"{"a": [1, 2], "b": {"c": "[,,,{", "d": ",\\\","}}"#, 7),
        ] {
            assert!(has_at_most(&[text], count), "{text}");
            assert!(!has_at_most(&[text], count - 1), "{text}");
            assert!(has_at_most(&[text, "[1]", text], 2 * count + 2), "{text}");
            assert!(!has_at_most(&[text, "[1]", text], 2 * count + 1), "{text}");
        }
    }

    #[test]
    fn what_is_no_utf8_is_refused_wherever_it_stands() {
        for text in [
            &b"{\"\xff\": 1}"[..],
            b"[\"\xc3\"]",
            b"[1]\xa0",
            b"\xef\xbb[]",
        ] {
            let read = decode::<serde::de::IgnoredAny>(text, Numbers::Json);
            assert!(read.is_err(), "{text:?}");
        }
        let read = decode::<String>("\"\u{1f30a}é\"".as_bytes(), Numbers::Json);
        assert_eq!(read.unwrap(), "\u{1f30a}é");
    }

    #[test]
    fn the_way_to_a_place_is_no_longer_than_its_levels() {
        let deep = format!(r#"{{"x": {}, "id": "y"}}"#, nested(5 * DEEPEST));
        let error = decode::<Id>(deep.as_bytes(), Numbers::Json).unwrap_err();
        assert_eq!(error.place, "id");
        let open = format!(r#"{{"x": {}"a": 1"#, r#"{"b,": ["#.repeat(2 * DEEPEST));
        let error = serde_json::from_str::<Id>(&open).unwrap_err();
        assert!(place(open.as_bytes(), &error).len() < 8 * DEEPEST);
    }

    #[derive(Debug, serde::Deserialize)]
    struct Id {
        #[serde(rename = "id")]
        _id: u8,
    }

    #[test]
    fn numbers_that_json_lacks_are_read_where_servers_write_them() {
        let text = r#"{"NaN": [NaN, -Infinity, "a \" NaN"], "b": Infinity}"#;
        let value: serde_json::Value = decode(text.as_bytes(), Numbers::Bare).unwrap();
        let expected =
            serde_json::json!({"NaN": ["NaN", "-Infinity", "a \" NaN"], "b": "Infinity"});
        assert_eq!(value, expected);
        let doubles: Vec<crate::Double> = decode(b"[1, Infinity]", Numbers::Bare).unwrap();
        assert_eq!(doubles, [1.0.into(), f64::INFINITY.into()]);
        for wrong in ["[NaN]", "[Infinity, -Infinity]"] {
            let read = decode::<serde_json::Value>(wrong.as_bytes(), Numbers::Json);
            assert!(read.is_err(), "{wrong}");
        }
        for wrong in ["[nan]", "[Infinit]", "[+Infinity]", "[NaN", "[NaN1]"] {
            let read = decode::<serde_json::Value>(wrong.as_bytes(), Numbers::Bare);
            assert!(read.is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_deep_decodes_and_what_is_bottomless_does_not() {
        let read = |text: &str| decode::<serde_json::Value>(text.as_bytes(), Numbers::Json).ok();
        assert_eq!(read(&nested(DEEPEST)).unwrap().to_string(), nested(DEEPEST));
        assert!(read(&nested(DEEPEST + 1)).is_none());
        assert!(read(&(nested(200) + " trailing")).is_none());
        assert!(read("{").is_none());
    }
}
