//! Where a JobManager lists the ids that paths want.

use serde_json::Value;

/// A path that ends in a parameter, and the answer that lists its values.
pub(super) struct Source {
    of: &'static str,
    /// The path of the answer; it takes the first parameters of `of`.
    pub(super) from: &'static str,
    /// Where they stand: members, `*` for the items of a list, `#` for the keys of a map.
    at: &'static [&'static str],
}

const SOURCES: [Source; 15] = [
    source("/jars/{}", "/jars", &["files", "*", "id"]),
    source("/jobs/{}", "/jobs", &["jobs", "*", "id"]),
    source(
        "/jobs/{}/checkpoints/details/{}",
        "/jobs/{}/checkpoints",
        &["history", "*", "id"],
    ),
    source(
        "/jobs/{}/checkpoints/details/{}/subtasks/{}",
        "/jobs/{}/checkpoints/details/{}",
        &["tasks", "#"],
    ),
    source(
        "/jobs/{}/rescales/details/{}",
        "/jobs/{}/rescales/history",
        &["*", "rescaleUuid"],
    ),
    source(
        "/jobs/{}/taskmanagers/{}",
        "/taskmanagers",
        &["taskmanagers", "*", "id"],
    ),
    source("/jobs/{}/vertices/{}", "/jobs/{}", &["vertices", "*", "id"]),
    source(
        "/jobs/{}/vertices/{}/subtasks/{}",
        "/jobs/{}/vertices/{}",
        &["subtasks", "*", "subtask"],
    ),
    source(
        "/jobs/{}/vertices/{}/subtasks/{}/attempts/{}",
        "/jobs/{}/vertices/{}/subtasks/{}",
        &["attempt"],
    ),
    source(
        "/jobmanager/logs/{}",
        "/jobmanager/logs",
        &["logs", "*", "name"],
    ),
    source(
        "/jobmanager/profiler/{}",
        "/jobmanager/profiler",
        &["profilingList", "*", "outputFile"],
    ),
    source(
        "/taskmanagers/{}",
        "/taskmanagers",
        &["taskmanagers", "*", "id"],
    ),
    source(
        "/taskmanagers/{}/logs/{}",
        "/taskmanagers/{}/logs",
        &["logs", "*", "name"],
    ),
    source(
        "/taskmanagers/{}/profiler/{}",
        "/taskmanagers/{}/profiler",
        &["profilingList", "*", "outputFile"],
    ),
    source(
        "/applications/{}",
        "/applications/overview",
        &["applications", "*", "id"],
    ),
];

const fn source(of: &'static str, from: &'static str, at: &'static [&'static str]) -> Source {
    Source { of, from, at }
}

/// So many of each status are asked about: a cluster may have thousands of jobs.
const EACH: usize = 3;

impl Source {
    /// The source of the last parameter of this path.
    pub(super) fn of(path: &str) -> Option<&'static Self> {
        SOURCES.iter().find(|source| source.of == path)
    }

    /// Some of the ids in an answer, of every status that it has.
    pub(super) fn ids(&self, answer: &Value) -> Vec<String> {
        let mut found = Vec::new();
        collect(self.at, "", answer, &mut found);
        let mut ids = Vec::new();
        let mut statuses: Vec<&str> = Vec::new();
        for (status, id) in found {
            if statuses.iter().filter(|known| **known == status).count() < EACH {
                statuses.push(status);
                ids.push(id);
            }
        }
        ids
    }
}

/// Ids, each with the status of the object that has it.
fn collect<'a>(at: &[&str], status: &'a str, value: &'a Value, found: &mut Vec<(&'a str, String)>) {
    match (at, value) {
        ([], Value::String(id)) => found.push((status, id.clone())),
        ([], Value::Number(id)) => found.push((status, id.to_string())),
        (["*", rest @ ..], Value::Array(items)) => {
            for item in items {
                let status = item
                    .get("status")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                collect(rest, status, item, found);
            }
        }
        (["#"], Value::Object(entries)) => {
            found.extend(entries.keys().map(|key| (status, key.clone())));
        }
        ([member, rest @ ..], Value::Object(members)) => {
            if let Some(value) = members.get(*member) {
                collect(rest, status, value, found);
            }
        }
        _ => {}
    }
}
