//! Where the values of an aggregation come from.

use std::{collections::BTreeMap, time::SystemTime};

use serde_json::Value;

use super::effort::Effort;
use super::filter::Filter;
use crate::flowthings::{Member, mem};

/// The rules of an aggregation, by name.
pub(super) type Rules = BTreeMap<String, Filter>;

/// What a name stands for.
pub(super) enum Source {
    /// 1 for a drop that passes, 0 for any other.
    Rule(Filter),
    /// The value of the drop itself.
    Member(Member),
}

impl Source {
    /// A rule comes before a member of its name.
    pub(super) fn named(name: &str, rules: &Rules) -> Result<Self, String> {
        if let Some(rule) = rules.get(name) {
            return Ok(Self::Rule(rule.clone()));
        }
        let member = mem(name);
        match member.value(&Value::Null) {
            Ok(_) => Ok(Self::Member(member)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The value of a drop, if it has one.
    pub(super) fn value(&self, drop: &Value, now: SystemTime, effort: &Effort) -> Option<Value> {
        match self {
            Self::Rule(rule) => Some(u8::from(rule.takes(drop, now, effort).ok()?).into()),
            Self::Member(member) => member.value(drop).ok()?.cloned(),
        }
    }
}
