//! Numbers of things, as the database reads them.

use serde_json::Value;

use super::error::Failure;
use super::python::integer;

/// A number as the database reads it in a query.
pub(crate) fn parse_id(text: &str) -> Result<i64, Failure> {
    let number = integer(text).and_then(|number| i32::try_from(number).ok());
    let refused = || {
        Failure::uncaught(format!(
            "sqlalchemy.exc.DataError: (psycopg2.errors.InvalidTextRepresentation) \
             invalid input syntax for type integer: \"{text}\""
        ))
    };
    number.map(i64::from).ok_or_else(refused)
}

/// A number as the database reads it in a JSON body; `null` names nothing.
pub(crate) fn json_id(value: &Value) -> Result<i64, Failure> {
    match value {
        Value::Null => Ok(0),
        Value::String(text) => parse_id(text),
        other => parse_id(&other.to_string()),
    }
}
