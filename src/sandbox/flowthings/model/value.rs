//! Values of JSON: their members, and how they are beside each other.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A member that is a text; nothing where it is none.
pub(crate) fn text<'o>(object: &'o Value, member: &str) -> &'o str {
    object
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// By type first (null, false and true, numbers, texts, the others), then by value. Lists and objects have no order.
pub(super) fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => numbers(left, right),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (left, right) => rank(left).cmp(&rank(right)),
    }
}

/// The same text for values that are one: numbers count by their value, so that 1 is 1.0.
pub(super) fn key(value: &Value) -> String {
    plain(value).to_string()
}

/// With whole numbers written as such.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), plain(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// A double that is a whole number.
fn whole(number: &Number) -> Option<i64> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    // The first double that is too large: 2 to the power of 63.
    let is_whole = float.fract() == 0.0 && float.abs() < 9_223_372_036_854_775_808.0;
    is_whole.then_some(float as i64)
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) | Value::Object(_) => 4,
    }
}

fn numbers(left: &Number, right: &Number) -> Ordering {
    let exact = |number: &Number| {
        let int = number.as_i64().map(i128::from);
        let int = int.or_else(|| number.as_u64().map(i128::from));
        // Where it is equal to a whole number as a double, it is one itself.
        int.unwrap_or_else(|| number.as_f64().unwrap_or_default() as i128)
    };
    let order = left.as_f64().partial_cmp(&right.as_f64());
    let order = order.unwrap_or(Ordering::Equal);
    order.then_with(|| exact(left).cmp(&exact(right)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_have_one_order_however_they_are_written() {
        let first = 9_007_199_254_740_992_u64;
        let mut values: Vec<Value> = (0..40)
            .flat_map(|step| [json!(first + step % 5), json!((first + step % 7) as f64)])
            .collect();
        values.sort_by(order);
        for pair in values.windows(2) {
            assert!(pair[0].as_f64() <= pair[1].as_f64(), "{values:?}");
            if let (Some(left), Some(right)) = (pair[0].as_u64(), pair[1].as_u64()) {
                assert!(left <= right, "{values:?}");
            }
        }
        assert_eq!(
            order(&json!(first + 1), &json!(first as f64)),
            Ordering::Greater
        );
        assert_eq!(order(&json!(1), &json!(1.0)), Ordering::Equal);
        assert_eq!(order(&json!(0.5), &json!(0.25)), Ordering::Greater);
    }
}
