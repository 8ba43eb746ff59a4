//! Jobs: their lives, and the routes that tell of them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::checkpoint::{self, Checkpoint, Restored, Wanted};
use super::cluster::Cluster;
use super::error::{self, Failure};
use super::plan;
use super::program::{Fate, Program};
use super::reply::{Answer, Reply};
use super::request::Request;
use super::requirement::Bounds;
use super::task::{self, State as TaskState};
use super::timeline::Timeline;
use super::vertex;
use crate::sandbox::ids::Ids;

/// The states in which a job can be. Two Ls in CANCELLING: tasks have one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Status {
    Initializing,
    Created,
    Running,
    Failing,
    Failed,
    Cancelling,
    Canceled,
    Finished,
    Restarting,
}

/// The name of each state on the wire; the last two are entered by nothing in the sandbox.
const STATUSES: [(&str, Option<Status>); 11] = [
    ("INITIALIZING", Some(Status::Initializing)),
    ("CREATED", Some(Status::Created)),
    ("RUNNING", Some(Status::Running)),
    ("FAILING", Some(Status::Failing)),
    ("FAILED", Some(Status::Failed)),
    ("CANCELLING", Some(Status::Cancelling)),
    ("CANCELED", Some(Status::Canceled)),
    ("FINISHED", Some(Status::Finished)),
    ("RESTARTING", Some(Status::Restarting)),
    ("RECONCILING", None),
    ("SUSPENDED", None),
];

/// From the submission to CREATED, and to RUNNING; how long a program with an end runs; from FAILING to
/// FAILED, and from CANCELLING to CANCELED. All in ms.
const CREATED_AFTER: i64 = 120;
const RUNNING_AFTER: i64 = 240;
const RUNS_FOR: i64 = 1200;
const FAILS_FOR: i64 = 20;
const CANCELS_FOR: i64 = 60;

/// From RESTARTING to RUNNING, in ms.
const RESTARTS_FOR: i64 = 40;

impl Status {
    pub(super) fn name(self) -> &'static str {
        STATUSES
            .iter()
            .find(|(_, status)| *status == Some(self))
            .map_or("", |(name, _)| name)
    }

    pub(super) fn is_terminal(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled | Self::Finished)
    }
}

/// A job that was submitted.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) program: Program,
    pub(super) parallelism: i32,
    pub(super) slot_sharing_group: String,
    pub(super) arguments: Vec<String>,
    pub(super) timeline: Timeline<Status>,
    /// The bounds within which the adaptive scheduler chooses the parallelism of each vertex.
    pub(super) bounds: Vec<Bounds>,
    /// The parallelism of each vertex.
    widths: Vec<i32>,
    /// The checkpoints that were asked for, oldest first.
    pub(super) wanted: Vec<Wanted>,
    /// The id of its first checkpoint.
    pub(super) first_checkpoint: i64,
    /// What it has been started from, oldest first.
    pub(super) restored: Vec<Restored>,
    /// The savepoint that is not there, for want of which it could not be initialized.
    pub(super) lacks: Option<String>,
    /// The id of the data set that it leaves behind.
    pub(super) dataset: Option<String>,
}

impl Job {
    /// A job that is submitted at `now` and lives as its program does.
    pub(super) fn new(
        ids: &mut Ids,
        id: String,
        program: Program,
        parallelism: i32,
        now: i64,
    ) -> Self {
        let fate = program.fate();
        let vertices = plan::vertices(fate).len();
        Self {
            id,
            name: program.simple_name().to_owned(),
            program,
            parallelism,
            slot_sharing_group: ids.hex32(),
            arguments: Vec::new(),
            timeline: Self::life(fate, now),
            bounds: vec![
                Bounds {
                    lower: 1,
                    upper: parallelism
                };
                vertices
            ],
            widths: vec![parallelism; vertices],
            wanted: Vec::new(),
            first_checkpoint: 1,
            restored: Vec::new(),
            lacks: None,
            dataset: (fate == Fate::Batch).then(|| ids.hex32()),
        }
    }

    /// The life that a job started at `now` will have if nobody interferes.
    fn life(fate: Fate, now: i64) -> Timeline<Status> {
        let mut states = vec![
            (Status::Initializing, now),
            (Status::Created, now + CREATED_AFTER),
            (Status::Running, now + RUNNING_AFTER),
        ];
        let end = now + RUNNING_AFTER + RUNS_FOR;
        match fate {
            Fate::Bounded | Fate::Batch => states.push((Status::Finished, end)),
            Fate::Fails => {
                states.extend([(Status::Failing, end), (Status::Failed, end + FAILS_FOR)])
            }
            _ => {}
        }
        Timeline::new(states)
    }

    pub(super) fn status(&self, now: i64) -> Status {
        self.timeline.state(now).unwrap_or(Status::Initializing)
    }

    pub(super) fn is_over(&self, now: i64) -> bool {
        self.status(now).is_terminal()
    }

    /// Cancels at `at`, which may lie in the future.
    pub(super) fn cancel(&mut self, at: i64) {
        self.timeline.turn(
            at,
            [
                (Status::Cancelling, at),
                (Status::Canceled, at + CANCELS_FOR),
            ],
        );
    }

    /// Finishes at `at`, as a job does that is stopped with a savepoint.
    pub(super) fn finish(&mut self, at: i64) {
        self.timeline.turn(at, [(Status::Finished, at)]);
    }

    /// Starts from a checkpoint rather than from nothing.
    pub(super) fn restore(&mut self, checkpoint: &Checkpoint, now: i64) {
        self.restored.push(Restored::from(checkpoint, now));
        self.first_checkpoint = checkpoint.id + 1;
    }

    /// Fails before there is anything to run, since it lacks this savepoint.
    pub(super) fn fail_to_start(&mut self, lacks: String, now: i64) {
        self.lacks = Some(lacks);
        self.timeline = Timeline::new(vec![(Status::Initializing, now), (Status::Failed, now)]);
    }

    /// Gives each vertex as many subtasks as its bounds and the slots allow. A job that runs restarts for that,
    /// from its newest checkpoint.
    pub(super) fn rescale(&mut self, slots: i32, now: i64) {
        let fits = self.bounds.iter().all(|bounds| bounds.lower <= slots);
        let fitting = self.bounds.iter().map(|bounds| bounds.upper.min(slots));
        let widths: Vec<i32> = fitting.collect();
        // Without the slots that it wants at least, a job goes on as it is.
        if !fits || widths == self.widths {
            return;
        }
        match self.status(now) {
            Status::Initializing | Status::Created => {}
            Status::Running => self.restart(now),
            _ => return,
        }
        self.widths = widths;
    }

    fn restart(&mut self, now: i64) {
        if let Some(newest) = checkpoint::newest(self, now) {
            self.restored.push(Restored::from(&newest, now));
        }
        let mut future = vec![
            (Status::Restarting, now),
            (Status::Created, now),
            (Status::Running, now + RESTARTS_FOR),
        ];
        future.extend(self.timeline.future(now));
        self.timeline.turn(now, future);
    }

    /// The number of subtasks of a vertex.
    pub(super) fn width(&self, vertex: usize) -> i32 {
        self.widths.get(vertex).copied().unwrap_or(0)
    }

    /// The slots that it occupies: as many as its widest vertex has subtasks.
    pub(super) fn slots(&self) -> i32 {
        self.widths.iter().copied().max().unwrap_or(0)
    }

    /// Whether there is anything to run: not yet while it is INITIALIZING, and never where that failed.
    pub(super) fn has_graph(&self, now: i64) -> bool {
        self.timeline.entered(Status::Created, now).is_some()
    }

    pub(super) fn kind(&self) -> &'static str {
        plan::kind(self.program.fate())
    }

    pub(super) fn vertices(&self) -> &'static [plan::Vertex] {
        plan::vertices(self.program.fate())
    }

    /// Unknown where vertices need not agree.
    fn max_parallelism(&self) -> i32 {
        match self.program.fate() {
            Fate::Batch => -1,
            _ => vertex::MAX_PARALLELISM,
        }
    }

    /// `start-time`, `end-time` (-1 while it runs), `duration`.
    pub(super) fn times(&self, now: i64) -> (i64, i64, i64) {
        let start = self.timeline.enters(Status::Initializing).unwrap_or(now);
        let end = if self.is_over(now) {
            self.timeline.changed(now).unwrap_or(now)
        } else {
            -1
        };
        (start, end, if end < 0 { now - start } else { end - start })
    }

    /// The lives of all tasks.
    fn lives(&self) -> impl Iterator<Item = Timeline<TaskState>> + '_ {
        let vertices = 0..self.vertices().len();
        vertices.flat_map(move |vertex| {
            (0..self.width(vertex)).map(move |subtask| task::life(self, vertex, subtask))
        })
    }

    fn plan(&self, now: i64) -> Value {
        // Without a graph Flink pastes in an empty object.
        if !self.has_graph(now) {
            return json!({});
        }
        let width = |vertex| self.width(vertex);
        plan::plan(&self.id, &self.name, self.program.fate(), width)
    }

    /// When a task changed its state, or the job ended; 0 while there are no tasks.
    fn modified(&self, now: i64) -> i64 {
        let changed = self.lives().filter_map(|life| life.changed(now));
        let ended = self.timeline.changed(now).filter(|_| self.is_over(now));
        changed.chain(ended).max().unwrap_or(0)
    }

    fn overview(&self, now: i64) -> Value {
        let (start, end, duration) = self.times(now);
        let tasks: Vec<Option<TaskState>> = self.lives().map(|life| life.state(now)).collect();
        let mut counts: Map<String, Value> = task::counts(&tasks)
            .into_iter()
            .map(|(name, count)| (name.to_ascii_lowercase(), count))
            .collect();
        counts.insert("total".to_owned(), json!(tasks.iter().flatten().count()));
        json!({
            "jid": self.id,
            "name": self.name,
            "start-time": start,
            "end-time": end,
            "duration": duration,
            "state": self.status(now).name(),
            "last-modification": self.modified(now),
            "tasks": counts,
        })
    }

    fn details(&self, now: i64) -> Value {
        let (start, end, duration) = self.times(now);
        let entered = |status: Option<Status>| {
            status
                .and_then(|status| self.timeline.entered(status, now))
                .unwrap_or(0)
        };
        let timestamps: Map<String, Value> = STATUSES
            .iter()
            .map(|(name, status)| ((*name).to_owned(), json!(entered(*status))))
            .collect();
        let exists = self.has_graph(now);
        let vertices: Vec<usize> = (0..self.vertices().len()).filter(|_| exists).collect();
        let states: Vec<Option<TaskState>> = vertices
            .iter()
            .map(|vertex| Some(vertex::state(self, *vertex, now)))
            .collect();
        json!({
            "jid": self.id,
            "name": self.name,
            "isStoppable": false,
            "state": self.status(now).name(),
            "job-type": self.kind(),
            "start-time": start,
            "end-time": end,
            "duration": duration,
            "maxParallelism": if exists { self.max_parallelism() } else { -1 },
            "now": now,
            "timestamps": timestamps,
            "vertices": vertices.iter().map(|vertex| vertex::summary(self, *vertex, now)).collect::<Vec<_>>(),
            "status-counts": task::counts(&states),
            "plan": self.plan(now),
        })
    }
}

/// GET /jobs
pub(super) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let jobs: Vec<Value> = cluster
        .jobs
        .iter()
        .map(|job| json!({"id": job.id, "status": job.status(request.now).name()}))
        .collect();
    Ok(json!({"jobs": jobs}).into())
}

/// GET /jobs/overview
pub(super) fn overview(cluster: &mut Cluster, request: &Request) -> Answer {
    let jobs: Vec<Value> = cluster
        .jobs
        .iter()
        .map(|job| job.overview(request.now))
        .collect();
    Ok(json!({"jobs": jobs}).into())
}

/// GET /jobs/:jobid
pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(cluster.job_of(request)?.details(request.now).into())
}

/// GET /jobs/:jobid/status
pub(super) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    // Seen on 1.20.5: this route does not foresee an unknown id, and answers 500.
    let job = cluster
        .job(&id)
        .ok_or_else(|| Failure::unhandled(error::job_not_found(&id)))?;
    Ok(json!({"status": job.status(request.now).name()}).into())
}

/// GET /jobs/:jobid/plan
pub(super) fn plan_of(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(json!({"plan": cluster.job_of(request)?.plan(request.now)}).into())
}

/// GET /jobs/:jobid/config
pub(super) fn config(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = cluster.job_of(request)?;
    // What a program with global job parameters makes of `--key value`.
    let mut user_config: Map<String, Value> = job
        .arguments
        .chunks_exact(2)
        .filter_map(|pair| Some((pair.first()?, pair.last()?)))
        .map(|(key, value)| (key.trim_start_matches("--").to_owned(), json!(value)))
        .collect();
    if !job.arguments.is_empty() {
        user_config.insert("argv".to_owned(), json!(job.arguments.join("|")));
    }
    Ok(json!({
        "jid": job.id,
        "name": job.name,
        "execution-config": {
            "execution-mode": "PIPELINED",
            "restart-strategy": "Cluster level default restart strategy",
            "job-parallelism": job.parallelism,
            "object-reuse-mode": false,
            "user-config": user_config,
        },
    })
    .into())
}

/// PATCH /jobs/:jobid
pub(super) fn cancel(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.id("jobid")?;
    // Each mode with the status it is answered with.
    let mode = request.parsed("mode", |mode| match mode.to_ascii_lowercase().as_str() {
        "cancel" => Some(StatusCode::ACCEPTED),
        "stop" => Some(StatusCode::PERMANENT_REDIRECT),
        _ => None,
    })?;
    if mode.is_some_and(|modes| modes.first() == Some(&StatusCode::PERMANENT_REDIRECT)) {
        // Seen on 1.20.5: a redirect without a Location.
        let message = "The termination mode \"stop\" has been removed. \
                       For an ungraceful shutdown, please use \"cancel\" instead. \
                       For a graceful shutdown, please use \"jobs/:jobId/stop\" instead.";
        return Err(Failure::rest(StatusCode::PERMANENT_REDIRECT, message));
    }
    let Some(job) = cluster.job_mut(&id) else {
        return Err(
            Failure::rest(StatusCode::NOT_FOUND, "Job could not be found.")
                .caused_by(error::job_not_found(&id)),
        );
    };
    match job.status(request.now) {
        status @ (Status::Finished | Status::Failed) => {
            let name = status.name();
            let message = format!(
                "Job cancellation failed because the job has already reached another terminal state ({name})."
            );
            Err(Failure::rest(StatusCode::CONFLICT, message))
        }
        Status::Cancelling | Status::Canceled => Ok(Reply::accepted(json!({}))),
        _ => {
            job.cancel(request.now);
            Ok(Reply::accepted(json!({})))
        }
    }
}
