//! Metrics of all vertices of a job, sampled at intervals.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use futures_core::Stream;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

use super::{
    calls::{Jobs, SubtasksMetrics, Vertex},
    types::{AggregatedMetric, JobId, VertexId},
};
use crate::{Batch, Result, call::InFlight, value::deadline::later};

/// Values of all vertices at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Sample {
    /// When it was asked for.
    pub time: SystemTime,
    /// For each vertex the metrics that it has, aggregated over its subtasks.
    pub vertices: BTreeMap<VertexId, Vec<AggregatedMetric>>,
}

/// Samples of a running job, one after the other.
#[derive(Debug)]
#[must_use = "nothing is sent before the first `next`"]
pub struct Sampling {
    metrics: Metrics,
    every: Duration,
    /// When the next sample is to be taken.
    due: Instant,
    /// When the sample that is being taken was begun.
    begun: Option<Instant>,
    request: InFlight<(Option<Sample>, Known)>,
    known: Known,
    ended: bool,
}

/// Which metrics of which job.
#[derive(Clone, Debug)]
struct Metrics {
    jobs: Jobs,
    job: JobId,
    names: BTreeSet<String>,
}

/// Which of the metrics a vertex has; none before it lists any.
type Known = BTreeMap<VertexId, Vec<String>>;

impl Jobs {
    /// Samples these metrics of all vertices, such as `numRecordsIn`, every ten seconds (as often as Flink fetches them by
    /// default).
    ///
    /// ```no_run
    /// # async fn f(flink: headwaters::flink::Flink, job: headwaters::flink::JobId) -> headwaters::Result<()> {
    /// let mut sampling = flink.jobs().sample(&job, ["numRecordsIn", "busyTimeMsPerSecond"]);
    /// while let Some(sample) = sampling.next().await? {
    ///     for (vertex, metrics) in sample.vertices {
    ///         println!("{vertex}: {metrics:?}");
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn sample(
        &self,
        job: impl Into<JobId>,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Sampling {
        Sampling {
            metrics: Metrics {
                jobs: self.clone(),
                job: job.into(),
                names: names.into_iter().map(Into::into).collect(),
            },
            every: Duration::from_secs(10),
            due: Instant::now(),
            begun: None,
            request: InFlight::none(),
            known: Known::new(),
            ended: false,
        }
    }
}

impl Sampling {
    /// The time from the beginning of one sample to the next; ten seconds by default.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval;
        self
    }

    /// The next sample, once it is due; `None` after the job has ended. Flink does not know a job's metrics before it is asked
    /// for them once: the first samples may be empty.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, skips no sample. Requests that are under way go
    /// on, and the next call waits for them.
    ///
    /// Requests run on the tokio runtime of the call that sent them. Use a sampling within one runtime: elsewhere a call waits
    /// until that runtime runs again, and fails with a retryable error if it has been shut down.
    ///
    /// # Errors
    /// As [`status`](Jobs::status) and [`metrics`](SubtasksMetrics). Sampling goes on after an error: the next call takes the
    /// next sample when it is due.
    pub async fn next(&mut self) -> Result<Option<Sample>> {
        if self.ended {
            return Ok(None);
        }
        sleep_until(self.due).await;
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let request = || self.metrics.clone().sample(self.known.clone());
        let outcome = self.request.outcome(request).await;
        self.begun = None;
        self.due = later(begun, self.every);
        let (sample, known) = outcome?;
        self.known = known;
        self.ended = sample.is_none();
        Ok(sample)
    }

    /// The same samples as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Sample>> + Send + Unpin + 'static {
        Box::pin(stream::try_unfold(self, async |mut sampling| {
            let sample = sampling.next().await?;
            Ok(sample.map(|sample| (sample, sampling)))
        }))
    }
}

impl Metrics {
    /// The values of all vertices now, and what is known of their metrics then; no values once the job has ended.
    async fn sample(self, mut known: Known) -> Result<(Option<Sample>, Known)> {
        if self.jobs.status(&self.job).await?.status.is_terminal() {
            return Ok((None, known));
        }
        if known.is_empty() {
            let details = self.jobs.get(&self.job).await?;
            let vertices = details.vertices.into_iter();
            known = vertices.map(|vertex| (vertex.id, Vec::new())).collect();
        }
        self.find(&mut known).await?;
        let time = SystemTime::now();
        let asked: Vec<_> = known
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .collect();
        let calls = asked
            .iter()
            .map(|(vertex, names)| self.of(vertex).names(*names));
        let answers = calls.collect::<Batch<_>>().await?;
        let vertices = asked
            .into_iter()
            .map(|(vertex, _)| vertex.clone())
            .zip(answers)
            .collect();
        Ok((Some(Sample { time, vertices }), known))
    }

    /// Finds out which of the metrics the vertices have: one name that a vertex does not have empties its whole answer.
    async fn find(&self, known: &mut Known) -> Result<()> {
        let unknown: Vec<VertexId> = known
            .iter()
            .filter(|(_, names)| names.is_empty())
            .map(|(vertex, _)| vertex.clone())
            .collect();
        let calls = unknown.iter().map(|vertex| self.of(vertex));
        let lists = calls.collect::<Batch<_>>().await?;
        for (vertex, list) in unknown.into_iter().zip(lists) {
            let names = list
                .into_iter()
                .map(|metric| metric.id)
                .filter(|name| self.names.contains(name))
                .collect();
            known.insert(vertex, names);
        }
        Ok(())
    }

    fn of(&self, vertex: &VertexId) -> SubtasksMetrics {
        let vertex = Vertex {
            client: self.jobs.client.clone(),
            job_id: self.job.clone(),
            vertex_id: vertex.clone(),
        };
        vertex.subtasks().metrics()
    }
}
