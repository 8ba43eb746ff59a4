//! Jars that were uploaded.

/// An uploaded jar: its name; the bytes were counted and let go.
#[derive(Debug)]
pub(crate) struct Jar {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) uploaded: i64,
}
