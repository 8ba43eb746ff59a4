//! Values as Python writes and reads them.

use std::io;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// What stands before the name of a number that JSON has not, in a string that stands for it. No text of a node can have it: its
/// database takes none.
const BARE: char = '\0';

/// JSON with a blank after commas and colons, and numbers that JSON has not as they are.
pub(crate) fn json(value: &Value) -> Vec<u8> {
    let mut text = Vec::new();
    // Neither writing into memory nor a JSON value fails.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut text, Spaced));
    let mut text = String::from_utf8(text).unwrap_or_default();
    for name in ["NaN", "Infinity", "-Infinity"] {
        text = text.replace(&format!("\"\\u0000{name}\""), name);
    }
    text.into_bytes()
}

/// A float, for [`json`].
pub(crate) fn float(number: f64) -> Value {
    match number {
        f64::INFINITY => format!("{BARE}Infinity").into(),
        f64::NEG_INFINITY => format!("{BARE}-Infinity").into(),
        number if number.is_nan() => format!("{BARE}NaN").into(),
        number => number.into(),
    }
}

struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        to.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        to.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }
}

/// As `repr` writes it.
pub(crate) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => format!("'{}'", text.replace('\'', "\\'")),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("'{key}': {}", repr(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// An integer as Python's `int` reads it: blanks around it, underscores between digits.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let groups = digits.split('_');
    let plain = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    if !groups.clone().all(plain) {
        return None;
    }
    let number: i128 = groups.collect::<String>().parse().unwrap_or(i128::MAX);
    Some(if text.starts_with('-') {
        -number
    } else {
        number
    })
}
