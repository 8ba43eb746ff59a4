//! Settings of a job by their names, and what is wrong with them.

use serde_json::{Map, Value};

use super::error::Failure;

pub(super) fn array<'a>(
    config: &'a Map<String, Value>,
    name: &str,
) -> Result<&'a [Value], Failure> {
    match config.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(Failure::bad_body(&format!("{name} is not an array"))),
    }
}

pub(super) fn object<'a>(
    config: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a Map<String, Value>>, Failure> {
    match config.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(members)) => Ok(Some(members)),
        Some(_) => Err(Failure::bad_body(&format!("{name} is not an object"))),
    }
}

pub(super) fn text(config: &Map<String, Value>, name: &str) -> Result<Option<String>, Failure> {
    match config.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Failure::bad_body(&format!("{name} is not a string"))),
    }
}

/// A text that is one of these.
pub(super) fn word(
    config: &Map<String, Value>,
    name: &str,
    known: &[&'static str],
) -> Result<Option<&'static str>, Failure> {
    let Some(text) = text(config, name)? else {
        return Ok(None);
    };
    match known.iter().find(|known| **known == text) {
        Some(known) => Ok(Some(known)),
        None => {
            let why = format!("{name} is none of {}", known.join(", "));
            Err(Failure::bad_body(&why))
        }
    }
}

/// A whole number, which may be a text.
pub(super) fn count(value: &Value) -> Option<usize> {
    let number = match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    usize::try_from(number?).ok()
}
