//! Places on Earth, as drops have them.

use serde_json::Value;

use super::refusal::Refusal;

/// Where a place has its ZIP code: the last one as the official client for Java writes it.
const ZIP: [&str; 3] = ["$zip", "specifiers.$zip", "specifiers.zip"];

/// Why a value is not a place that a drop can have, if it is not.
pub(super) fn check(location: &Value) -> Result<(), Refusal> {
    if !location.is_object() {
        return Err("location is not an object".into());
    }
    for name in ["lat", "lon", "$latitude", "$longitude"] {
        let value = location.get(name).filter(|value| !value.is_null());
        if value.is_some_and(|value| !value.is_number()) {
            return Err(format!("location.{name} is not a number").into());
        }
    }
    let has = |name: &str| location.get(name).is_some_and(Value::is_number);
    if (has("lat") || has("$latitude")) && (has("lon") || has("$longitude")) {
        return Ok(());
    }
    let is_there = |name: &&str| {
        let mut names = name.split('.');
        let value = names.try_fold(location, |value, name| value.get(name));
        value.is_some_and(|value| !value.is_null())
    };
    match ZIP.into_iter().find(is_there) {
        Some(name) => Err(Refusal::NotCarried(format!(
            "location.{name}: only the platform knows where that is"
        ))),
        None => Ok(()),
    }
}
