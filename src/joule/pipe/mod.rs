//! Pipes: reading, subscribing to and writing data streams in binary.
//!
//! A pipe carries rows (`timestamp`, then the stream's elements) in intervals; between two intervals stands a break.
//! [`PipeReader`] yields blocks of rows that tell where an interval ends, [`PipeWriter`] takes rows and breaks.

mod columns;
mod decoder;
mod flat;
mod layout;
mod reader;
mod rows;
mod window;
mod writer;

pub use columns::Columns;
pub use layout::{ElementType, Layout, LayoutError};
pub use reader::{Block, PipeReader};
pub use rows::{Element, Row, Rows};
pub use window::PipeWindow;
pub use writer::PipeWriter;
