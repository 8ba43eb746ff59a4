//! The adaptive scheduler: it gives jobs the parallelism that fits.

use super::checkpoint::Restored;
use super::checkpoint_coordinator;
use super::job::Job;
use super::status::Status;

/// From RESTARTING to RUNNING, in ms.
const RESTARTS_FOR: i64 = 40;

/// Gives each vertex as many subtasks as its bounds and the slots allow. A job that runs restarts for that, from its
/// newest checkpoint.
pub(crate) fn rescale(job: &mut Job, slots: i32, now: i64) {
    let fits = job.bounds.iter().all(|bounds| bounds.lower <= slots);
    let fitting = job.bounds.iter().map(|bounds| bounds.upper.min(slots));
    let widths: Vec<i32> = fitting.collect();
    // Without the slots that it wants at least, a job goes on as it is.
    if !fits || widths == job.widths {
        return;
    }
    match job.status(now) {
        Status::Initializing | Status::Created => {}
        Status::Running => restart(job, now),
        _ => return,
    }
    job.widths = widths;
}

fn restart(job: &mut Job, now: i64) {
    if let Some(newest) = checkpoint_coordinator::newest(job, now) {
        job.restored.push(Restored::from(&newest, now));
    }
    let mut future = vec![
        (Status::Restarting, now),
        (Status::Created, now),
        (Status::Running, now + RESTARTS_FOR),
    ];
    future.extend(job.timeline.future(now));
    job.timeline.turn(now, future);
}
