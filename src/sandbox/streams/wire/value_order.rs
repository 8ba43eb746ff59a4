//! The order of values of any kind, by which collections are sorted.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// First what is missing, null, or has no order, then truth values, then numbers by their size, then texts: those that are whole
/// numbers by their size, and then the others.
pub(super) fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let order = match (one, other) {
        (Some(Value::Bool(one)), Some(Value::Bool(other))) => one.cmp(other),
        (Some(Value::Number(one)), Some(Value::Number(other))) => {
            let size = |number: &Number| number.as_f64().unwrap_or_default();
            let order = size(one).total_cmp(&size(other));
            // Large ones that are the same as floating-point numbers.
            order.then_with(|| one.as_i64().cmp(&other.as_i64()))
        }
        (Some(Value::String(one)), Some(Value::String(other))) => {
            number(one).cmp(&number(other)).then_with(|| one.cmp(other))
        }
        _ => Ordering::Equal,
    };
    kind(one).cmp(&kind(other)).then(order)
}

/// The place of a value's kind among the kinds. The sorting of slices panics where the order is not total, so that values of
/// different kinds must not be equal.
fn kind(value: Option<&Value>) -> u8 {
    match value {
        None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => 0,
        Some(Value::Bool(_)) => 1,
        Some(Value::Number(_)) => 2,
        Some(Value::String(text)) if number(text).is_some() => 3,
        Some(Value::String(_)) => 4,
    }
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn of(one: &Option<Value>, other: &Option<Value>) -> Ordering {
        compare(one.as_ref(), other.as_ref())
    }

    #[test]
    fn values_are_in_the_order_of_their_kinds_and_then_in_their_own() {
        let ordered = [
            json!(false),
            json!(true),
            json!(-3),
            json!(1.5),
            json!(2),
            json!(10),
            json!(i64::MAX - 1),
            json!(i64::MAX),
            json!("-3"),
            json!("9"),
            json!("10"),
            json!(""),
            json!("1a"),
            json!("1~"),
            json!("x"),
        ];
        let mut values: Vec<Option<Value>> = ordered.iter().cloned().map(Some).collect();
        // What has no order, and where it does not belong.
        values.insert(3, None);
        values.push(Some(Value::Null));
        values.reverse();
        values.push(Some(json!([1])));
        values.sort_by(of);
        let (without, with) = values.split_at(3);
        assert!(without.iter().all(|value| kind(value.as_ref()) == 0));
        assert_eq!(with, ordered.map(Some));
    }

    fn value() -> impl Strategy<Value = Option<Value>> {
        prop_oneof![
            Just(None),
            Just(Some(Value::Null)),
            any::<bool>().prop_map(|value| Some(value.into())),
            (-3..12_i64).prop_map(|value| Some(value.into())),
            (-3.0..12.0).prop_map(|value: f64| Some(value.into())),
            "[-+]?[0-9]{0,2}[a~]?".prop_map(|value| Some(value.into())),
        ]
    }

    proptest! {
        #[test]
        fn the_order_is_total(one in value(), two in value(), three in value()) {
            prop_assert_eq!(of(&one, &one), Ordering::Equal);
            prop_assert_eq!(of(&one, &two), of(&two, &one).reverse());
            if of(&one, &two).is_le() && of(&two, &three).is_le() {
                prop_assert!(of(&one, &three).is_le());
            }
            if of(&one, &two).is_eq() {
                prop_assert_eq!(of(&one, &three), of(&two, &three));
            }
        }
    }
}
