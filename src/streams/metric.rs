//! Metrics: samples of them, rates, congestion.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    MetricSample, Rates, calls,
    types::{Metric, MetricKind},
};
use crate::{Poll, Result, call::BoxFuture};

/// Of a metric that the server has retrieved; one whose kind, value or time is missing has no rate.
impl From<&Metric> for MetricSample {
    fn from(metric: &Metric) -> Self {
        let kind = metric.metric_kind.as_ref().map_or("", MetricKind::as_str);
        let retrieved = metric.value.zip(metric.last_time_retrieved);
        // A time of 0 says that it was never retrieved.
        let (value, time) = retrieved.unwrap_or_default();
        Self::new(kind, value, time)
    }
}

/// The value of the metric of this name.
fn value(metrics: &[Metric], name: &str) -> Option<i64> {
    metrics.iter().find(|metric| metric.name == name)?.value
}

macro_rules! measured {
    ($($group:ident $metrics:ident),*) => {$(
        impl calls::$group {
            /// The value of its metric of this name; `None` when there is none, as just after a start.
            ///
            /// # Errors
            /// As any call.
            pub async fn metric(&self, name: impl AsRef<str>) -> Result<Option<i64>> {
                Ok(value(&self.metrics().await?, name.as_ref()))
            }

            /// What its counter of this name gains a second, such as `nTuplesProcessed`: the metrics are asked for until the server has
            /// collected them twice, which takes some three seconds. Where its PE is started again meanwhile, the rate is too low if
            /// it has counted further than before, and that of the collections afterwards otherwise.
            ///
            /// # Errors
            /// [`is_timeout`](crate::Error::is_timeout) when there is no such counter, or it is not collected twice in 15 s, or for
            /// [`with_timeout`](Poll::with_timeout); otherwise as any call.
            pub fn rate(&self, name: impl Into<String>) -> Poll<f64> {
                let (metrics, name) = (self.metrics(), name.into());
                let rates = Arc::new(Mutex::new(Rates::new()));
                let poll = Poll::new(calls::$metrics::OPERATION, async move {
                    let ask = move || -> BoxFuture<Result<Option<f64>>> {
                        let (metrics, name) = (metrics.clone(), name.clone());
                        let rates = Arc::clone(&rates);
                        Box::pin(async move {
                            let metrics = metrics.await?;
                            let metric = metrics.iter().find(|metric| metric.name == name);
                            // Nobody panics while it is locked.
                            let mut rates = rates.lock().unwrap_or_else(PoisonError::into_inner);
                            Ok(metric.and_then(|metric| rates.add((), metric.into())))
                        })
                    };
                    Ok((None, ask))
                });
                poll.with_timeout(Duration::from_secs(15))
                    .with_interval(Duration::from_millis(500), Duration::from_secs(1))
            }
        }
    )*};
}

measured!(
    Operator OperatorMetrics,
    InputPort InputPortMetrics,
    OutputPort OutputPortMetrics,
    Pe PeMetrics,
    PeInputPort PeInputPortMetrics,
    PeOutputPort PeOutputPortMetrics,
    PeConnection PeConnectionMetrics,
    Resource ResourceMetrics,
    Host HostMetrics
);

impl calls::PeConnection {
    /// How congested the connection is, from 0, not at all, to 100; `None` when the server does not say. It tells whether the
    /// receiving PE is too slow.
    ///
    /// # Errors
    /// As any call.
    pub async fn congestion(&self) -> Result<Option<i64>> {
        self.metric("congestionFactor").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_without_a_value_is_none() {
        let mut rates = Rates::new();
        let mut add = |value: Option<i64>, time: Option<i64>| {
            let metric = serde_json::json!({
                "resourceType": "metric", "name": "nTuplesProcessed", "metricKind": "counter", "value": value,
                "lastTimeRetrieved": time,
            });
            let metric: Metric = serde_json::from_value(metric).unwrap();
            rates.add((), (&metric).into())
        };
        assert_eq!(add(None, Some(1_000_000)), None);
        assert_eq!(add(Some(9_000), Some(1_003_000)), None);
        assert_eq!(add(Some(9_300), Some(1_006_000)), Some(100.0));
        assert_eq!(add(None, Some(1_009_000)), None);
        assert_eq!(add(Some(9_400), None), None);
        assert_eq!(add(Some(9_900), Some(1_012_000)), Some(100.0));
    }
}
