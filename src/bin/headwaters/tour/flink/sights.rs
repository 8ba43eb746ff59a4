//! What there is to see of a cluster and its jobs. Nothing here changes anything.

use std::{fmt::Display, time::Duration};

use headwaters::{
    Double,
    flink::{
        JobId, VertexId,
        types::{JobDetailsInfo, JobStatus},
    },
};
use tokio::time::{Instant, sleep};

use super::{PAUSE, Walk};
use crate::failure::Failure;

/// How long metrics may take: a cluster fetches them every 10 s unless it is configured otherwise.
const METRICS: Duration = Duration::from_secs(20);

impl Walk {
    /// Gives the number of free slots.
    pub(super) async fn cluster(&mut self) -> Result<i32, Failure> {
        self.account.step("The cluster", "cluster_overview")?;
        let cluster = self.flink.overview().await?;
        self.account.tell(format_args!(
            "Flink {}; TaskManagers: {}; slots: {} of {} free",
            cluster.flink_version,
            cluster.task_managers,
            cluster.slots_available,
            cluster.slots_total
        ))?;
        self.account.tell(format_args!(
            "jobs: {} running, {} finished, {} canceled, {} failed",
            cluster.jobs_running,
            cluster.jobs_finished,
            cluster.jobs_cancelled,
            cluster.jobs_failed
        ))?;
        Ok(cluster.slots_available)
    }

    pub(super) async fn task_managers(&mut self) -> Result<(), Failure> {
        self.account.step("Its workers", "task_managers_list")?;
        let workers = self.flink.task_managers().list().await?.task_managers;
        self.account.tell_all(workers.iter().map(|worker| {
            format!(
                "{}: {} of {} slots free, {} cores, {} MiB of memory",
                worker.id,
                worker.free_slots,
                worker.slots_number,
                worker.hardware.cpu_cores,
                worker.hardware.physical_memory >> 20
            )
        }))
    }

    pub(super) async fn jars(&mut self) -> Result<(), Failure> {
        self.account.step("Its jars", "jars_list")?;
        let jars = self.flink.jars().list().await?.files;
        self.account.tell(counted(jars.len(), "jar"))?;
        self.account.tell_all(jars.iter().map(|jar| &jar.id))
    }

    /// Gives a job to look at, a running one if there is any.
    pub(super) async fn jobs(&mut self) -> Result<Option<JobId>, Failure> {
        self.account.step("Its jobs", "jobs_overview")?;
        let jobs = self.flink.jobs().overview().await?.jobs;
        self.account.tell(counted(jobs.len(), "job"))?;
        self.account.tell_all(
            jobs.iter()
                .map(|job| format!("{} {:9} {}", job.id, job.state.as_str(), job.name)),
        )?;
        let running = jobs.iter().find(|job| job.state == JobStatus::Running);
        Ok(running.or(jobs.first()).map(|job| job.id.clone()))
    }

    pub(super) fn details(&self, details: &JobDetailsInfo) -> Result<(), Failure> {
        self.account.tell(format_args!(
            "{:?} is {}, {} ms old, {}",
            details.name,
            details.state,
            details.duration,
            counted(details.vertices.len(), "vertex")
        ))?;
        self.account.tell_all(details.vertices.iter().map(|vertex| {
            format!(
                "{} {} × {} {:?}: {} records in, {} out",
                vertex.id,
                vertex.parallelism,
                vertex.status,
                vertex.name,
                vertex.metrics.read_records,
                vertex.metrics.write_records
            )
        }))
    }

    pub(super) async fn vertices(&mut self, details: &JobDetailsInfo) -> Result<(), Failure> {
        let Some(vertex) = details.vertices.last() else {
            return Ok(());
        };
        self.account
            .step("The subtasks of its last vertex", "vertex_get")?;
        let vertex = self.flink.vertex(&details.id, &vertex.id).get().await?;
        self.account.tell_all(vertex.subtasks.iter().map(|subtask| {
            format!(
                "{:?} ({}/{}) is {} on {}, attempt {}: {} records in",
                vertex.name,
                subtask.subtask + 1,
                vertex.parallelism,
                subtask.status,
                subtask.endpoint,
                subtask.attempt,
                subtask.metrics.read_records
            )
        }))
    }

    pub(super) async fn metrics(&mut self, details: &JobDetailsInfo) -> Result<(), Failure> {
        self.account.step("The job's metrics", "jobs_metrics")?;
        let job = &details.id;
        let jobs = self.flink.jobs();
        let names = self.arrived(|| jobs.metrics(job)).await?;
        self.account.tell(counted(names.len(), "metric"))?;
        let names = chosen(
            names.iter().map(|metric| metric.id.as_str()),
            &["uptime", "numRestarts", "numberOfCompletedCheckpoints"],
        );
        if !names.is_empty() {
            let values = self
                .arrived(|| jobs.metrics(job).names(names.clone()))
                .await?;
            self.account.tell_all(values.iter().map(|metric| {
                format!(
                    "{} = {}",
                    metric.id,
                    metric.value.as_deref().unwrap_or("nothing")
                )
            }))?;
        }
        match details.vertices.last() {
            Some(vertex) => self.subtask_metrics(job, &vertex.id).await,
            None => Ok(()),
        }
    }

    async fn subtask_metrics(&mut self, job: &JobId, vertex: &VertexId) -> Result<(), Failure> {
        self.account.step(
            "Metrics of its last vertex, over all subtasks",
            "subtasks_metrics",
        )?;
        let subtasks = self.flink.vertex(job, vertex).subtasks();
        let names = self.arrived(|| subtasks.metrics()).await?;
        self.account.tell(counted(names.len(), "metric"))?;
        let names = chosen(
            names.iter().map(|metric| metric.id.as_str()),
            &["numRecordsIn", "numRecordsOut", "busyTimeMsPerSecond"],
        );
        if names.is_empty() {
            return Ok(());
        }
        let values = self
            .arrived(|| subtasks.metrics().names(names.clone()))
            .await?;
        self.account.tell_all(values.iter().map(|metric| {
            format!(
                "{}: least {}, most {}, sum {}",
                metric.id,
                number(metric.min),
                number(metric.max),
                number(metric.sum)
            )
        }))
    }

    /// Asks until there is something, or gives nothing in the end: a cluster fetches metrics only once somebody has
    /// asked.
    async fn arrived<T, C>(&self, ask: impl Fn() -> C) -> Result<Vec<T>, Failure>
    where
        C: IntoFuture<Output = headwaters::Result<Vec<T>>>,
    {
        let until = Instant::now() + METRICS;
        let mut found = ask().await?;
        if found.is_empty() {
            self.account.talk("waiting for metrics");
        }
        while found.is_empty() && Instant::now() < until {
            sleep(PAUSE).await;
            found = ask().await?;
        }
        Ok(found)
    }

    pub(super) async fn exceptions(&mut self, job: &JobId) -> Result<(), Failure> {
        self.account
            .step("The job's exceptions", "jobs_exceptions")?;
        let history = self.flink.jobs().exceptions(job).await?.exception_history;
        self.account
            .tell(counted(history.entries.len(), "failure"))?;
        for failure in &history.entries {
            self.account.tell_all(reasons(&failure.stacktrace))?;
            for exception in &failure.concurrent_exceptions {
                let task = exception.task_name.as_deref().unwrap_or("no task");
                self.account.tell(format_args!("in {task}:"))?;
                self.account.tell_all(reasons(&exception.stacktrace))?;
            }
        }
        Ok(())
    }
}

/// Those that are wanted, or the first three where there is none of them.
fn chosen<'a>(names: impl Iterator<Item = &'a str> + Clone, wanted: &[&str]) -> Vec<String> {
    let found: Vec<String> = names
        .clone()
        .filter(|name| wanted.contains(name))
        .map(str::to_owned)
        .collect();
    match found.is_empty() {
        true => names.take(3).map(str::to_owned).collect(),
        false => found,
    }
}

/// The lines of a Java stack trace that say why.
fn reasons(trace: &str) -> impl Iterator<Item = &str> {
    let mut lines = trace.lines();
    let first = lines.next();
    first
        .into_iter()
        .chain(lines.filter(|line| line.starts_with("Caused by: ")))
}

fn number(value: Option<Double>) -> String {
    value.map_or("unknown".to_owned(), |value| value.to_string())
}

fn counted(count: usize, noun: &str) -> impl Display {
    let plural = match (count, noun) {
        (1, _) => noun.to_owned(),
        (_, "vertex") => "vertices".to_owned(),
        _ => format!("{noun}s"),
    };
    format!("{count} {plural}")
}
