//! Jobs and their lives.

use super::checkpoint::{Checkpoint, Restored, Wanted};
use super::plan;
use super::program::{Fate, Program};
use super::status::Status;
use super::timeline::Timeline;
use crate::sandbox::ids::Ids;

/// From the submission to CREATED, and to RUNNING; how long a program with an end runs; from FAILING to
/// FAILED, and from CANCELLING to CANCELED. All in ms.
const CREATED_AFTER: i64 = 120;
const RUNNING_AFTER: i64 = 240;
const RUNS_FOR: i64 = 1200;
const FAILS_FOR: i64 = 20;
const CANCELS_FOR: i64 = 60;

/// The bounds within which the parallelism of a vertex is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) lower: i32,
    pub(crate) upper: i32,
}

/// A job that was submitted.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) program: Program,
    pub(crate) parallelism: i32,
    pub(crate) slot_sharing_group: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) timeline: Timeline<Status>,
    /// The bounds within which the adaptive scheduler chooses the parallelism of each vertex.
    pub(crate) bounds: Vec<Bounds>,
    /// The parallelism of each vertex.
    pub(super) widths: Vec<i32>,
    /// The checkpoints that were asked for, oldest first.
    pub(crate) wanted: Vec<Wanted>,
    /// The id of its first checkpoint.
    pub(crate) first_checkpoint: i64,
    /// What it has been started from, oldest first.
    pub(crate) restored: Vec<Restored>,
    /// The savepoint that is not there, for want of which it could not be initialized.
    pub(crate) lacks: Option<String>,
    /// The id of the data set that it leaves behind.
    pub(crate) dataset: Option<String>,
}

impl Job {
    /// A job that is submitted at `now` and lives as its program does.
    pub(crate) fn new(
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

    pub(crate) fn status(&self, now: i64) -> Status {
        self.timeline.state(now).unwrap_or(Status::Initializing)
    }

    pub(crate) fn is_over(&self, now: i64) -> bool {
        self.status(now).is_terminal()
    }

    /// Cancels at `at`, which may lie in the future.
    pub(crate) fn cancel(&mut self, at: i64) {
        self.timeline.turn(
            at,
            [
                (Status::Cancelling, at),
                (Status::Canceled, at + CANCELS_FOR),
            ],
        );
    }

    /// Finishes at `at`, as a job does that is stopped with a savepoint.
    pub(crate) fn finish(&mut self, at: i64) {
        self.timeline.turn(at, [(Status::Finished, at)]);
    }

    /// Starts from a checkpoint rather than from nothing.
    pub(crate) fn restore(&mut self, checkpoint: &Checkpoint, now: i64) {
        self.restored.push(Restored::from(checkpoint, now));
        self.first_checkpoint = checkpoint.id + 1;
    }

    /// Fails before there is anything to run, since it lacks this savepoint.
    pub(crate) fn fail_to_start(&mut self, lacks: String, now: i64) {
        self.lacks = Some(lacks);
        self.timeline = Timeline::new(vec![(Status::Initializing, now), (Status::Failed, now)]);
    }

    /// The number of subtasks of a vertex.
    pub(crate) fn width(&self, vertex: usize) -> i32 {
        self.widths.get(vertex).copied().unwrap_or(0)
    }

    /// The number of subtasks of each vertex.
    pub(crate) fn widths(&self) -> &[i32] {
        &self.widths
    }

    /// The slots that it occupies: as many as its widest vertex has subtasks.
    pub(crate) fn slots(&self) -> i32 {
        self.widths.iter().copied().max().unwrap_or(0)
    }

    /// Whether there is anything to run: not yet while it is INITIALIZING, and never where that failed.
    pub(crate) fn has_graph(&self, now: i64) -> bool {
        self.timeline.entered(Status::Created, now).is_some()
    }

    pub(crate) fn kind(&self) -> &'static str {
        plan::kind(self.program.fate())
    }

    pub(crate) fn vertices(&self) -> &'static [plan::Vertex] {
        plan::vertices(self.program.fate())
    }

    /// The position of the vertex with this id; `None` while the graph is not made.
    pub(crate) fn vertex(&self, id: &str, now: i64) -> Option<usize> {
        self.vertices()
            .iter()
            .position(|vertex| vertex.id == id)
            .filter(|_| self.has_graph(now))
    }

    /// The most subtasks that a vertex may have. A batch job does not leave room for more than there are.
    pub(crate) fn max_parallelism(&self, vertex: usize) -> i32 {
        match self.program.fate() {
            Fate::Batch => self.width(vertex),
            _ => plan::MAX_PARALLELISM,
        }
    }

    /// `start-time`, `end-time` (-1 while it runs), `duration`.
    pub(crate) fn times(&self, now: i64) -> (i64, i64, i64) {
        let start = self.timeline.enters(Status::Initializing).unwrap_or(now);
        let end = if self.is_over(now) {
            self.timeline.changed(now).unwrap_or(now)
        } else {
            -1
        };
        (start, end, if end < 0 { now - start } else { end - start })
    }
}
