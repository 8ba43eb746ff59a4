//! Metrics: plain, and aggregated over jobs or subtasks.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{path, taskmanager};
use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        job::Job,
        jvm,
        measurement::{self, Measurement},
        task::{self, State},
        taskmanager::ID,
    },
    wire::{Answer, error::Failure, id, reply::Reply, request::Request},
};

/// GET /jobmanager/metrics
pub(crate) fn of_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    if cluster.first_asked("jobmanager".to_owned()) {
        return Ok(nothing());
    }
    Ok(plain(request, jvm::of_jobmanager(cluster, request.now)))
}

/// GET /taskmanagers/:taskmanagerid/metrics
pub(crate) fn of_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    let first = cluster.first_asked(ID.to_owned());
    if first || taskmanager::known(request).is_err() {
        return Ok(nothing());
    }
    Ok(plain(request, jvm::of_taskmanager(cluster, request.now)))
}

/// GET /taskmanagers/metrics
pub(crate) fn of_taskmanagers(cluster: &mut Cluster, request: &Request) -> Answer {
    let aggregation = Aggregation::read(request)?;
    if cluster.first_asked(ID.to_owned()) {
        return Ok(nothing());
    }
    let is_wanted = request
        .list("taskmanagers")
        .is_none_or(|ids| ids.contains(&ID));
    let reported = is_wanted.then(|| jvm::of_taskmanager(cluster, request.now));
    Ok(aggregation.over(request, Vec::from_iter(reported)))
}

/// GET /jobs/:jobid/metrics
pub(crate) fn of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    if cluster.first_asked(id.clone()) {
        return Ok(nothing());
    }
    let job = cluster.job(&id).filter(|job| has_started(job, request.now));
    let reported = job.map(|job| measurement::of_job(job, request.now));
    Ok(plain(request, reported.unwrap_or_default()))
}

/// GET /jobs/metrics
pub(crate) fn of_jobs(cluster: &mut Cluster, request: &Request) -> Answer {
    let wanted = request.parsed("jobs", id::parse)?;
    let aggregation = Aggregation::read(request)?;
    if cluster.first_asked("jobs".to_owned()) {
        return Ok(nothing());
    }
    let is_wanted = |job: &&Job| wanted.as_ref().is_none_or(|ids| ids.contains(&job.id));
    let jobs = cluster
        .jobs
        .iter()
        .filter(|job| has_started(job, request.now));
    let reported = jobs
        .filter(is_wanted)
        .map(|job| measurement::of_job(job, request.now));
    Ok(aggregation.over(request, reported.collect()))
}

/// GET /jobs/:jobid/vertices/:vertexid/metrics
pub(crate) fn of_vertex(cluster: &mut Cluster, request: &Request) -> Answer {
    let reported = reported(cluster, request)?.into_iter();
    let prefixed = reported.flat_map(|(subtask, reported)| {
        let prefix = move |(name, value)| (format!("{subtask}.{name}"), value);
        reported.into_iter().map(prefix)
    });
    Ok(plain(request, prefixed.collect()))
}

/// GET /jobs/:jobid/vertices/:vertexid/watermarks
pub(crate) fn watermarks(cluster: &mut Cluster, request: &Request) -> Answer {
    let reported = reported(cluster, request)?;
    path::vertex(cluster, request)?;
    let watermarks = reported.into_iter().flat_map(|(subtask, reported)| {
        let mut input = reported
            .into_iter()
            .filter(|(name, _)| name == measurement::INPUT_WATERMARK);
        input
            .next()
            .map(|(name, value)| json!({"id": format!("{subtask}.{name}"), "value": value}))
    });
    Ok(Value::from(watermarks.collect::<Vec<_>>()).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/jm-operator-metrics
pub(crate) fn of_coordinator(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    let has_tasks = !reported(cluster, request)?.is_empty();
    let vertex = request.id("vertexid")?;
    let source = cluster.job(&id).and_then(|job| job.vertices().first());
    let reported = source
        .filter(|source| has_tasks && source.id == vertex)
        .map(|source| measurement::of_coordinator(source.name));
    Ok(plain(request, Vec::from_iter(reported)))
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/metrics
pub(crate) fn of_subtasks(cluster: &mut Cluster, request: &Request) -> Answer {
    let aggregation = Aggregation::read(request)?;
    let tokens = request.list("subtasks");
    let ranges = tokens.map(|tokens| tokens.into_iter().map(range).collect::<Vec<_>>());
    let is_wanted = |subtask| {
        let ranges = ranges.as_ref();
        ranges.is_none_or(|ranges| ranges.iter().any(|range| range.contains(&subtask)))
    };
    let reported = reported(cluster, request)?.into_iter();
    let wanted = reported.filter(|(subtask, _)| is_wanted(*subtask));
    Ok(aggregation.over(request, wanted.map(|(_, reported)| reported).collect()))
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/metrics
pub(crate) fn of_subtask(cluster: &mut Cluster, request: &Request) -> Answer {
    let index = request.subtask()?;
    let mut reported = reported(cluster, request)?.into_iter();
    let own = reported.find(|(subtask, _)| *subtask == index);
    Ok(plain(
        request,
        own.map(|(_, reported)| reported).unwrap_or_default(),
    ))
}

/// What the subtasks of the vertex in the path report, with their indices. A job or vertex that is not
/// there reports nothing, and neither does a subtask that has ended.
fn reported(
    cluster: &mut Cluster,
    request: &Request,
) -> Result<Vec<(i32, Vec<Measurement>)>, Failure> {
    let (id, vertex, now) = (request.id("jobid")?, request.id("vertexid")?, request.now);
    if cluster.first_asked(format!("{id}/{vertex}")) {
        return Ok(Vec::new());
    }
    let Some(job) = cluster.job(&id) else {
        return Ok(Vec::new());
    };
    let Some(vertex) = job.vertex(&vertex, now) else {
        return Ok(Vec::new());
    };
    let state = |subtask| task::life(job, vertex, subtask).state(now);
    let running = (0..job.width(vertex)).filter(|subtask| state(*subtask) == Some(State::Running));
    Ok(running
        .map(|subtask| (subtask, measurement::of_task(job, vertex, subtask, now)))
        .collect())
}

fn has_started(job: &Job, now: i64) -> bool {
    job.has_graph(now)
}

fn nothing() -> Reply {
    json!([]).into()
}

/// Names alone, or the values of those in `get`; unknown ones are left out.
fn plain(request: &Request, reported: Vec<Measurement>) -> Reply {
    let metrics: Vec<Value> = match request.list("get") {
        None => reported
            .iter()
            .map(|(name, _)| json!({"id": name}))
            .collect(),
        Some(wanted) => {
            let found = reported
                .iter()
                .filter(|(name, _)| wanted.contains(&name.as_str()));
            found
                .map(|(name, value)| json!({"id": name, "value": value}))
                .collect()
        }
    };
    Value::from(metrics).into()
}

/// `2` and `5-9`; what is neither is ignored.
fn range(token: &str) -> std::ops::Range<i32> {
    let (from, to) = token.split_once('-').unwrap_or((token, token));
    match (from.parse::<i32>(), to.parse::<i32>()) {
        (Ok(from), Ok(to)) => from..to.saturating_add(1),
        _ => 0..0,
    }
}

/// Which of `min`, `max`, `avg`, `sum`, `skew` are asked for; all where none is.
struct Aggregation(Vec<&'static str>);

impl Aggregation {
    const ALL: [&'static str; 5] = ["min", "max", "avg", "sum", "skew"];

    fn read(request: &Request) -> Result<Self, Failure> {
        let wanted = request.parsed("agg", |name| {
            Self::ALL
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(name))
        })?;
        Ok(Self(wanted.unwrap_or_else(|| Self::ALL.to_vec())))
    }

    /// Names alone, or the aggregates of those in `get`. One unknown name empties the answer; a metric that
    /// is not a number is left out alone.
    fn over(&self, request: &Request, reported: Vec<Vec<Measurement>>) -> Reply {
        let mut metrics: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in reported.into_iter().flatten() {
            metrics.entry(name).or_default().push(value);
        }
        let answer: Vec<Value> = match request.list("get") {
            None => metrics.keys().map(|name| json!({"id": name})).collect(),
            Some(wanted) if wanted.iter().any(|name| !metrics.contains_key(*name)) => Vec::new(),
            Some(wanted) => {
                metrics.retain(|name, _| wanted.contains(&name.as_str()));
                metrics
                    .iter()
                    .filter_map(|(name, values)| self.of(name, values))
                    .collect()
            }
        };
        Value::from(answer).into()
    }

    fn of(&self, name: &str, values: &[String]) -> Option<Value> {
        let numbers: Vec<f64> = values
            .iter()
            .map(|value| value.parse().ok())
            .collect::<Option<_>>()?;
        let count = numbers.len() as f64;
        let sum: f64 = numbers.iter().sum();
        let average = sum / count;
        // The mean distance from the average, in per cent of it, at most 100.
        let distance = numbers
            .iter()
            .map(|number| (number - average).abs())
            .sum::<f64>()
            / count;
        let skew = if average == 0.0 {
            0.0
        } else {
            f64::min(100.0, distance / average * 100.0)
        };
        let mut metric = Map::from_iter([("id".to_owned(), json!(name))]);
        for aggregate in &self.0 {
            let number = match *aggregate {
                "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
                "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                "avg" => average,
                "sum" => sum,
                _ => skew,
            };
            let nan = numbers.iter().any(|number| number.is_nan());
            metric.insert(
                (*aggregate).to_owned(),
                double(if nan { f64::NAN } else { number }),
            );
        }
        Some(Value::Object(metric))
    }
}

/// A Java double: JSON has no word for some of them, and Flink writes those as strings.
fn double(number: f64) -> Value {
    match number {
        number if number.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        number => json!(number),
    }
}
