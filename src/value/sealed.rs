//! Traits that are for this crate to implement.

/// What keeps a trait closed, so that it can grow: nobody else can name it.
pub trait Sealed {}
