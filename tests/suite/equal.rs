//! When two JSON values are equal, once and for all.
//!
//! Objects have equal members, a null member and an absent one counting as equal; arrays are equal item by item (an
//! empty one is not an absent one); numbers are equal by value (`1` is `1.0`); strings byte by byte.

use serde_json::{Number, Value};

/// Where two values differ first, as a sentence; nothing when they are equal.
pub fn difference(left: &Value, right: &Value) -> Option<String> {
    differs("", left, right)
}

/// Fails with the place of the first difference.
#[track_caller]
pub fn assert_equal(what: &str, left: &Value, right: &Value) {
    if let Some(difference) = difference(left, right) {
        panic!("{what}: {difference}");
    }
}

fn differs(path: &str, left: &Value, right: &Value) -> Option<String> {
    let equal = match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let absent = &Value::Null;
            // Each key once: twice would double the work at every level of a deep tree.
            let more = right.keys().filter(|key| !left.contains_key(*key));
            return left.keys().chain(more).find_map(|key| {
                let (left, right) = (left.get(key), right.get(key));
                let path = format!("{path}.{key}");
                differs(&path, left.unwrap_or(absent), right.unwrap_or(absent))
            });
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            return left
                .iter()
                .zip(right)
                .enumerate()
                .find_map(|(index, (left, right))| {
                    differs(&format!("{path}[{index}]"), left, right)
                });
        }
        (Value::Number(left), Value::Number(right)) => same_number(left, right),
        _ => left == right,
    };
    (!equal).then(|| {
        let place = path.trim_start_matches('.');
        let place = if place.is_empty() { "the whole" } else { place };
        format!("{place}: {left} is not {right}")
    })
}

fn same_number(left: &Number, right: &Number) -> bool {
    match (integer(left), integer(right)) {
        (Some(left), Some(right)) => left == right,
        (None, None) => left.as_f64() == right.as_f64(),
        _ => false,
    }
}

/// The whole number that this is, without loss.
fn integer(number: &Number) -> Option<i128> {
    if let Some(integer) = number.as_i128() {
        return Some(integer);
    }
    let double = number.as_f64()?;
    // Beyond 2^63 no integer of JSON's is compared with it.
    (double.fract() == 0.0 && double.abs() <= 9.3e18).then_some(double as i128)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn equal(left: Value, right: Value) {
        assert_eq!(difference(&left, &right), None);
        assert_eq!(difference(&right, &left), None);
    }

    #[track_caller]
    fn different(left: Value, right: Value, place: &str) {
        let told = difference(&left, &right).expect("they differ");
        assert!(told.starts_with(&format!("{place}: ")), "{told}");
        assert!(difference(&right, &left).is_some());
    }

    #[test]
    fn null_and_absent_members_are_equal() {
        equal(json!({"a": 1, "b": null}), json!({"a": 1}));
        equal(json!({"a": {"b": null}}), json!({"a": {}}));
    }

    #[test]
    fn an_empty_object_is_not_an_absent_one() {
        different(json!({"a": {}}), json!({}), "a");
        different(json!({"a": {"b": null}}), json!({}), "a");
    }

    #[test]
    fn an_empty_array_is_not_an_absent_one() {
        different(json!({"a": []}), json!({}), "a");
        different(json!({"a": []}), json!({"a": null}), "a");
    }

    #[test]
    fn arrays_are_equal_item_by_item() {
        equal(json!([1, [2]]), json!([1, [2]]));
        different(json!([1, 2]), json!([2, 1]), "[0]");
        different(json!([1, 2]), json!([1]), "the whole");
        different(json!([1, null]), json!([1]), "the whole");
    }

    #[test]
    fn numbers_are_equal_by_value() {
        equal(json!(1), json!(1.0));
        equal(json!(-0.0), json!(0));
        equal(json!(1e3), json!(1000));
        equal(json!(0.1), json!(0.1));
        different(json!(1), json!(1.5), "the whole");
        different(json!(0.1), json!(0.2), "the whole");
    }

    #[test]
    fn large_integers_are_not_compared_as_doubles() {
        different(
            json!(9_007_199_254_740_993_i64),
            json!(9_007_199_254_740_992_i64),
            "the whole",
        );
        different(
            json!(9_007_199_254_740_993_i64),
            json!(9_007_199_254_740_992.0),
            "the whole",
        );
        equal(json!(i64::MIN), json!(i64::MIN));
        equal(json!(u64::MAX), json!(u64::MAX));
        different(json!(u64::MAX), json!(u64::MAX - 1), "the whole");
    }

    #[test]
    fn a_number_is_not_the_string_of_it() {
        different(json!(1), json!("1"), "the whole");
        different(json!("NaN"), json!(null), "the whole");
        different(json!(true), json!(1), "the whole");
    }

    #[test]
    fn strings_are_equal_byte_by_byte() {
        equal(json!("é"), json!("\u{e9}"));
        different(json!("é"), json!("e\u{301}"), "the whole");
        different(json!("a"), json!("A"), "the whole");
    }

    #[test]
    fn the_place_of_the_difference_is_told() {
        let told = difference(
            &json!({"jobs": [{"tasks": {"total": 3}}]}),
            &json!({"jobs": [{"tasks": {"total": 4}}]}),
        );
        assert_eq!(told.as_deref(), Some("jobs[0].tasks.total: 3 is not 4"));
    }
}
