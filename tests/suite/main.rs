//! The tests that cross module borders, in one binary so that they link once.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod auto_traits;
#[cfg(all(feature = "cli", feature = "flink"))]
mod cli;
#[path = "../../codegen/mod.rs"]
mod codegen;
mod default_url;
mod document;
mod dropped;
mod equal;
mod errors;
mod flowthings;
mod follow;
mod hostile;
mod joule;
mod lint;
mod live;
mod manual;
mod mirror;
mod platform;
mod probe;
mod python_table;
mod recording_server;
mod response;
mod rooms;
mod sandbox;
mod schemas;
mod spec;
mod specs_readme;
mod streams;
mod whole;
mod wire;
mod witness;
