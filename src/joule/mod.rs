//! Joule.
mod filter;
mod pipe;
mod timestamp;
pub use filter::{Condition, EventFilter, FilterError};
pub use pipe::*;
pub use timestamp::{Timestamp, TimestampError};
