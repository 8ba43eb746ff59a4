//! Metrics.

use serde_json::{Value, json};

use super::collection::Collection;
use crate::sandbox::streams::model::metric::{Collected, Metric};
use crate::sandbox::streams::model::time::Millis;

/// The list of an owner, whose link it tells.
pub(crate) fn list(collected: &Collected, owner: &str) -> Collection {
    let metrics = collected.metrics.iter();
    let metrics = metrics.map(|metric| to_json(metric, collected.time));
    Collection::new("metrics", "metricList", metrics).with("owner", owner)
}

fn to_json(metric: &Metric, time: Millis) -> Value {
    json!({
        "resourceType": "metric",
        "name": metric.name,
        "description": metric.description,
        "metricKind": metric.kind,
        "metricType": if metric.is_custom { "custom" } else { "system" },
        "value": metric.value,
        "lastTimeRetrieved": time,
    })
}
