//! Pipes: reading, subscribing to and writing data streams in binary.
//!
//! A pipe carries rows (`timestamp`, then the stream's elements) in intervals; between two intervals stands a break.
//! [`PipeReader`] yields blocks of rows that tell where an interval ends, [`PipeWriter`] takes rows and breaks.

#[cfg(feature = "arrow-60")]
pub mod arrow;
mod block;
mod buffer_pool;
mod columns;
mod connection;
mod decimated;
mod decoder;
#[cfg(test)]
mod encoding;
mod flat;
mod layout;
mod mismatch;
mod pass;
mod position;
mod reader;
mod rows;
mod validation;
mod window;
mod writer;

pub use block::Block;
pub use columns::Columns;
pub use decimated::Decimated;
#[cfg(feature = "_fuzz")]
pub use decoder::decode;
pub use layout::{ElementType, Layout, LayoutError};
pub use mismatch::LayoutMismatch;
pub use reader::PipeReader;
pub use rows::{Element, Row, Rows};
pub use window::PipeWindow;
pub use writer::PipeWriter;
