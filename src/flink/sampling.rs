//! Metrics of all vertices of a job, again and again.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

use super::{
    calls::{Jobs, SubtasksMetrics, Vertex},
    types::{AggregatedMetric, JobId, VertexId},
};
use crate::{Batch, Result};

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

/// Samples of a running job.
#[derive(Debug)]
pub struct Sampling {
    jobs: Jobs,
    job: JobId,
    names: BTreeSet<String>,
    every: Duration,
    next: Instant,
    /// Which of the names a vertex has; empty until it tells.
    known: BTreeMap<VertexId, Vec<String>>,
}

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
            jobs: self.clone(),
            job: job.into(),
            names: names.into_iter().map(Into::into).collect(),
            every: Duration::from_secs(10),
            next: Instant::now(),
            known: BTreeMap::new(),
        }
    }
}

impl Sampling {
    /// Another time between two samples.
    pub fn every(mut self, time: Duration) -> Self {
        self.every = time;
        self
    }

    /// The next sample, when its time has come; `None` once the job has ended. Flink tells no values of a job at the first
    /// question: the first samples may be empty.
    ///
    /// # Errors
    /// As [`status`](Jobs::status) and the metrics of a subtask; the sampling can go on after an error.
    pub async fn next(&mut self) -> Result<Option<Sample>> {
        sleep_until(self.next).await;
        self.next = Instant::now() + self.every;
        if self.jobs.status(&self.job).await?.status.is_terminal() {
            return Ok(None);
        }
        if self.known.is_empty() {
            let details = self.jobs.get(&self.job).await?;
            self.known = details
                .vertices
                .into_iter()
                .map(|vertex| (vertex.id, Vec::new()))
                .collect();
        }
        self.learn().await?;
        let time = SystemTime::now();
        let asked: Vec<_> = self
            .known
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .collect();
        let calls = asked
            .iter()
            .map(|(vertex, names)| self.metrics(vertex).names(*names));
        let answers = calls.collect::<Batch<_>>().await?;
        let vertices = asked
            .into_iter()
            .map(|(vertex, _)| vertex.clone())
            .zip(answers)
            .collect();
        Ok(Some(Sample { time, vertices }))
    }

    /// One name that a vertex does not have empties its whole answer, so only those that it has are asked for.
    async fn learn(&mut self) -> Result<()> {
        let unknown: Vec<VertexId> = self
            .known
            .iter()
            .filter(|(_, names)| names.is_empty())
            .map(|(vertex, _)| vertex.clone())
            .collect();
        let calls = unknown.iter().map(|vertex| self.metrics(vertex));
        let lists = calls.collect::<Batch<_>>().await?;
        for (vertex, list) in unknown.into_iter().zip(lists) {
            let names = list
                .into_iter()
                .map(|metric| metric.id)
                .filter(|name| self.names.contains(name))
                .collect();
            self.known.insert(vertex, names);
        }
        Ok(())
    }

    fn metrics(&self, vertex: &VertexId) -> SubtasksMetrics {
        let vertex = Vertex {
            client: self.jobs.client.clone(),
            job_id: self.job.clone(),
            vertex_id: vertex.clone(),
        };
        vertex.subtasks().metrics()
    }
}
