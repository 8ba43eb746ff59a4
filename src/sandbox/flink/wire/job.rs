//! Jobs, as JSON.

use serde_json::{Map, Value, json};

use super::task::{counts, io_metrics};
use crate::sandbox::flink::model::{
    job::Job,
    plan::MAX_PARALLELISM,
    program::Fate,
    status::{STATUSES, Status},
    subtasks::Subtasks,
    task::{self, State as TaskState},
};

/// The plan of a job.
pub(crate) fn plan(job: &Job, now: i64) -> Value {
    // Without a graph Flink pastes in an empty object.
    if !job.has_graph(now) {
        return json!({});
    }
    let width = |vertex| job.width(vertex);
    super::plan::plan(&job.id, &job.name, job.program.fate(), width)
}

/// When a task changed its state, or the job ended; 0 while there are no tasks.
fn modified(job: &Job, now: i64) -> i64 {
    let changed = task::lives(job).filter_map(|life| life.changed(now));
    let ended = job.timeline.changed(now).filter(|_| job.is_over(now));
    changed.chain(ended).max().unwrap_or(0)
}

/// `JobDetails`, an item of the overview of all jobs.
pub(crate) fn overview(job: &Job, now: i64) -> Value {
    let (start, end, duration) = job.times(now);
    let tasks: Vec<Option<TaskState>> = task::lives(job).map(|life| life.state(now)).collect();
    let mut counts: Map<String, Value> = counts(&tasks)
        .into_iter()
        .map(|(name, count)| (name.to_ascii_lowercase(), count))
        .collect();
    counts.insert("total".to_owned(), json!(tasks.iter().flatten().count()));
    json!({
        "jid": job.id,
        "name": job.name,
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "state": job.status(now).name(),
        "last-modification": modified(job, now),
        "tasks": counts,
    })
}

/// `JobDetailsInfo`.
pub(crate) fn details(job: &Job, now: i64) -> Value {
    let (start, end, duration) = job.times(now);
    let entered = |status: Option<Status>| {
        status
            .and_then(|status| job.timeline.entered(status, now))
            .unwrap_or(0)
    };
    let timestamps: Map<String, Value> = STATUSES
        .iter()
        .map(|(name, status)| ((*name).to_owned(), json!(entered(*status))))
        .collect();
    let exists = job.has_graph(now);
    let vertices: Vec<usize> = (0..job.vertices().len()).filter(|_| exists).collect();
    let states: Vec<Option<TaskState>> = vertices
        .iter()
        .map(|vertex| Some(Subtasks::all(job, *vertex, now).state()))
        .collect();
    json!({
        "jid": job.id,
        "name": job.name,
        "isStoppable": false,
        "state": job.status(now).name(),
        "job-type": job.kind(),
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "maxParallelism": if exists { max_parallelism(job) } else { -1 },
        "now": now,
        "timestamps": timestamps,
        "vertices": vertices.iter().map(|index| vertex(job, *index, now)).collect::<Vec<_>>(),
        "status-counts": counts(&states),
        "plan": plan(job, now),
    })
}

/// Unknown where vertices need not agree.
fn max_parallelism(job: &Job) -> i32 {
    match job.program.fate() {
        Fate::Batch => -1,
        _ => MAX_PARALLELISM,
    }
}

/// `JobVertex`, an item of the details of a job.
fn vertex(job: &Job, index: usize, now: i64) -> Value {
    let name = job.vertices().get(index);
    let all = Subtasks::all(job, index, now);
    let (start, end, duration) = all.times();
    json!({
        "id": name.map(|vertex| vertex.id),
        "slotSharingGroupId": job.slot_sharing_group,
        "name": name.map(|vertex| vertex.name),
        "maxParallelism": job.max_parallelism(index),
        "parallelism": job.width(index),
        "status": all.state().name(),
        "start-time": start,
        "end-time": end,
        "duration": duration,
        "tasks": counts(&all.states()),
        "metrics": io_metrics(all.load()),
    })
}
