//! Things that the node numbers, as a table of its database does.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::Failure;
use super::request::integer;

/// Things by their number, which begins at 1 and is never given twice.
#[derive(Debug)]
pub(super) struct Records<T> {
    given: i64,
    all: BTreeMap<i64, T>,
}

impl<T> Default for Records<T> {
    fn default() -> Self {
        Self {
            given: 0,
            all: BTreeMap::new(),
        }
    }
}

impl<T> Records<T> {
    /// Takes in what is made of its number, and tells that number.
    pub(super) fn add(&mut self, make: impl FnOnce(i64) -> T) -> i64 {
        self.given += 1;
        self.all.insert(self.given, make(self.given));
        self.given
    }

    /// Spends a number on nothing.
    pub(super) fn skip(&mut self) {
        self.given += 1;
    }

    pub(super) fn get(&self, id: i64) -> Option<&T> {
        self.all.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: i64) -> Option<&mut T> {
        self.all.get_mut(&id)
    }

    pub(super) fn remove(&mut self, id: i64) -> Option<T> {
        self.all.remove(&id)
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.all.retain(|_, record| keep(record));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.values()
    }
}

/// A number as the database reads it in a query.
pub(super) fn parse_id(text: &str) -> Result<i64, Failure> {
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
pub(super) fn json_id(value: &Value) -> Result<i64, Failure> {
    match value {
        Value::Null => Ok(0),
        Value::String(text) => parse_id(text),
        other => parse_id(&other.to_string()),
    }
}
