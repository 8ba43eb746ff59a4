//! Metrics of many objects, sampled at intervals.

use std::{
    collections::BTreeSet,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_core::Stream;
use futures_util::stream;
use tokio::time::{Instant, sleep_until};

use super::{Pattern, Rates, types::Metric};
use crate::{
    Batch, Error, Result,
    call::{BoxFuture, Call, InFlight},
    value::deadline::later,
};

/// Samples of the metrics of many objects, one after the other.
///
/// It is collected from pairs of a key, by which an object is known in the samples, and the call for its metrics. Objects of any kind
/// that has metrics can be in it.
///
/// ```
/// # use headwaters::streams::StreamsConnection;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = headwaters::sandbox::Streams::builder().demo(true).start().await?;
/// # let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
/// # let instance = sc.instances().list().await?.remove(0);
/// use headwaters::streams::Sampling;
///
/// let connections = sc.instance(&instance).pe_connections().await?;
/// let connections = connections.iter();
/// let mut sampling: Sampling<String> = connections
///     .map(|connection| (connection.restid.to_string(), sc.pe_connection(connection).metrics()))
///     .collect();
/// sampling = sampling.only(["congestionFactor"]);
/// while let Some(sample) = sampling.next().await? {
///     for (connection, metrics) in sample.objects {
///         println!("{connection}: {:?}", metrics.first().map(|sampled| sampled.metric.value));
///     }
/// #   break;
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before the first `next`"]
pub struct Sampling<K> {
    asked: Vec<Asked<K>>,
    only: Option<Vec<Pattern>>,
    every: Duration,
    concurrency: usize,
    /// When the next sample is to be taken.
    due: Instant,
    /// When the sample that is being taken was begun.
    begun: Option<(Instant, SystemTime)>,
    request: InFlight<Vec<Result<Vec<Metric>>>>,
    /// By the number of the object.
    rates: Rates<(usize, String)>,
    added: usize,
}

/// An object whose metrics are asked for.
struct Asked<K> {
    number: usize,
    key: K,
    metrics: Ask,
}

/// Makes a call.
type Ask = Arc<dyn Fn() -> BoxFuture<Result<Vec<Metric>>> + Send + Sync>;

/// The metrics of many objects at one time.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sample<K> {
    /// When they were asked for.
    pub time: SystemTime,
    /// The metrics of each object, in the order in which the objects were added.
    pub objects: Vec<(K, Vec<SampledMetric>)>,
    /// Objects whose metrics could not be had this time, and why. They are asked for again.
    pub failures: Vec<(K, Error)>,
    /// Objects that are gone, such as those of a job that was cancelled. They are not asked for again.
    pub gone: Vec<K>,
}

/// A metric in a sample.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SampledMetric {
    /// The metric.
    pub metric: Metric,
    /// What a counter gains a second: since the collection before, or the last such rate while the server has not collected anew.
    /// `None` before its second collection, after a count that went down until there are two again, and for what is no counter.
    ///
    /// A PE that was started again counts from 0. Where it has counted further than before by the next sample, the rate is too low:
    /// metrics do not tell. [`MetricSample::launch_count`](super::MetricSample::launch_count) with [`Rates`] does.
    pub rate: Option<f64>,
}

impl<K: Clone> Sampling<K> {
    /// Without objects; a sample every three seconds, as often as Streams collects metrics, with eight requests at a time.
    pub fn new() -> Self {
        Self {
            asked: Vec::new(),
            only: None,
            every: Duration::from_secs(3),
            concurrency: 8,
            due: Instant::now(),
            begun: None,
            request: InFlight::none(),
            rates: Rates::new(),
            added: 0,
        }
    }

    /// Adds an object by its key and the call for its metrics, such as `sc.operator(&operator).metrics()`. A key can stand for
    /// several.
    pub fn add(&mut self, key: K, metrics: impl Call<Value = Vec<Metric>> + Clone + Sync) {
        self.asked.push(Asked {
            number: self.added,
            key,
            metrics: Arc::new(move || Box::pin(metrics.clone().into_future())),
        });
        self.added += 1;
    }

    /// Only the metrics of these names. Without it all of them are in a sample.
    pub fn only(mut self, metrics: impl IntoIterator<Item = impl Into<Pattern>>) -> Self {
        self.only = Some(metrics.into_iter().map(Into::into).collect());
        self
    }

    /// The time from the beginning of one sample to the next.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval;
        self
    }

    /// How many requests may be under way at the same time; 0 counts as 1.
    pub fn with_concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// The next sample, once it is due; `None` when no object is left.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, skips no sample. Requests that are under way go
    /// on, and the next call waits for them.
    ///
    /// Requests run on the tokio runtime of the call that sent them. Use a sampling within one runtime: elsewhere a call waits
    /// until that runtime runs again, and fails with a retryable error if it has been shut down.
    ///
    /// # Errors
    /// That of one of the objects, when there is nothing to tell of any. Sampling goes on after an error: the next call takes the
    /// next sample when it is due. Where some requests succeed, what the others failed with is in the sample.
    pub async fn next(&mut self) -> Result<Option<Sample<K>>> {
        if self.asked.is_empty() {
            return Ok(None);
        }
        sleep_until(self.due).await;
        let now = || (Instant::now(), SystemTime::now());
        let (begun, time) = *self.begun.get_or_insert_with(now);
        let asked = self.asked.iter().map(|asked| Arc::clone(&asked.metrics));
        let asked: Vec<Ask> = asked.collect();
        let concurrency = self.concurrency;
        let metrics = || {
            let batch: Batch<_> = asked.iter().map(|ask| ask()).collect();
            let batch = batch.with_concurrency(concurrency);
            async { Ok(batch.all().await) }
        };
        let outcomes = self.request.outcome(metrics).await;
        self.begun = None;
        self.due = later(begun, self.every);
        let mut sample = self.sample(time, outcomes?);
        if sample.objects.is_empty()
            && sample.gone.is_empty()
            && let Some((_, error)) = sample.failures.pop()
        {
            return Err(error);
        }
        Ok(Some(sample))
    }

    fn sample(&mut self, time: SystemTime, outcomes: Vec<Result<Vec<Metric>>>) -> Sample<K> {
        let mut sample = Sample {
            time,
            objects: Vec::new(),
            failures: Vec::new(),
            gone: Vec::new(),
        };
        let mut gone = BTreeSet::new();
        let mut asked = std::mem::take(&mut self.asked);
        // What has been added since they were asked for comes with the next sample.
        let added = asked.split_off(asked.len().min(outcomes.len()));
        for (asked, outcome) in asked.into_iter().zip(outcomes) {
            let key = asked.key.clone();
            match outcome {
                Ok(metrics) => {
                    let metrics = self.sampled(asked.number, metrics);
                    sample.objects.push((key, metrics));
                }
                Err(error) if error.is_not_found() => {
                    gone.insert(asked.number);
                    sample.gone.push(key);
                    continue;
                }
                Err(error) => sample.failures.push((key, error)),
            }
            self.asked.push(asked);
        }
        self.asked.extend(added);
        if !gone.is_empty() {
            self.rates.retain(|(number, _)| !gone.contains(number));
        }
        sample
    }

    fn sampled(&mut self, object: usize, metrics: Vec<Metric>) -> Vec<SampledMetric> {
        let is_wanted = |metric: &Metric| match &self.only {
            None => true,
            Some(only) => only.iter().any(|pattern| pattern.matches(&metric.name)),
        };
        let metrics = metrics.into_iter().filter(is_wanted);
        let sampled = metrics.map(|metric| {
            let key = (object, metric.name.clone());
            self.rates.add(key.clone(), (&metric).into());
            let rate = self.rates.latest(&key);
            SampledMetric { metric, rate }
        });
        sampled.collect()
    }
}

impl<K: Clone + Send + 'static> Sampling<K> {
    /// The same samples as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Sample<K>>> + Send + Unpin + 'static {
        Box::pin(stream::try_unfold(self, async |mut sampling| {
            let sample = sampling.next().await?;
            Ok(sample.map(|sample| (sample, sampling)))
        }))
    }
}

impl<K: Clone> Default for Sampling<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, C> Extend<(K, C)> for Sampling<K>
where
    K: Clone,
    C: Call<Value = Vec<Metric>> + Clone + Sync,
{
    fn extend<I: IntoIterator<Item = (K, C)>>(&mut self, objects: I) {
        for (key, metrics) in objects {
            self.add(key, metrics);
        }
    }
}

impl<K, C> FromIterator<(K, C)> for Sampling<K>
where
    K: Clone,
    C: Call<Value = Vec<Metric>> + Clone + Sync,
{
    fn from_iter<I: IntoIterator<Item = (K, C)>>(objects: I) -> Self {
        let mut sampling = Self::new();
        sampling.extend(objects);
        sampling
    }
}

impl<K> fmt::Debug for Sampling<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sampling")
            .field("objects", &self.asked.len())
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
