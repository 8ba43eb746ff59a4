//! Filters that can be evaluated.

use serde_json::Value;

use crate::flowthings::Filter;

/// The filter of this text, or why there is none that the sandbox can evaluate.
pub(crate) fn read(text: &str) -> Result<Filter, String> {
    let filter = Filter::parse(text).and_then(|filter| {
        // Whether it can be evaluated does not depend on the object.
        filter.matches(&Value::Null)?;
        Ok(filter)
    });
    filter.map_err(|error| error.to_string())
}
