//! What is said of one call beside its own parameters.

use std::{fmt, time::Duration};

use crate::{Retry, config::Headers};

/// Options of one call.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Retry>,
    pub(crate) query: Vec<(String, String)>,
    pub(super) headers: Headers,
}

impl Options {
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        self.headers.add(name, value);
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Options")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("headers", &self.headers)
            .field("query", &names)
            .finish()
    }
}
