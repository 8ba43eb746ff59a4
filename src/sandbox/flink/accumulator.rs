//! Accumulators: what the enriching program counts, one of each kind that Flink has.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use super::cluster::Cluster;
use super::job::Job;
use super::plan::Vertex;
use super::reply::Answer;
use super::request::Request;
use super::serialization;
use super::subtask;
use super::task::{self, Load};
use super::taskmanager::Place;

/// What has been counted by some subtasks, each of which has seen the numbers from 1 on.
#[derive(Clone, Debug, Default)]
struct Count {
    /// Of the numbers that leave 0, 1 and 2 when divided by 3.
    residues: [i64; 3],
    seen: i64,
    sum: i64,
    subtasks: usize,
}

impl Count {
    /// Of one subtask.
    fn of(job: &Job, vertex: usize, subtask: i32, now: i64) -> Self {
        let load = Load::of(job, vertex, subtask, now);
        if !is_counted(job.vertices().get(vertex)) || !load.complete {
            return Self::default();
        }
        let seen = load.read_records;
        Self {
            residues: [seen / 3, (seen + 2) / 3, (seen + 1) / 3],
            seen,
            sum: seen * (seen + 1) / 2,
            subtasks: 1,
        }
    }

    /// Of all subtasks of one vertex.
    fn of_vertex(job: &Job, vertex: usize, now: i64) -> Self {
        (0..job.width(vertex))
            .map(|subtask| Self::of(job, vertex, subtask, now))
            .fold(Self::default(), Self::add)
    }

    /// Of the whole job.
    fn of_job(job: &Job, now: i64) -> Self {
        (0..job.vertices().len())
            .map(|vertex| Self::of_vertex(job, vertex, now))
            .fold(Self::default(), Self::add)
    }

    fn add(self, other: Self) -> Self {
        let [a, b, c] = self.residues;
        let [d, e, f] = other.residues;
        Self {
            residues: [a + d, b + e, c + f],
            seen: self.seen + other.seen,
            sum: self.sum + other.sum,
            subtasks: self.subtasks + other.subtasks,
        }
    }

    fn average(&self) -> f64 {
        self.sum as f64 / self.seen.max(1) as f64
    }

    fn halves(&self) -> f64 {
        self.seen as f64 / 2.0
    }

    /// `UserAccumulator`s; none before a subtask has reported.
    fn to_json(&self) -> Vec<Value> {
        if self.subtasks == 0 {
            return Vec::new();
        }
        let [zero, one, two] = self.residues;
        let words = vec!["subtask"; self.subtasks];
        [
            (
                "hist",
                "Histogram",
                format!("{{0={zero}, 1={one}, 2={two}}}"),
            ),
            ("avg", "AverageAccumulator", format!("{:?}", self.average())),
            (ODD, "ListAccumulator", format!("[{}]", words.join(", "))),
            ("sum", "LongCounter", self.sum.to_string()),
            ("seen", "IntCounter", self.seen.to_string()),
            ("dbl", "DoubleCounter", format!("{:?}", self.halves())),
        ]
        .into_iter()
        .map(|(name, kind, value)| json!({"name": name, "type": kind, "value": value}))
        .collect()
    }

    /// The values as Java serializes them, in base64, by name.
    fn serialized(&self) -> Map<String, Value> {
        if self.subtasks == 0 {
            return Map::new();
        }
        let seen = i32::try_from(self.seen).unwrap_or(i32::MAX);
        let residues = self
            .residues
            .map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        [
            ("hist", serialization::histogram(residues)),
            ("avg", serialization::double(self.average())),
            (ODD, serialization::list("subtask", self.subtasks)),
            ("sum", serialization::long(self.sum)),
            ("seen", serialization::integer(seen)),
            ("dbl", serialization::double(self.halves())),
        ]
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), json!(BASE64.encode(bytes))))
        .collect()
    }
}

/// A name with everything in it that may go wrong on its way.
const ODD: &str = "weird name, [x] é";

/// GET /jobs/:jobid/accumulators
pub(super) fn of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = cluster.job_of(request)?;
    let count = Count::of_job(job, request.now);
    // What is not the word true is false.
    let include = request
        .query("includeSerializedValue")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let serialized = if include {
        count.serialized()
    } else {
        Map::new()
    };
    Ok(json!({
        "job-accumulators": [],
        "user-task-accumulators": count.to_json(),
        "serialized-user-task-accumulators": serialized,
    })
    .into())
}

/// GET /jobs/:jobid/vertices/:vertexid/accumulators
pub(super) fn of_vertex(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex) = subtask::find_vertex(cluster, request)?;
    let count = Count::of_vertex(job, vertex, request.now);
    let id = job.vertices().get(vertex).map(|vertex| vertex.id);
    Ok(json!({"id": id, "user-accumulators": count.to_json()}).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/accumulators
pub(super) fn of_subtasks(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, vertex) = subtask::find_vertex(cluster, request)?;
    let subtask = |subtask| {
        let place = Place::of(&task::life(job, vertex, subtask), now);
        json!({
            "subtask": subtask,
            "attempt": 0,
            "host": place.host,
            "endpoint": place.endpoint,
            "user-accumulators": Count::of(job, vertex, subtask, now).to_json(),
        })
    };
    let id = job.vertices().get(vertex).map(|vertex| vertex.id);
    let subtasks: Vec<Value> = (0..job.width(vertex)).map(subtask).collect();
    Ok(json!({"id": id, "parallelism": job.width(vertex), "subtasks": subtasks}).into())
}

/// GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt/accumulators
pub(super) fn of_attempt(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, vertex, subtask) = subtask::find_attempt(cluster, request)?;
    let id = job.vertices().get(vertex).map_or("", |vertex| vertex.id);
    Ok(json!({
        "subtask": subtask,
        "attempt": 0,
        // The graph has an id of its own in it; that of the slot sharing group is as good.
        "id": format!("{}_{id}_{subtask}_0", job.slot_sharing_group),
        "user-accumulators": Count::of(job, vertex, subtask, request.now).to_json(),
    })
    .into())
}

/// What the result of a job says of its accumulators.
pub(super) fn serialized(job: &Job, now: i64) -> Map<String, Value> {
    Count::of_job(job, now).serialized()
}

fn is_counted(vertex: Option<&Vertex>) -> bool {
    vertex.is_some_and(|vertex| vertex.name.starts_with("Enrich"))
}
