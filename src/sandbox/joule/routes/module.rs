//! Modules: the programs of a node that write to streams.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::unread::Unread;
use crate::sandbox::joule::{
    model::{
        module::Module,
        node::Node,
        time::{SECOND, local_iso},
    },
    wire::{Answer, error::Failure, python::integer, reply::Reply, request::Request},
};
use crate::sandbox::lock;

/// How long a process is watched for its statistics.
const WATCHED: Duration = Duration::from_millis(500);

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
            let wanted = integer(id).ok_or_else(|| Failure::not_an_int(id))?;
            modules.find(|(id, _)| *id as i128 == wanted)
        }
        (None, None) => return Err(Failure::bare(StatusCode::BAD_REQUEST, nothing)),
    };
    found.ok_or_else(|| Failure::bare(StatusCode::NOT_FOUND, "module does not exist"))
}

/// GET /modules.json; one module is watched after the other
pub(crate) async fn list(unread: Unread) -> Answer {
    let with_statistics = unread.request.query("statistics");
    let with_statistics = with_statistics.is_some_and(|flag| flag != "0");
    let modules: Vec<Value> = {
        let node = lock(&unread.node);
        let modules = node.modules.iter().enumerate();
        let modules = modules.map(|(id, module)| to_json(module, &node, id, with_statistics));
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
pub(crate) async fn get(unread: Unread) -> Answer {
    let json = {
        let node = lock(&unread.node);
        let (id, module) = find(&node, &unread.request, "specify a name or id")?;
        to_json(module, &node, id, true)
    };
    tokio::time::sleep(WATCHED).await;
    Ok(json.into())
}

/// GET /module/logs.json
pub(crate) fn logs(node: &mut Node, request: &Request) -> Answer {
    let (_, module) = find(node, request, "specify a name")?;
    let lines = module.producer.log(request.now).into_iter();
    let lines = lines.map(|(time, text)| Value::from(format!("[{}]: {text}", local_iso(time))));
    Ok(Reply::from(lines.collect::<Value>()))
}

fn to_json(module: &Module, node: &Node, id: usize, with_statistics: bool) -> Value {
    let output = node.data_streams.get(module.output);
    let path = output.map(|stream| node.path_of(stream.folder, &stream.facts.name));
    let mut json = json!({
        "id": id,
        "name": module.name,
        "description": module.description,
        "is_app": module.is_app,
        "inputs": {},
        "outputs": {"output": path},
    });
    if with_statistics && let Value::Object(members) = &mut json {
        let statistics = json!({
            "pid": 4000 + id,
            "create_time": module.started as f64 / SECOND as f64,
            "cpu_percent": 2.0,
            "memory_percent": 0.4,
        });
        members.insert("statistics".to_owned(), statistics);
    }
    json
}
