//! Joule.
mod pipe;
pub use pipe::*;
