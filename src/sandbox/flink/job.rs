//! Jobs and their lives.

use super::checkpoint::{self, Checkpoint, Restored, Wanted};
use super::plan;
use super::program::{Fate, Program};
use super::requirement::Bounds;
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

/// From RESTARTING to RUNNING, in ms.
const RESTARTS_FOR: i64 = 40;

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
}
