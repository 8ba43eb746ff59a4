//! Checkpoints of a job: the periodic ones, and those that were asked for, savepoints among them.
//!
//! They are a function of the time too: the periodic ones follow from the life of the job.

use serde_json::{Map, Value, json};

use super::acknowledgement::{self, Acknowledgement};
use super::cluster::Cluster;
use super::error;
use super::job::Job;
use super::operation::Ends;
use super::program::Fate;
use super::status::Status;

/// From RUNNING to the first one, and from one to the next, in ms (`execution.checkpointing.interval`).
const FIRST_AFTER: i64 = 300;
pub(super) const INTERVAL: i64 = 2000;

/// How long one takes that was asked for, in ms: long enough to be seen in progress.
pub(super) const TAKES: i64 = 250;

const DIRECTORY: &str = "file:/tmp/flink/checkpoints";

const SUSPENDING: &str = "Checkpoint Coordinator is suspending.";

/// What a checkpoint is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Checkpoint,
    /// In this format.
    Savepoint(String),
    /// The same, after which the job stops.
    SyncSavepoint(String),
}

/// A checkpoint that somebody asked for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) kind: Kind,
    pub(super) at: i64,
    /// Where it is written, or why that fails at once.
    pub(super) path: Result<String, String>,
    /// Whether no periodic one follows it, since the job is to end.
    pub(super) is_last: bool,
}

/// What a job started from.
#[derive(Clone, Debug)]
pub(super) struct Restored {
    id: i64,
    pub(super) at: i64,
    is_savepoint: bool,
    path: String,
}

impl Restored {
    pub(super) fn from(checkpoint: &Checkpoint, at: i64) -> Self {
        Self {
            id: checkpoint.id,
            at,
            is_savepoint: checkpoint.is_savepoint(),
            path: checkpoint.path.clone(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "restore_timestamp": self.at,
            "is_savepoint": self.is_savepoint,
            "external_path": self.path,
        })
    }
}

/// How far a checkpoint is, and since when.
#[derive(Debug, PartialEq)]
pub(super) enum Phase<'a> {
    InProgress,
    Completed(i64),
    Failed(i64, &'a str),
}

/// A checkpoint that has been triggered.
#[derive(Debug)]
pub(super) struct Checkpoint {
    pub(super) id: i64,
    kind: Kind,
    pub(super) triggered: i64,
    takes: i64,
    failure: Option<(i64, String)>,
    /// Empty where it cannot be written.
    pub(super) path: String,
    acknowledgements: Vec<Acknowledgement>,
}

/// Those that have been triggered by `now`, oldest first.
pub(super) fn of(job: &Job, now: i64) -> Vec<Checkpoint> {
    let ended = ended(job);
    let mut triggers: Vec<(i64, Option<&Wanted>)> =
        periodic(job, ended, now).map(|at| (at, None)).collect();
    let wanted = job.wanted.iter().filter(|wanted| wanted.at <= now);
    triggers.extend(wanted.map(|wanted| (wanted.at, Some(wanted))));
    // A stable sort: ids do not change when time goes on.
    triggers.sort_by_key(|(at, _)| *at);
    (job.first_checkpoint..)
        .zip(triggers)
        .map(|(id, (at, wanted))| Checkpoint::new(job, id, at, wanted, ended))
        .collect()
}

/// Triggers a checkpoint, and says how that ends.
pub(super) fn request(job: &mut Job, wanted: Wanted) -> Ends {
    let now = wanted.at;
    if job.is_over(now) {
        return Ends::refused(now, vec![error::job_not_found(&job.id)]);
    }
    if !is_enabled(job) {
        let why = format!(
            "java.lang.IllegalStateException: Job {} is not a streaming job.",
            job.id
        );
        return Ends::refused(now, vec![why]);
    }
    job.wanted.push(wanted);
    // It is the last of all that have been triggered by now.
    let id = of(job, now).last().map_or(0, |checkpoint| checkpoint.id);
    Ends::WithCheckpoint(id)
}

/// The one with this id.
pub(super) fn find(job: &Job, id: i64, now: i64) -> Option<Checkpoint> {
    of(job, now)
        .into_iter()
        .find(|checkpoint| checkpoint.id == id)
}

/// The one that lies at this path, if it is whole and nobody has discarded it.
pub(super) fn stored(cluster: &Cluster, path: &str, now: i64) -> Option<Checkpoint> {
    let wanted = normal(path.trim_end_matches("/_metadata"));
    let jobs = cluster.jobs.iter();
    let mut checkpoints = jobs.flat_map(|job| {
        let checkpoints = of(job, now);
        let kept = kept(job, &checkpoints, now);
        checkpoints.into_iter().filter(move |checkpoint| {
            checkpoint.has_completed(now)
                && (checkpoint.is_savepoint() || kept == Some(checkpoint.id))
        })
    });
    checkpoints
        .find(|checkpoint| checkpoint.path == wanted)
        .filter(|checkpoint| !cluster.is_discarded(&checkpoint.path, now))
}

/// The newest that is whole: what a job is restarted from.
pub(super) fn newest(job: &Job, now: i64) -> Option<Checkpoint> {
    of(job, now)
        .into_iter()
        .rfind(|checkpoint| checkpoint.has_completed(now))
}

/// A path as Flink writes it back: `/a` and `file:///a/` are both `file:/a`.
pub(super) fn normal(directory: &str) -> String {
    let path = directory.trim_end_matches('/');
    match path.strip_prefix("file://").unwrap_or(path) {
        local if local.starts_with('/') => format!("file:{local}"),
        other => other.to_owned(),
    }
}

/// Batch jobs have none.
pub(super) fn is_enabled(job: &Job) -> bool {
    job.program.fate() != Fate::Batch
}

/// When the job leaves RUNNING for good, now or later.
fn ended(job: &Job) -> Option<i64> {
    let ends = [Status::Cancelling, Status::Failing, Status::Finished];
    ends.into_iter()
        .filter_map(|status| job.timeline.enters(status))
        .min()
}

/// When periodic ones are triggered: until the job ends, or is told to.
fn periodic(job: &Job, ended: Option<i64>, now: i64) -> impl Iterator<Item = i64> {
    let last = job.wanted.iter().find(|wanted| wanted.is_last);
    let until = ended
        .into_iter()
        .chain(last.map(|last| last.at))
        .min()
        .unwrap_or(i64::MAX);
    let running = job.timeline.began(Status::Running);
    let first = running
        .filter(|_| is_enabled(job))
        .map(|at| at + FIRST_AFTER);
    std::iter::successors(first, |at| at.checked_add(INTERVAL))
        .take_while(move |at| *at <= now && *at < until)
}

/// The one periodic checkpoint that is kept: the newest that is whole, while the job goes on.
pub(super) fn kept(job: &Job, checkpoints: &[Checkpoint], now: i64) -> Option<i64> {
    let mut whole = checkpoints
        .iter()
        .rev()
        .filter(|checkpoint| checkpoint.has_completed(now) && !checkpoint.is_savepoint());
    whole
        .next()
        .filter(|_| !job.is_over(now))
        .map(|checkpoint| checkpoint.id)
}

impl Checkpoint {
    fn new(job: &Job, id: i64, at: i64, wanted: Option<&Wanted>, ended: Option<i64>) -> Self {
        let takes = if wanted.is_some() {
            TAKES
        } else {
            // No two take the same time, so that there are percentiles to compute.
            20 + id * 9 % 61
        };
        let chk = || format!("{DIRECTORY}/{}/chk-{id}", job.id);
        let (path, refused) = match wanted.map(|wanted| &wanted.path) {
            Some(Err(why)) => (String::new(), Some((at, why.clone()))),
            Some(Ok(path)) if !path.is_empty() => (path.clone(), None),
            _ => (chk(), None),
        };
        let broken = ended
            .filter(|ended| *ended < at + takes)
            .map(|ended| (ended, SUSPENDING.to_owned()));
        Self {
            id,
            kind: wanted.map_or(Kind::Checkpoint, |wanted| wanted.kind.clone()),
            triggered: at,
            takes,
            failure: refused.or(broken),
            path,
            acknowledgements: acknowledgement::of(job, id, at, takes),
        }
    }

    /// From the trigger to the last acknowledgement, in ms.
    pub(super) fn duration(&self) -> i64 {
        self.takes
    }

    /// Bytes of state when it is whole.
    pub(super) fn size(&self) -> i64 {
        let parts = self.acknowledgements.iter();
        parts.map(|acknowledgement| acknowledgement.size).sum()
    }

    /// Bytes that passed by while the barriers were aligned.
    pub(super) fn processed(&self) -> i64 {
        let parts = self.acknowledgements.iter();
        parts.map(|acknowledgement| acknowledgement.processed).sum()
    }

    pub(super) fn phase(&self, now: i64) -> Phase<'_> {
        let completed = self.triggered + self.takes;
        match &self.failure {
            Some((at, why)) if *at <= now => Phase::Failed(*at, why),
            None if completed <= now => Phase::Completed(completed),
            _ => Phase::InProgress,
        }
    }

    pub(super) fn is_savepoint(&self) -> bool {
        self.kind != Kind::Checkpoint
    }

    pub(super) fn has_completed(&self, now: i64) -> bool {
        matches!(self.phase(now), Phase::Completed(_))
    }

    /// Those that have arrived before it ended.
    pub(super) fn acknowledged(&self, now: i64) -> impl Iterator<Item = &Acknowledgement> {
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

    /// The members that a checkpoint and its part of one vertex have in common.
    pub(super) fn counts(&self, vertex: Option<usize>, now: i64) -> Map<String, Value> {
        let of_vertex = |acknowledgement: &&Acknowledgement| {
            vertex.is_none_or(|vertex| vertex == acknowledgement.vertex)
        };
        let arrived: Vec<&Acknowledgement> = self.acknowledged(now).filter(of_vertex).collect();
        let all = self.acknowledgements.iter().filter(of_vertex).count();
        let sum = |value: fn(&Acknowledgement) -> i64| {
            arrived
                .iter()
                .map(|acknowledgement| value(acknowledgement))
                .sum::<i64>()
        };
        let latest = arrived
            .iter()
            .map(|acknowledgement| acknowledgement.at)
            .max();
        let size = sum(|acknowledgement| acknowledgement.size);
        let status = match self.phase(now) {
            Phase::InProgress => "IN_PROGRESS",
            Phase::Completed(_) => "COMPLETED",
            Phase::Failed(..) => "FAILED",
        };
        let members = [
            ("id", json!(self.id)),
            ("status", json!(status)),
            ("latest_ack_timestamp", json!(latest.unwrap_or(-1))),
            ("checkpointed_size", json!(size)),
            ("state_size", json!(size)),
            (
                "end_to_end_duration",
                json!(latest.map_or(-1, |at| at - self.triggered)),
            ),
            ("alignment_buffered", json!(0)),
            (
                "processed_data",
                json!(sum(|acknowledgement| acknowledgement.processed)),
            ),
            ("persisted_data", json!(0)),
            ("num_subtasks", json!(all)),
            ("num_acknowledged_subtasks", json!(arrived.len())),
        ];
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// `CheckpointStatistics`; `tasks` are left empty in lists.
    pub(super) fn to_json(&self, kept: Option<i64>, tasks: Value, now: i64) -> Value {
        let mut members = self.counts(None, now);
        let format = match &self.kind {
            Kind::Checkpoint => None,
            Kind::Savepoint(format) | Kind::SyncSavepoint(format) => Some(format),
        };
        let kind = match self.kind {
            Kind::Checkpoint => "CHECKPOINT",
            Kind::Savepoint(_) => "SAVEPOINT",
            Kind::SyncSavepoint(_) => "SYNC_SAVEPOINT",
        };
        let mut more = vec![
            ("is_savepoint", json!(self.is_savepoint())),
            ("savepointFormat", json!(format)),
            ("trigger_timestamp", json!(self.triggered)),
            ("checkpoint_type", json!(kind)),
            ("tasks", tasks),
        ];
        more.extend(match self.phase(now) {
            Phase::InProgress => vec![("className", json!("in_progress"))],
            Phase::Completed(_) => vec![
                ("className", json!("completed")),
                ("external_path", json!(self.path)),
                (
                    "discarded",
                    json!(!self.is_savepoint() && kept != Some(self.id)),
                ),
            ],
            Phase::Failed(at, why) => vec![
                ("className", json!("failed")),
                ("end_to_end_duration", json!(at - self.triggered)),
                ("failure_timestamp", json!(at)),
                ("failure_message", json!(why)),
            ],
        });
        members.extend(
            more.into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        Value::Object(members)
    }
}
