//! Checkpoints: the periodic ones, and those that were asked for, savepoints among them.

use super::acknowledgement::{self, Acknowledgement};

/// How long one takes that was asked for, in ms: long enough to be seen in progress.
pub(crate) const TAKES: i64 = 250;

/// Where checkpoints go, and savepoints that name no directory (`state.savepoints.dir`).
const DIRECTORY: &str = "file:/tmp/flink/checkpoints";
pub(crate) const DEFAULT_DIRECTORY: &str = "file:/tmp/flink/savepoints";

/// What a checkpoint is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Checkpoint,
    /// In this format.
    Savepoint(String),
    /// The same, after which the job stops.
    SyncSavepoint(String),
}

/// A checkpoint that somebody asked for.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) kind: Kind,
    pub(crate) at: i64,
    /// Where it is written, or why that fails at once.
    pub(crate) path: Result<String, FailureReason>,
    /// Whether no periodic one follows it, since the job is to end.
    pub(crate) is_last: bool,
}

/// Why a checkpoint fails, under the names of Flink's `CheckpointFailureReason`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FailureReason {
    CoordinatorSuspend,
    IoException,
}

impl FailureReason {
    /// What Flink says of it.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::CoordinatorSuspend => "Checkpoint Coordinator is suspending.",
            Self::IoException => {
                "An Exception occurred while triggering the checkpoint. IO-problem detected."
            }
        }
    }
}

/// What a job started from.
#[derive(Clone, Debug)]
pub(crate) struct Restored {
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) is_savepoint: bool,
    pub(crate) path: String,
}

impl Restored {
    pub(crate) fn from(checkpoint: &Checkpoint, at: i64) -> Self {
        Self {
            id: checkpoint.id,
            at,
            is_savepoint: checkpoint.is_savepoint(),
            path: checkpoint.path.clone(),
        }
    }
}

/// How far a checkpoint is, and since when.
#[derive(Debug, PartialEq)]
pub(crate) enum Phase {
    InProgress,
    Completed(i64),
    Failed(i64, FailureReason),
}

/// A checkpoint that has been triggered.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) triggered: i64,
    takes: i64,
    failure: Option<(i64, FailureReason)>,
    /// Empty where it cannot be written.
    pub(crate) path: String,
    pub(crate) acknowledgements: Vec<Acknowledgement>,
}

impl Checkpoint {
    /// The one with this id of this job, which leaves RUNNING for good at `ended`.
    pub(crate) fn new(
        job: &str,
        widths: &[i32],
        id: i64,
        at: i64,
        wanted: Option<&Wanted>,
        ended: Option<i64>,
    ) -> Self {
        let takes = if wanted.is_some() {
            TAKES
        } else {
            // No two take the same time, so that there are percentiles to compute.
            20 + id * 9 % 61
        };
        let chk = || format!("{DIRECTORY}/{job}/chk-{id}");
        let (path, refused) = match wanted.map(|wanted| &wanted.path) {
            Some(Err(reason)) => (String::new(), Some((at, *reason))),
            Some(Ok(path)) if !path.is_empty() => (path.clone(), None),
            _ => (chk(), None),
        };
        let broken = ended
            .filter(|ended| *ended < at + takes)
            .map(|ended| (ended, FailureReason::CoordinatorSuspend));
        Self {
            id,
            kind: wanted.map_or(Kind::Checkpoint, |wanted| wanted.kind.clone()),
            triggered: at,
            takes,
            failure: refused.or(broken),
            path,
            acknowledgements: acknowledgement::of(widths, id, at, takes),
        }
    }

    /// From the trigger to the last acknowledgement, in ms.
    pub(crate) fn duration(&self) -> i64 {
        self.takes
    }

    /// Bytes of state when it is whole.
    pub(crate) fn size(&self) -> i64 {
        let parts = self.acknowledgements.iter();
        parts.map(|acknowledgement| acknowledgement.size).sum()
    }

    /// Bytes that passed by while the barriers were aligned.
    pub(crate) fn processed(&self) -> i64 {
        let parts = self.acknowledgements.iter();
        parts.map(|acknowledgement| acknowledgement.processed).sum()
    }

    pub(crate) fn phase(&self, now: i64) -> Phase {
        let completed = self.triggered + self.takes;
        match self.failure {
            Some((at, reason)) if at <= now => Phase::Failed(at, reason),
            None if completed <= now => Phase::Completed(completed),
            _ => Phase::InProgress,
        }
    }

    pub(crate) fn is_savepoint(&self) -> bool {
        self.kind != Kind::Checkpoint
    }

    pub(crate) fn has_completed(&self, now: i64) -> bool {
        matches!(self.phase(now), Phase::Completed(_))
    }

    /// Those that have arrived before it ended.
    pub(crate) fn acknowledged(&self, now: i64) -> impl Iterator<Item = &Acknowledgement> {
        let until = match &self.failure {
            // What is refused at once is never sent to a task.
            Some((at, _)) if *at == self.triggered => i64::MIN,
            Some((at, _)) => now.min(*at),
            None => now,
        };
        self.acknowledgements
            .iter()
            .filter(move |acknowledgement| acknowledgement.at <= until)
    }
}

/// A path as Flink writes it back: `/a` and `file:///a/` are both `file:/a`.
pub(crate) fn normal(directory: &str) -> String {
    let path = directory.trim_end_matches('/');
    match path.strip_prefix("file://").unwrap_or(path) {
        local if local.starts_with('/') => format!("file:{local}"),
        other => other.to_owned(),
    }
}
