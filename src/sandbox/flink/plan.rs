//! The plan of a job: three vertices in a row.

use serde_json::{Value, json};

use super::program::Fate;

/// A vertex as the program describes it. Flink derives the id from the topology, so that every job of
/// one program has the same ids.
#[derive(Debug)]
pub(super) struct Vertex {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// How it receives its input; `None` for the source.
    ship_strategy: Option<&'static str>,
}

const STREAM: [Vertex; 3] = [
    Vertex {
        id: "bc764cd8ddf7a0cff126f51c16239658",
        name: "Source: readings",
        ship_strategy: None,
    },
    // A name with all that metric names lose: space, comma; and with what they keep: brackets.
    Vertex {
        id: "0a448493b4782967b150582570326227",
        name: "Enrich, step [1]",
        ship_strategy: Some("HASH"),
    },
    Vertex {
        id: "ea632d67b7d595e5b851708ae9ad79d6",
        name: "Sink: Writer",
        ship_strategy: Some("REBALANCE"),
    },
];

const FAILING: [Vertex; 3] = [
    Vertex {
        id: "cbc357ccb763df2852fee8c4fc7d55f2",
        name: "Source: readings",
        ship_strategy: None,
    },
    Vertex {
        id: "570f707193e0fe32f4d86d067aba243b",
        name: "Boom",
        ship_strategy: Some("REBALANCE"),
    },
    Vertex {
        id: "6d2677a0ecc3fd8df0b72ec675edf8f4",
        name: "Sink: Writer",
        ship_strategy: Some("REBALANCE"),
    },
];

const BATCH: [Vertex; 3] = [
    Vertex {
        id: "bc764cd8ddf7a0cff126f51c16239658",
        name: "Source: archive",
        ship_strategy: None,
    },
    Vertex {
        id: "0a448493b4782967b150582570326227",
        name: "Enrich",
        ship_strategy: Some("RESCALE"),
    },
    Vertex {
        id: "ea632d67b7d595e5b851708ae9ad79d6",
        name: "CacheWrite",
        ship_strategy: Some("RESCALE"),
    },
];

/// Where the failing program fails.
pub(super) const FAILING_VERTEX: usize = 1;

/// The vertices in the order of the stream, sources first.
pub(super) fn vertices(fate: Fate) -> &'static [Vertex] {
    match fate {
        Fate::Fails => &FAILING,
        Fate::Batch => &BATCH,
        _ => &STREAM,
    }
}

/// `JobType`.
pub(super) fn kind(fate: Fate) -> &'static str {
    match fate {
        Fate::Batch => "BATCH",
        _ => "STREAMING",
    }
}

/// The plan as `/plan` answers it: sinks first, names as HTML. Each vertex has as many subtasks as `width` says.
pub(super) fn plan(job: &str, name: &str, fate: Fate, width: impl Fn(usize) -> i32) -> Value {
    let vertices = vertices(fate);
    let upstream = std::iter::once(None).chain(vertices.iter().map(Some));
    let nodes = vertices.iter().zip(upstream).enumerate();
    let mut nodes: Vec<Value> = nodes
        .map(|(index, (vertex, upstream))| {
            node(vertex, upstream, width(index), exchange(fate, index))
        })
        .collect();
    nodes.reverse();
    json!({"jid": job, "name": name, "type": kind(fate), "nodes": nodes})
}

/// How a vertex gets its input. What is cached outlives the job.
fn exchange(fate: Fate, vertex: usize) -> &'static str {
    match (fate, vertex + 1 == vertices(fate).len()) {
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
