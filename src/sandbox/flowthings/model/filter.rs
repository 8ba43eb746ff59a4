//! Filters that can be evaluated.

use serde_json::Value;

use super::refusal::Refusal;
use crate::flowthings::Filter;

/// The filter of this text, or why there is none that the sandbox can evaluate: places by their ZIP codes are known to the platform alone,
/// and so is some of Java's regular expressions.
pub(crate) fn read(text: &str) -> Result<Filter, Refusal> {
    let most = Filter::LONGEST_READ;
    if text.len() > most {
        let why = format!("a filter of more than {most} bytes is not read");
        return Err(Refusal::NotCarried(why));
    }
    let filter = Filter::parse(text).and_then(|filter| {
        // Whether it can be evaluated does not depend on the object.
        filter.matches(&Value::Null)?;
        Ok(filter)
    });
    filter.map_err(|error| match error.needs_platform() {
        true => Refusal::NotCarried(error.to_string()),
        false => Refusal::Invalid(error.to_string()),
    })
}
