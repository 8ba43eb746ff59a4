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

/// Of a metric that the server has retrieved; its kind, its value and its time, where they are missing, count as those of a metric that
/// has no rate.
impl From<&Metric> for MetricSample {
    fn from(metric: &Metric) -> Self {
        let kind = metric.metric_kind.as_ref().map_or("", MetricKind::as_str);
        Self::new(
            kind,
            metric.value.unwrap_or_default(),
            metric.last_time_retrieved.unwrap_or_default(),
        )
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
            /// collected them twice, which takes some three seconds.
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
