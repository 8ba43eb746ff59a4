//! Flame graphs of a vertex: where its threads are when they are sampled.

use serde_json::json;

use super::path;
use crate::sandbox::flink::{
    model::{cluster::Cluster, subtasks::Subtasks},
    wire::{Answer, reply::Reply, request::Request},
};

/// How often each subtask is sampled, and how often it is seen working.
const SAMPLES: i64 = 100;
const ON_CPU: i64 = 1;

const FRAMES: [&str; 8] = [
    "java.lang.Thread.run:840",
    "org.apache.flink.runtime.taskmanager.Task.run:575",
    "org.apache.flink.runtime.taskmanager.Task.doRun:763",
    "org.apache.flink.runtime.taskmanager.Task.restoreAndInvoke:949",
    "org.apache.flink.streaming.runtime.tasks.StreamTask.invoke:917",
    "org.apache.flink.streaming.runtime.tasks.StreamTask.runMailboxLoop:963",
    "org.apache.flink.streaming.runtime.tasks.mailbox.MailboxProcessor.runMailboxLoop:229",
    "org.apache.flink.streaming.runtime.tasks.StreamTask.processInput:638",
];

/// GET /jobs/:jobid/vertices/:vertexid/flamegraph
pub(crate) fn of_vertex(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    // Each type with the share of the samples that it shows.
    let share = request.parsed("type", |name| match name.to_ascii_lowercase().as_str() {
        "full" => Some(SAMPLES),
        "on_cpu" => Some(ON_CPU),
        "off_cpu" => Some(SAMPLES - ON_CPU),
        _ => None,
    })?;
    let share = share
        .and_then(|shares| shares.first().copied())
        .unwrap_or(SAMPLES);
    let only = request.query_number("subtaskindex")?;
    let (job, vertex) = path::vertex(cluster, request)?;
    if let Some(subtask) = only {
        path::subtask_of(job, vertex, subtask)?;
    }
    if Subtasks::all(job, vertex, now).state().is_terminal() {
        return Ok(json!({"endTimestamp": -1}).into());
    }
    let subtasks = only.map_or(i64::from(job.width(vertex)), |_| 1);
    let key = format!("{}/{vertex}/{only:?}", job.id);
    let depth = cluster.flame_graphs.depth;
    let ready = cluster.flame_graphs.sample(key, now);
    if now < ready {
        return Ok(json!({"endTimestamp": -3}).into());
    }
    let body = format!(
        "{{\"endTimestamp\":{ready},\"data\":{}}}",
        tree(depth, share * subtasks)
    );
    Ok(Reply::json_text(body))
}

/// A chain of so many frames below the root; the last of them are two. Written as text: a deep tree of values
/// would overflow the stack when it is written, and again when it is dropped.
fn tree(depth: usize, value: i64) -> String {
    let node =
        |name: &str, value: i64| format!("{{\"name\":\"{name}\",\"value\":{value},\"children\":[");
    let mut text = node("root", value);
    for level in 1..depth {
        let name = FRAMES.get(level - 1).map_or_else(
            || format!("com.acme.Readings.step{level}:{level}"),
            |frame| (*frame).to_owned(),
        );
        text.push_str(&node(&name, value));
    }
    if depth > 0 {
        let half = value / 2;
        text.push_str(&node("java.lang.Object.wait:-2", value - half));
        text.push_str("]},");
        text.push_str(&node("jdk.internal.misc.Unsafe.park:-2", half));
        text.push_str("]}");
    }
    text.push_str(&"]}".repeat(depth.max(1)));
    text
}
