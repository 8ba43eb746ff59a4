//! What the drops of a group have in common.

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::effort::Effort;
use super::source::{Rules, Source};
use crate::sandbox::clock::calendar;

/// The parts of a date, from the coarsest to the finest.
const PARTS: [&str; 6] = ["$year", "$month", "$day", "$hour", "$minute", "$second"];
/// The date of a drop, unless another one is named.
const DATE: &str = "creationDate";

/// A member, a rule, or a part of a date with the coarser ones: `$hour`, `$month:lastEditDate`.
pub(super) enum GroupKey {
    Value {
        name: String,
        source: Source,
    },
    Date {
        /// The names of the parts, the coarsest first.
        names: Vec<String>,
        source: Source,
    },
}

impl GroupKey {
    pub(super) fn read(text: &str, rules: &Rules) -> Result<Self, String> {
        let source =
            |name| Source::named(name, rules).map_err(|reason| format!("{text}: {reason}"));
        if !text.starts_with('$') {
            return Ok(Self::Value {
                name: text.to_owned(),
                source: source(text)?,
            });
        }
        let (part, date) = match text.split_once(':') {
            Some((part, date)) => (part, Some(date)),
            None => (text, None),
        };
        let Some(finest) = PARTS.iter().position(|name| *name == part) else {
            return Err(format!("{text} is not a part of a date"));
        };
        let named = |part: &&str| match date {
            Some(date) => format!("{part}:{date}"),
            None => (*part).to_owned(),
        };
        Ok(Self::Date {
            names: PARTS.iter().take(finest + 1).map(named).collect(),
            source: source(date.unwrap_or(DATE))?,
        })
    }

    /// The members that it makes in the `id` of a row.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::Value { name, .. } => std::slice::from_ref(name),
            Self::Date { names, .. } => names,
        }
    }

    /// Writes the members of a drop: null where it has no value, or no date.
    pub(super) fn write(
        &self,
        drop: &Value,
        now: SystemTime,
        effort: &Effort,
        id: &mut Map<String, Value>,
    ) {
        let value = |source: &Source| source.value(drop, now, effort);
        match self {
            Self::Value { name, source } => {
                id.insert(name.clone(), value(source).unwrap_or_default());
            }
            Self::Date { names, source } => {
                let ms = value(source).and_then(|date| date.as_i64());
                let mut parts = ms.map(calendar).into_iter().flatten();
                for name in names {
                    id.insert(name.clone(), parts.next().into());
                }
            }
        }
    }
}
