//! Flame graphs of a vertex: where its threads are when they are sampled.

use serde_json::json;

use super::cluster::Cluster;
use super::reply::{Answer, Reply};
use super::request::Request;
use super::subtask;
use super::vertex;

/// How long sampling takes, in ms, and for how long its outcome is told (`rest.flamegraph.refresh-interval`).
const SAMPLES_FOR: i64 = 300;
const REFRESHED_AFTER: i64 = 60_000;

/// The number of frames below the root, where nothing else is asked for.
pub(super) const DEPTH: usize = 24;

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
pub(super) fn of_vertex(cluster: &mut Cluster, request: &Request) -> Answer {
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
    let (job, vertex) = subtask::find_vertex(cluster, request)?;
    if let Some(subtask) = only {
        subtask::in_range(job, vertex, subtask)?;
    }
    if vertex::state(job, vertex, now).is_terminal() {
        return Ok(json!({"endTimestamp": -1}).into());
    }
    let subtasks = only.map_or(i64::from(job.width(vertex)), |_| 1);
    let depth = cluster.flame_graph_depth;
    let key = format!("{}/{vertex}/{only:?}", job.id);
    let asked = cluster.sampled.entry(key).or_insert(now);
    if now - *asked > SAMPLES_FOR + REFRESHED_AFTER {
        *asked = now;
    }
    let ready = *asked + SAMPLES_FOR;
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
