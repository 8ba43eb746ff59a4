//! Backpressure of a vertex.

use serde_json::{Value, json};

use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        task::{self, State},
        timeline::Timeline,
    },
    wire::{Answer, error::Failure, request::Request},
};

/// After a task has begun to run, in ms: until then Flink trips over metrics that it does not have yet.
const SETTLES_IN: i64 = 50;

/// GET /jobs/:jobid/vertices/:vertexid/backpressure
pub(crate) fn of_vertex(cluster: &mut Cluster, request: &Request) -> Answer {
    let (id, vertex, now) = (request.id("jobid")?, request.id("vertexid")?, request.now);
    let fetched = !cluster.first_asked(format!("{id}/{vertex}"));
    let found = cluster
        .job(&id)
        .and_then(|job| Some((job, job.vertex(&vertex, now)?)));
    // Nobody has measured anything, or nobody does any more.
    let deprecated = Ok(json!({"status": "deprecated"}).into());
    let Some((job, vertex)) = found else {
        return deprecated;
    };
    let lives: Vec<_> = (0..job.width(vertex))
        .map(|subtask| task::life(job, vertex, subtask))
        .collect();
    let has_ended = |life: &Timeline<State>| life.state(now).is_some_and(State::is_terminal);
    if lives.iter().any(has_ended) {
        return deprecated;
    }
    let has_settled = |life: &Timeline<State>| {
        life.entered(State::Running, now)
            .is_some_and(|at| now - at >= SETTLES_IN)
    };
    if !lives.iter().all(has_settled) {
        return Err(Failure::unhandled(
            "java.util.NoSuchElementException: No value present",
        ));
    }
    if !fetched {
        return deprecated;
    }
    let subtasks: Vec<Value> = (0..job.width(vertex))
        .map(|subtask| {
            json!({
                "subtask": subtask,
                "backpressureLevel": "ok",
                "backpressure-level": "ok",
                "ratio": 0.0,
                "idleRatio": 0.98,
                "busyRatio": 0.02,
            })
        })
        .collect();
    Ok(json!({
        "status": "ok",
        // Both spellings, for Flink renamed it and kept the old one.
        "backpressureLevel": "ok",
        "backpressure-level": "ok",
        "end-timestamp": now,
        "subtasks": subtasks,
    })
    .into())
}
