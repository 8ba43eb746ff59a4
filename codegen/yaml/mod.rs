//! The text of a spec: reading it, looking into it, and finding the line of a fault.

mod example;
pub(super) mod like;
mod line;
mod load;
pub(super) mod node;

pub use line::line;
pub use load::load;
