//! Equality of JSON values, once and for all.

use serde_json::Value;

/// Fails with the first place where the two differ.
#[track_caller]
pub fn assert_equal(ours: &Value, theirs: &Value) {
    if let Some(difference) = difference(ours, theirs) {
        panic!("{difference}\nours: {ours}\ntheirs: {theirs}");
    }
}

/// The first place where two values differ: objects have equal members, a null member and an absent one counting as equal;
/// arrays are equal item by item; numbers by value; strings byte by byte.
pub fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    compare("$", ours, theirs)
}

fn compare(path: &str, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        // Each key once: twice would double the work at every level of a deep tree.
        (Value::Object(a), Value::Object(b)) => a
            .keys()
            .chain(b.keys().filter(|key| !a.contains_key(*key)))
            .find_map(|key| {
                let null = Value::Null;
                compare(
                    &format!("{path}.{key}"),
                    a.get(key).unwrap_or(&null),
                    b.get(key).unwrap_or(&null),
                )
            }),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(index, (a, b))| compare(&format!("{path}[{index}]"), a, b)),
        (Value::Number(a), Value::Number(b))
            if a == b || a.as_f64() == b.as_f64() && (a.is_f64() || b.is_f64()) =>
        {
            None
        }
        _ if ours == theirs => None,
        _ => Some(format!("{path}: {ours} is not {theirs}")),
    }
}
