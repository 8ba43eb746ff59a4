//! The part that progenitor does, the Rust types: a copy of the schemas that it can read, the run, and mending its output.

mod copy;
mod mend;
mod run;

pub use copy::copy;
pub use mend::mend;
pub use run::run;
