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

#[cfg(all(feature = "cli", feature = "flink"))]
mod cli;
mod equal;
mod joule;
mod live;
mod mirror;
mod probe;
mod smoke;
mod stub;
