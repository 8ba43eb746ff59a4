//! The checkpoint coordinator: which checkpoints a job has triggered. They are a function of the time too: the periodic
//! ones follow from the life of the job.

use super::checkpoint::{Checkpoint, Wanted};
use super::job::Job;
use super::program::Fate;
use super::status::Status;

/// From RUNNING to the first one, and from one to the next, in ms (`execution.checkpointing.interval`).
const FIRST_AFTER: i64 = 300;
pub(crate) const INTERVAL: i64 = 2000;

/// Why a checkpoint that is asked for is not triggered.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The job is over.
    Over,
    /// Only streaming jobs have checkpoints.
    NotStreaming,
}

/// The checkpoints of a job that have been triggered by `now`, oldest first.
pub(crate) fn triggered(job: &Job, now: i64) -> Vec<Checkpoint> {
    let ended = ended(job);
    let mut triggers: Vec<(i64, Option<&Wanted>)> =
        periodic(job, ended, now).map(|at| (at, None)).collect();
    let wanted = job.wanted.iter().filter(|wanted| wanted.at <= now);
    triggers.extend(wanted.map(|wanted| (wanted.at, Some(wanted))));
    // A stable sort: ids do not change when time goes on.
    triggers.sort_by_key(|(at, _)| *at);
    (job.first_checkpoint..)
        .zip(triggers)
        .map(|(id, (at, wanted))| Checkpoint::new(&job.id, job.widths(), id, at, wanted, ended))
        .collect()
}

/// Triggers a checkpoint, and tells its id.
pub(crate) fn trigger(job: &mut Job, wanted: Wanted) -> Result<i64, Refusal> {
    let now = wanted.at;
    if job.is_over(now) {
        return Err(Refusal::Over);
    }
    if !is_enabled(job) {
        return Err(Refusal::NotStreaming);
    }
    job.wanted.push(wanted);
    // It is the last of all that have been triggered by now.
    Ok(triggered(job, now)
        .last()
        .map_or(0, |checkpoint| checkpoint.id))
}

/// The one with this id.
pub(crate) fn find(job: &Job, id: i64, now: i64) -> Option<Checkpoint> {
    triggered(job, now)
        .into_iter()
        .find(|checkpoint| checkpoint.id == id)
}

/// The newest that is whole: what a job is restarted from.
pub(crate) fn newest(job: &Job, now: i64) -> Option<Checkpoint> {
    triggered(job, now)
        .into_iter()
        .rfind(|checkpoint| checkpoint.has_completed(now))
}

/// Batch jobs have none.
pub(crate) fn is_enabled(job: &Job) -> bool {
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
pub(crate) fn kept(job: &Job, checkpoints: &[Checkpoint], now: i64) -> Option<i64> {
    let mut whole = checkpoints
        .iter()
        .rev()
        .filter(|checkpoint| checkpoint.has_completed(now) && !checkpoint.is_savepoint());
    whole
        .next()
        .filter(|_| !job.is_over(now))
        .map(|checkpoint| checkpoint.id)
}
