//! Operations: set in motion by one request, asked for by others until some minutes after their end.

use super::checkpoint::{Checkpoint, FailureReason, Phase};
use super::checkpoint_coordinator::{self, Refusal};
use super::job::Job;

/// How long an outcome is kept, in ms (`rest.async.store-duration`).
const KEPT_FOR: i64 = 5 * 60 * 1000;

/// What is done. Each kind has triggers of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Savepoint,
    Checkpoint,
    Disposal,
    Deletion,
}

/// Under what an operation is asked for: its kind, the job of savepoints and checkpoints, and the id of its trigger.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) job: Option<String>,
    pub(crate) trigger: String,
}

/// An operation under its key.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) key: Key,
    pub(crate) ends: Ends,
}

/// When and how an operation ends.
#[derive(Debug)]
pub(crate) enum Ends {
    /// With this checkpoint of the job.
    WithCheckpoint(i64),
    /// Well, at this time.
    Well(i64),
    /// Badly, at this time.
    Badly(i64, Cause),
}

/// Why an operation fails.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    /// There is no such job, or it is over.
    NoJob(String),
    /// The job with this id has no checkpoints.
    NotStreaming(String),
    /// The path of the savepoint is empty.
    EmptyPointer,
    /// There is no savepoint at this path.
    NoSavepoint(String),
    /// The checkpoint failed.
    Checkpoint(FailureReason),
}

/// How an operation has ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done,
    /// With a savepoint at this path.
    Savepoint(String),
    /// With a checkpoint that has this id.
    Checkpoint(i64),
    Failed(Cause),
}

impl Ends {
    /// As the attempt to trigger a checkpoint of a job does.
    pub(crate) fn with(triggered: Result<i64, Refusal>, job: &str, now: i64) -> Self {
        match triggered {
            Ok(id) => Self::WithCheckpoint(id),
            Err(Refusal::Over) => Self::Badly(now, Cause::NoJob(job.to_owned())),
            Err(Refusal::NotStreaming) => Self::Badly(now, Cause::NotStreaming(job.to_owned())),
        }
    }
}

impl Operation {
    /// Whether one can ask for it still; `job` is the one that its key names.
    pub(crate) fn is_kept(&self, job: Option<&Job>, now: i64) -> bool {
        self.ended(job, now).is_none_or(|at| now <= at + KEPT_FOR)
    }

    /// How it has ended; `None` while it goes on.
    pub(crate) fn outcome(&self, job: Option<&Job>, now: i64) -> Option<Outcome> {
        self.ended(job, now)?;
        Some(match &self.ends {
            Ends::Well(_) => Outcome::Done,
            Ends::Badly(_, cause) => Outcome::Failed(cause.clone()),
            Ends::WithCheckpoint(id) => {
                let checkpoint = checkpoint(job, *id, now)?;
                match checkpoint.phase(now) {
                    Phase::Failed(_, reason) => Outcome::Failed(Cause::Checkpoint(reason)),
                    _ if self.key.kind == Kind::Savepoint => Outcome::Savepoint(checkpoint.path),
                    _ => Outcome::Checkpoint(*id),
                }
            }
        })
    }

    fn ended(&self, job: Option<&Job>, now: i64) -> Option<i64> {
        match self.ends {
            Ends::Well(at) | Ends::Badly(at, _) => Some(at).filter(|at| *at <= now),
            Ends::WithCheckpoint(id) => match checkpoint(job, id, now)?.phase(now) {
                Phase::InProgress => None,
                Phase::Completed(at) | Phase::Failed(at, _) => Some(at),
            },
        }
    }
}

fn checkpoint(job: Option<&Job>, id: i64, now: i64) -> Option<Checkpoint> {
    checkpoint_coordinator::find(job?, id, now)
}
