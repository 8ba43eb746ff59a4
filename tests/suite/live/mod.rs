//! The clients on real servers, which `tests/live/run` starts.

mod flink;
mod joule;
