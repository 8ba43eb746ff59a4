//! Vertices: the summary inside a job, and the details with all subtasks.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::Failure;
use super::job::Job;
use super::program::Fate;
use super::reply::Answer;
use super::request::Request;
use super::subtask;
use super::task::{self, Load, State};
use super::taskmanager::Place;

/// Of every streaming job in the sandbox.
pub(super) const MAX_PARALLELISM: i32 = 128;

/// Some of the subtasks of a vertex, of which Flink makes sums.
struct Group<'a> {
    job: &'a Job,
    vertex: usize,
    subtasks: Vec<i32>,
    now: i64,
}

impl<'a> Group<'a> {
    fn all(job: &'a Job, vertex: usize, now: i64) -> Self {
        let subtasks = (0..job.width(vertex)).collect();
        Self {
            job,
            vertex,
            subtasks,
            now,
        }
    }

    /// The subtasks by the place at which they are.
    fn by_place(job: &'a Job, vertex: usize, now: i64) -> BTreeMap<Place, Self> {
        let mut groups: BTreeMap<Place, Self> = BTreeMap::new();
        for subtask in 0..job.width(vertex) {
            let place = Place::of(&task::life(job, vertex, subtask), now);
            let group = groups.entry(place).or_insert_with(|| Self {
                job,
                vertex,
                subtasks: Vec::new(),
                now,
            });
            group.subtasks.push(subtask);
        }
        groups
    }

    fn states(&self) -> Vec<Option<State>> {
        let state = |subtask: &i32| task::life(self.job, self.vertex, *subtask).state(self.now);
        self.subtasks.iter().map(state).collect()
    }

    fn loads(&self) -> Vec<Load> {
        let load = |subtask: &i32| Load::of(self.job, self.vertex, *subtask, self.now);
        self.subtasks.iter().map(load).collect()
    }

    /// The sum of all loads.
    fn load(&self) -> Load {
        self.loads()
            .into_iter()
            .reduce(Load::add)
            .unwrap_or_default()
    }

    /// The state that Flink derives: the first of these that any of the tasks is in.
    fn state(&self) -> State {
        let states = self.states();
        let any = |state| states.contains(&Some(state));
        let order = [
            State::Failed,
            State::Canceling,
            State::Canceled,
            State::Initializing,
            State::Running,
        ];
        match order.into_iter().find(|state| any(*state)) {
            Some(state) => state,
            None if states.iter().all(|state| *state == Some(State::Finished)) => State::Finished,
            None if any(State::Finished) => State::Running,
            None => State::Created,
        }
    }

    /// `start-time` of the first, `end-time` of the last where all have ended, `duration`; -1 where there is none.
    fn times(&self) -> (i64, i64, i64) {
        let times = self
            .subtasks
            .iter()
            .map(|subtask| task::times(&task::life(self.job, self.vertex, *subtask), self.now));
        let times: Vec<_> = times.collect();
        let started = times.iter().filter(|(start, ..)| *start >= 0);
        let start = started.map(|(start, ..)| *start).min().unwrap_or(-1);
        let ends = times
            .iter()
            .map(|(_, end, _)| Some(*end).filter(|end| *end >= 0));
        let end = ends
            .collect::<Option<Vec<i64>>>()
            .and_then(|ends| ends.into_iter().max())
            .unwrap_or(-1);
        let duration = match (start, end) {
            (..0, _) => -1,
            (_, ..0) => self.now - start,
            _ => end - start,
        };
        (start, end, duration)
    }

    /// `Aggregated`.
    fn aggregated(&self) -> Value {
        let loads = self.loads();
        let over = |value: fn(&Load) -> i64| statistics(loads.iter().map(value).collect());
        let durations: BTreeMap<&str, Value> = task::TIMED
            .into_iter()
            .map(|state| {
                let spent = self.subtasks.iter().map(|subtask| {
                    task::life(self.job, self.vertex, *subtask)
                        .spent(state, self.now)
                        .unwrap_or(-1)
                });
                (state.name(), statistics(spent.collect()))
            })
            .collect();
        json!({
            "metrics": {
                "read-bytes": over(Load::read_bytes),
                "write-bytes": over(Load::write_bytes),
                "read-records": over(|load| load.read_records),
                "write-records": over(|load| load.write_records),
                "accumulated-backpressured-time": over(|_| 0),
                "accumulated-idle-time": over(|load| load.idle),
                "accumulated-busy-time": over(|load| load.busy),
            },
            "status-duration": durations,
        })
    }
}

/// The state of a vertex.
pub(super) fn state(job: &Job, vertex: usize, now: i64) -> State {
    Group::all(job, vertex, now).state()
}

/// The sum of the loads of a vertex.
pub(super) fn has_reported(job: &Job, vertex: usize, now: i64) -> bool {
    Group::all(job, vertex, now).load().complete
}

/// `JobVertex`, an item of the details of a job.
pub(super) fn summary(job: &Job, vertex: usize, now: i64) -> Value {
    let name = job.vertices().get(vertex);
    let all = Group::all(job, vertex, now);
    let (start, end, duration) = all.times();
    json!({
        "id": name.map(|vertex| vertex.id),
        "slotSharingGroupId": job.slot_sharing_group,
        "name": name.map(|vertex| vertex.name),
        "maxParallelism": max_parallelism(job, vertex),
        "parallelism": job.width(vertex),
        "status": all.state().name(),
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "tasks": task::counts(&all.states()),
        "metrics": all.load().to_json(),
    })
}

/// GET /jobs/:jobid/vertices/:vertexid
pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, index) = of_graph(cluster, request)?;
    let attempts = (0..job.width(index)).map(|subtask| subtask::attempt(job, index, subtask, now));
    Ok(json!({
        "id": job.vertices().get(index).map(|vertex| vertex.id),
        "name": job.vertices().get(index).map(|vertex| vertex.name),
        "parallelism": job.width(index),
        "maxParallelism": max_parallelism(job, index),
        "now": now,
        "subtasks": attempts.collect::<Vec<_>>(),
        "aggregated": Group::all(job, index, now).aggregated(),
    })
    .into())
}

/// GET /jobs/:jobid/vertices/:vertexid/taskmanagers
pub(super) fn taskmanagers(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let (job, index) = of_graph(cluster, request)?;
    let groups = Group::by_place(job, index, now).into_iter();
    let taskmanagers = groups.map(|(place, group)| {
        let (start, end, duration) = group.times();
        json!({
            // Seen on 1.20.5: not the host.
            "host": place.endpoint,
            "endpoint": place.endpoint,
            "status": group.state().name(),
            "start-time": start,
            "end-time": end,
            "duration": duration,
            "metrics": group.load().to_json(),
            "status-counts": task::counts(&group.states()),
            "taskmanager-id": place.id,
            "aggregated": group.aggregated(),
        })
    });
    Ok(json!({
        "id": job.vertices().get(index).map(|vertex| vertex.id),
        "name": job.vertices().get(index).map(|vertex| vertex.name),
        "now": now,
        "taskmanagers": taskmanagers.collect::<Vec<_>>(),
    })
    .into())
}

/// The position of the vertex in its job; `None` while the graph is not made.
pub(super) fn find(job: &Job, id: &str, now: i64) -> Option<usize> {
    job.vertices()
        .iter()
        .position(|vertex| vertex.id == id)
        .filter(|_| job.has_graph(now))
}

/// The vertex in the path, for the routes that miss one with these words. Others have [`subtask::find_vertex`].
fn of_graph<'a>(cluster: &'a Cluster, request: &Request) -> Result<(&'a Job, usize), Failure> {
    let id = request.id("vertexid")?;
    let job = cluster.job_of(request)?;
    let index = find(job, &id, request.now)
        .ok_or_else(|| Failure::not_found(format!("JobVertex {id} not found")))?;
    Ok((job, index))
}

/// A batch job does not leave room for more subtasks than it has.
fn max_parallelism(job: &Job, vertex: usize) -> i32 {
    match job.program.fate() {
        Fate::Batch => job.width(vertex),
        _ => MAX_PARALLELISM,
    }
}

/// `min`, `max` and so on over subtasks; percentiles lean to the lower of two as Flink's do.
fn statistics(mut values: Vec<i64>) -> Value {
    values.sort_unstable();
    let sum: i64 = values.iter().sum();
    let count = values.len() as i64;
    let at = |percent: usize| {
        values
            .get((values.len() * percent).div_ceil(100).max(1) - 1)
            .copied()
            .unwrap_or(-1)
    };
    let median = match values.len() {
        even if even % 2 == 0 => (at(50) + values.get(even / 2).copied().unwrap_or(-1)) / 2,
        _ => at(50),
    };
    json!({
        "min": values.first().copied().unwrap_or(-1),
        "max": values.last().copied().unwrap_or(-1),
        "avg": if count == 0 { -1 } else { sum / count },
        "sum": sum,
        "median": median,
        "p25": at(25),
        "p75": at(75),
        "p95": at(95),
    })
}
