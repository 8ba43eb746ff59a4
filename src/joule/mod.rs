//! Joule.
mod filter;
mod nodes;
mod pipe;
mod timestamp;
pub use filter::{Condition, EventFilter, FilterError};
pub use nodes::{NodeEntry, NodeStore};
pub use pipe::*;
pub use timestamp::{Timestamp, TimestampError};
