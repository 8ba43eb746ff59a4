//! Accumulators, one of each kind that Flink has.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use super::serialization;
use crate::sandbox::flink::model::accumulator::Count;

/// A name with everything in it that may go wrong on its way.
const ODD: &str = "weird name, [x] é";

/// `UserAccumulator`s; none before a subtask has reported.
pub(crate) fn listed(count: &Count) -> Vec<Value> {
    if count.subtasks == 0 {
        return Vec::new();
    }
    let [zero, one, two] = count.residues;
    let words = vec!["subtask"; count.subtasks];
    [
        (
            "hist",
            "Histogram",
            format!("{{0={zero}, 1={one}, 2={two}}}"),
        ),
        (
            "avg",
            "AverageAccumulator",
            format!("{:?}", count.average()),
        ),
        (ODD, "ListAccumulator", format!("[{}]", words.join(", "))),
        ("sum", "LongCounter", count.sum.to_string()),
        ("seen", "IntCounter", count.seen.to_string()),
        ("dbl", "DoubleCounter", format!("{:?}", count.halves())),
    ]
    .into_iter()
    .map(|(name, kind, value)| json!({"name": name, "type": kind, "value": value}))
    .collect()
}

/// The values as Java serializes them, in base64, by name.
pub(crate) fn serialized(count: &Count) -> Map<String, Value> {
    if count.subtasks == 0 {
        return Map::new();
    }
    let seen = i32::try_from(count.seen).unwrap_or(i32::MAX);
    let residues = count
        .residues
        .map(|number| i32::try_from(number).unwrap_or(i32::MAX));
    [
        ("hist", serialization::histogram(residues)),
        ("avg", serialization::double(count.average())),
        (ODD, serialization::list("subtask", count.subtasks)),
        ("sum", serialization::long(count.sum)),
        ("seen", serialization::integer(seen)),
        ("dbl", serialization::double(count.halves())),
    ]
    .into_iter()
    .map(|(name, bytes)| (name.to_owned(), json!(BASE64.encode(bytes))))
    .collect()
}
