//! The text of a spec: reading it, looking into it, and finding the line of a fault.

mod line;
mod load;
pub(super) mod node;

pub use line::line;
pub(super) use load::load;
