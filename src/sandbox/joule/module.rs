//! Modules: the programs of a node that write to streams.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::error::Failure;
use super::inserter::Inserter;
use super::layout::Layout;
use super::node::Node;
use super::producer::Producer;
use super::reply::{Answer, Reply};
use super::request::{Request, integer};
use super::router::Visit;
use super::store::Run;
use super::time::{Micros, SECOND, local_iso};
use crate::sandbox::lock;

/// How long a process is watched for its statistics.
const WATCHED: Duration = Duration::from_millis(500);

/// A module that runs.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) name: &'static str,
    description: &'static str,
    /// Whether it has pages.
    pub(super) is_app: bool,
    /// The number of the stream that it writes.
    pub(super) output: i64,
    pub(super) producer: Producer,
    layout: Layout,
    inserter: Inserter,
    started: Micros,
    /// Until when its rows are stored.
    stored: Micros,
}

impl Module {
    pub(super) fn new(
        name: &'static str,
        description: &'static str,
        output: i64,
        layout: Layout,
        producer: Producer,
        started: Micros,
    ) -> Self {
        Self {
            name,
            description,
            is_app: false,
            output,
            producer,
            layout,
            inserter: Inserter::new(layout, 0),
            started,
            stored: started - 1,
        }
    }

    fn to_json(&self, node: &Node, id: usize, with_statistics: bool) -> Value {
        let output = node.data_streams.get(self.output);
        let path = output.map(|stream| node.path_of(stream.folder, &stream.facts.name));
        let mut json = json!({
            "id": id,
            "name": self.name,
            "description": self.description,
            "is_app": self.is_app,
            "inputs": {},
            "outputs": {"output": path},
        });
        if with_statistics && let Value::Object(members) = &mut json {
            let statistics = json!({
                "pid": 4000 + id,
                "create_time": self.started as f64 / SECOND as f64,
                "cpu_percent": 2.0,
                "memory_percent": 0.4,
            });
            members.insert("statistics".to_owned(), statistics);
        }
        json
    }
}

/// Stores what the modules have written until now.
pub(super) fn produce(node: &mut Node, now: Micros) {
    for module in &mut node.modules {
        let Some(stream) = node.data_streams.get_mut(module.output) else {
            continue;
        };
        let token = vec![0; module.layout.row_size()];
        for run in module.producer.between(module.stored, now) {
            let rows = match &run {
                Run::Rows(rows) => rows,
                Run::Break => &token[..],
            };
            // A clock that was set back would write rows again, which are refused.
            let _ = module.inserter.take(stream, rows);
        }
        module.stored = now.max(module.stored);
    }
}

/// The module that the query names; `nothing` is what Joule says where it names none.
fn find<'a>(
    node: &'a Node,
    request: &Request,
    nothing: &str,
) -> Result<(usize, &'a Module), Failure> {
    let mut modules = node.modules.iter().enumerate();
    let found = match (request.query("name"), request.query("id")) {
        (Some(name), _) => modules.find(|(_, module)| module.name == name),
        (None, Some(id)) => {
            let wanted = integer(id).ok_or_else(|| not_an_int(id))?;
            modules.find(|(id, _)| *id as i128 == wanted)
        }
        (None, None) => return Err(Failure::bare(StatusCode::BAD_REQUEST, nothing)),
    };
    found.ok_or_else(|| Failure::bare(StatusCode::NOT_FOUND, "module does not exist"))
}

/// That Python does not take a text for an integer.
pub(super) fn not_an_int(text: &str) -> Failure {
    Failure::uncaught(format!(
        "ValueError: invalid literal for int() with base 10: '{text}'"
    ))
}

/// GET /modules.json; one module is watched after the other
pub(super) async fn list(visit: Visit) -> Answer {
    let with_statistics = visit.request.query("statistics");
    let with_statistics = with_statistics.is_some_and(|flag| flag != "0");
    let modules: Vec<Value> = {
        let node = lock(&visit.node);
        let modules = node.modules.iter().enumerate();
        let modules = modules.map(|(id, module)| module.to_json(&node, id, with_statistics));
        modules.collect()
    };
    if with_statistics {
        for _ in &modules {
            tokio::time::sleep(WATCHED).await;
        }
    }
    Ok(Value::from(modules).into())
}

/// GET /module.json; the statistics are there whether they are asked for or not
pub(super) async fn get(visit: Visit) -> Answer {
    let json = {
        let node = lock(&visit.node);
        let (id, module) = find(&node, &visit.request, "specify a name or id")?;
        module.to_json(&node, id, true)
    };
    tokio::time::sleep(WATCHED).await;
    Ok(json.into())
}

/// GET /module/logs.json
pub(super) fn logs(node: &mut Node, request: &Request) -> Answer {
    let (_, module) = find(node, request, "specify a name")?;
    let lines = module.producer.log(request.now).into_iter();
    let lines = lines.map(|(time, text)| Value::from(format!("[{}]: {text}", local_iso(time))));
    Ok(Reply::from(lines.collect::<Value>()))
}
