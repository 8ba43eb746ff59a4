//! Filters: a list (or) of lists (and) of `[key, operation, value]`.

use serde_json::Value;

use super::error::Failure;
use super::python;
use crate::sandbox::joule::model::filter::{Condition, Filter, Test};

/// From the text of a query; one that is empty takes all.
pub(crate) fn parse(text: &str) -> Result<Filter, Failure> {
    if text.is_empty() {
        return Ok(Filter::default());
    }
    let refused = |why: &str| Failure::bad_request(format!("invalid filter string, {why}"));
    let value: Value = serde_json::from_str(text).map_err(|_| refused("must be valid JSON"))?;
    let Value::Array(groups) = value else {
        // Joule gives no reason here.
        return Err(Failure::bad_request(""));
    };
    let no_list = || refused("must be a list of lists");
    let group = |group: &Value| {
        let conditions = group.as_array().ok_or_else(no_list)?.iter();
        let parsed =
            conditions.map(|parts| condition(parts.as_array().ok_or_else(no_list)?, group));
        parsed.collect()
    };
    let groups: Vec<Vec<Condition>> = groups.iter().map(group).collect::<Result<_, _>>()?;
    if groups.iter().any(Vec::is_empty) {
        return Err(Failure::uncaught(
            "asyncpg.exceptions.PostgresSyntaxError: syntax error at or near \")\"",
        ));
    }
    Ok(Filter(groups))
}

fn condition(parts: &[Value], group: &Value) -> Result<Condition, Failure> {
    let refused = |why: &str| Failure::bad_request(format!("invalid filter string, {why}"));
    let [key, operation, value] = parts else {
        return Err(refused("boolean expression must have 3 elements"));
    };
    let text = || {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| refused("is/not/like/unlike operation must have a string value"))
    };
    let compare = |with| operand(value, group).map(|number| Test::Compare(with, number));
    let test = match operation.as_str() {
        Some("is") => Test::Is(text()?),
        Some("not") => Test::Not(text()?),
        Some("like") => Test::Like(text()?.chars().collect()),
        Some("unlike") => Test::Unlike(text()?.chars().collect()),
        Some("gt") => compare(f64::gt)?,
        Some("gte") => compare(f64::ge)?,
        Some("lt") => compare(f64::lt)?,
        Some("lte") => compare(f64::le)?,
        Some("eq") => compare(f64::eq)?,
        Some("neq") => compare(f64::ne)?,
        _ => return Err(refused("boolean expression must have a valid operation")),
    };
    let key = key.as_str().map(str::to_owned);
    let key =
        key.ok_or_else(|| refused("first element of boolean expression must be a string label"))?;
    Ok(Condition { key, test })
}

/// A number, or a text that is one.
fn operand(value: &Value, group: &Value) -> Result<f64, Failure> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(Failure::uncaught(
                "TypeError: float() argument must be a string or a real number",
            ));
        }
    };
    match number {
        Some(number) if number.is_finite() => Ok(number),
        // The database takes these words for names of columns.
        Some(number) => Err(Failure::uncaught(format!(
            "asyncpg.exceptions.UndefinedColumnError: column \"{number}\" does not exist"
        ))),
        None => Err(Failure::bad_request(format!(
            "invalid filter value, {} be numeric in filter clause {}",
            value.as_str().unwrap_or_default(),
            python::repr(group)
        ))),
    }
}
