//! The plan of a job.

use serde_json::{Value, json};

use crate::sandbox::flink::model::{
    plan::{self, Vertex},
    program::Fate,
};

/// The plan as `/plan` answers it: sinks first, names as HTML. Each vertex has as many subtasks as `width` says.
pub(crate) fn plan(job: &str, name: &str, fate: Fate, width: impl Fn(usize) -> i32) -> Value {
    let vertices = plan::vertices(fate);
    let upstream = std::iter::once(None).chain(vertices.iter().map(Some));
    let nodes = vertices.iter().zip(upstream).enumerate();
    let mut nodes: Vec<Value> = nodes
        .map(|(index, (vertex, upstream))| {
            node(vertex, upstream, width(index), exchange(fate, index))
        })
        .collect();
    nodes.reverse();
    json!({"jid": job, "name": name, "type": plan::kind(fate), "nodes": nodes})
}

/// How a vertex gets its input. What is cached outlives the job.
fn exchange(fate: Fate, vertex: usize) -> &'static str {
    match (fate, vertex + 1 == plan::vertices(fate).len()) {
        (Fate::Batch, true) => "blocking_persistent",
        (Fate::Batch, false) => "blocking",
        _ => "pipelined_bounded",
    }
}

fn node(vertex: &Vertex, upstream: Option<&Vertex>, parallelism: i32, exchange: &str) -> Value {
    let mut node = json!({
        "id": vertex.id,
        "parallelism": parallelism,
        "operator": "",
        "operator_strategy": "",
        "description": format!("{}<br/>", vertex.name),
        "optimizer_properties": {},
    });
    if let (Some(upstream), Some(strategy), Some(members)) =
        (upstream, vertex.ship_strategy, node.as_object_mut())
    {
        let input = json!([{
            "num": 0,
            "id": upstream.id,
            "ship_strategy": strategy,
            "exchange": exchange,
        }]);
        members.insert("inputs".to_owned(), input);
    }
    node
}
