//! Filters that can be evaluated.

use std::{str::FromStr, time::SystemTime};

use serde_json::Value;

use super::effort::Effort;
use super::refusal::Refusal;
use crate::flowthings::Filter as Expression;

/// How many steps of searching it takes to prepare for each character of a regular expression.
const PREPARING: u64 = 20;

/// A filter that can be evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Filter(Expression);

impl Filter {
    /// The filter of this text, or why there is none that the sandbox can evaluate: places by their ZIP codes are known to the platform
    /// alone, and so is some of Java's regular expressions.
    pub(crate) fn read(text: &str, effort: &Effort) -> Result<Self, Refusal> {
        let most = Expression::LONGEST_READ;
        if text.len() > most {
            let why = format!("a filter of more than {most} bytes is not read");
            return Err(Refusal::NotCarried(why));
        }
        let filter = Expression::parse(text).map_err(refusal)?;
        let steps = filter.weight();
        // Whether it can be evaluated does not depend on the object.
        let check = || filter.matches(&Value::Null).map_err(refusal);
        effort.spend(steps.saturating_mul(PREPARING), check)??;
        Ok(Self(filter))
    }

    /// Whether it takes an object at this time.
    pub(crate) fn takes(
        &self,
        object: &Value,
        now: SystemTime,
        effort: &Effort,
    ) -> Result<bool, Refusal> {
        let Self(filter) = self;
        effort.spend(filter.steps(object), || {
            filter.matches_at(object, now).map_err(refusal)
        })?
    }
}

fn refusal(error: <Expression as FromStr>::Err) -> Refusal {
    match error.needs_platform() {
        true => Refusal::NotCarried(error.to_string()),
        false => Refusal::Invalid(error.to_string()),
    }
}
