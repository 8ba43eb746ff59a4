//! The plan of a job: three vertices in a row.

use super::program::Fate;

/// A vertex as the program describes it. Flink derives the id from the topology, so that every job of
/// one program has the same ids.
#[derive(Debug)]
pub(crate) struct Vertex {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// How it receives its input; `None` for the source.
    pub(crate) ship_strategy: Option<&'static str>,
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

/// Subtasks that a vertex may have, in every streaming job in the sandbox.
pub(crate) const MAX_PARALLELISM: i32 = 128;

/// Where the failing program fails.
pub(crate) const FAILING_VERTEX: usize = 1;

/// The vertices in the order of the stream, sources first.
pub(crate) fn vertices(fate: Fate) -> &'static [Vertex] {
    match fate {
        Fate::Fails => &FAILING,
        Fate::Batch => &BATCH,
        _ => &STREAM,
    }
}

/// `JobType`.
pub(crate) fn kind(fate: Fate) -> &'static str {
    match fate {
        Fate::Batch => "BATCH",
        _ => "STREAMING",
    }
}
