//! What an aggregation computes from the drops of a group.

use std::{collections::HashSet, time::SystemTime};

use serde_json::{Number, Value};

use super::{
    effort::Effort,
    source::{Rules, Source},
    value::{key, order},
};

/// `$count`, or a function of a member or a rule: `$avg:temperature`.
pub(super) struct Selector {
    /// As it was asked for, which is the name of its value.
    pub(super) text: String,
    function: Function,
}

enum Function {
    Count,
    Of(Reduction, Source),
}

/// From values to one.
#[derive(Clone, Copy)]
enum Reduction {
    Sum,
    Avg,
    Min,
    Max,
    Unique,
    All,
}

impl Selector {
    pub(super) fn read(text: &str, rules: &Rules) -> Result<Self, String> {
        let (function, name) = match text.split_once(':') {
            Some((function, name)) => (function, Some(name)),
            None => (text, None),
        };
        let reduction = match function {
            "$count" if name.is_none() => None,
            "$count" => return Err(format!("{text}: $count is of the drops, not of a member")),
            "$sum" => Some(Reduction::Sum),
            "$avg" => Some(Reduction::Avg),
            "$min" => Some(Reduction::Min),
            "$max" => Some(Reduction::Max),
            "$unique" => Some(Reduction::Unique),
            "$all" => Some(Reduction::All),
            _ => return Err(format!("{text} is not a selector")),
        };
        let function = match (reduction, name) {
            (None, _) => Function::Count,
            (Some(reduction), Some(name)) => Function::Of(
                reduction,
                Source::named(name, rules).map_err(|reason| format!("{text}: {reason}"))?,
            ),
            (Some(_), None) => return Err(format!("{text} names no member")),
        };
        Ok(Self {
            text: text.to_owned(),
            function,
        })
    }

    /// The value of a group. Drops without the member count for `$count` alone, and values that are not numbers are left out of
    /// sums and averages.
    pub(super) fn value(&self, drops: &[&Value], now: SystemTime, effort: &Effort) -> Value {
        match &self.function {
            Function::Count => drops.len().into(),
            Function::Of(reduction, source) => {
                let values = drops.iter();
                let values = values.filter_map(|drop| source.value(drop, now, effort));
                reduction.of(values)
            }
        }
    }
}

impl Reduction {
    fn of(self, values: impl Iterator<Item = Value>) -> Value {
        match self {
            Self::Sum => Sum::of(values).total(),
            Self::Avg => Sum::of(values).average(),
            Self::Min => values.min_by(order).unwrap_or_default(),
            // The first of several equal ones, as the least is.
            Self::Max => {
                let values: Vec<Value> = values.collect();
                let greatest = values.into_iter().rev().max_by(order);
                greatest.unwrap_or_default()
            }
            Self::Unique => {
                let mut known = HashSet::new();
                values.filter(|value| known.insert(key(value))).collect()
            }
            Self::All => values.collect(),
        }
    }
}

/// Numbers that are added up.
#[derive(Default)]
struct Sum {
    count: usize,
    /// The whole ones.
    int: i128,
    /// The others, if there is one.
    float: Option<f64>,
}

impl Sum {
    fn of(values: impl Iterator<Item = Value>) -> Self {
        let mut sum = Self::default();
        for value in values {
            let Value::Number(number) = value else {
                continue;
            };
            sum.count += 1;
            let int = number.as_i64().map(i128::from);
            match int.or_else(|| number.as_u64().map(i128::from)) {
                Some(int) => sum.int = sum.int.saturating_add(int),
                None => *sum.float.get_or_insert(0.0) += number.as_f64().unwrap_or_default(),
            }
        }
        sum
    }

    /// 0 of no number.
    fn total(&self) -> Value {
        if let (None, Ok(int)) = (self.float, i64::try_from(self.int)) {
            return int.into();
        }
        Number::from_f64(self.as_f64()).map_or(Value::Null, Value::Number)
    }

    /// Null of no number.
    fn average(&self) -> Value {
        match self.count {
            0 => Value::Null,
            count => (self.as_f64() / count as f64).into(),
        }
    }

    fn as_f64(&self) -> f64 {
        self.int as f64 + self.float.unwrap_or_default()
    }
}
