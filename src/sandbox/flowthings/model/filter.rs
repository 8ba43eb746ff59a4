//! Filters that can be evaluated.

use std::time::SystemTime;

use serde_json::Value;

use super::effort::Effort;
use super::refusal::Refusal;
use super::search::Search;
use crate::flowthings::{self, FilterError};

/// How many steps of searching it takes to prepare for each character of a regular expression.
const PREPARING: u64 = 20;

/// A filter that can be evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    filter: flowthings::Filter,
    searches: Vec<Search>,
}

impl Filter {
    /// The filter of this text, or why there is none that the sandbox can evaluate: places by their ZIP codes are known to the platform
    /// alone, and so is some of Java's regular expressions.
    pub(crate) fn read(text: &str, effort: &Effort) -> Result<Self, Refusal> {
        let most = flowthings::Filter::LONGEST_READ;
        if text.len() > most {
            let why = format!("a filter of more than {most} bytes is not read");
            return Err(Refusal::NotCarried(why));
        }
        let filter = flowthings::Filter::parse(text).map_err(refusal)?;
        let searches = Search::all(text);
        let weights = searches.iter().map(|search| search.weight);
        let steps = weights.fold(0, u64::saturating_add);
        // Whether it can be evaluated does not depend on the object.
        let check = || filter.matches(&Value::Null).map_err(refusal);
        effort.spend(steps.saturating_mul(PREPARING), check)??;
        Ok(Self { filter, searches })
    }

    /// Whether it takes an object at this time.
    pub(crate) fn takes(
        &self,
        object: &Value,
        now: SystemTime,
        effort: &Effort,
    ) -> Result<bool, Refusal> {
        let steps = self.searches.iter().map(|search| search.steps(object));
        let steps = steps.fold(0, u64::saturating_add);
        effort.spend(steps, || {
            self.filter.matches_at(object, now).map_err(refusal)
        })?
    }
}

fn refusal(error: FilterError) -> Refusal {
    match error.needs_platform() {
        true => Refusal::NotCarried(error.to_string()),
        false => Refusal::Invalid(error.to_string()),
    }
}
