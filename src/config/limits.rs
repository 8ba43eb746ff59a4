//! How much a client accepts.

/// How much to accept, so that no server can exhaust the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a JSON body: 256 MiB. A larger one is an error; streams have no limit.
    pub json: usize,
    /// Values in a JSON body: 4 million. An answer with more is an error: a few bytes of text may take hundreds in memory.
    pub values: usize,
    /// Bytes of an error body: 64 KiB. A larger one is cut.
    pub error: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json: 256 << 20,
            values: 4_000_000,
            error: 64 << 10,
        }
    }
}

impl Limits {
    /// Another limit for JSON bodies, in bytes.
    pub fn with_json(mut self, bytes: usize) -> Self {
        self.json = bytes;
        self
    }

    /// Another limit for the values in a JSON body: items of lists, and members of objects.
    pub fn with_values(mut self, values: usize) -> Self {
        self.values = values;
        self
    }

    /// Another limit for error bodies, in bytes.
    pub fn with_error(mut self, bytes: usize) -> Self {
        self.error = bytes;
        self
    }
}
