//! A call before it is sent: its client and its options.

use std::{fmt, time::Duration};

use super::{Client, Context, list::encoded_length};
use crate::{Operation, Retry, config::Headers};

/// The client that a call will go through, and what was said with `with_*`.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    client: Client,
    options: Option<Box<Options>>,
}

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

impl Draft {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            options: None,
        }
    }

    pub(crate) fn options_mut(&mut self) -> &mut Options {
        self.options.get_or_insert_default()
    }

    /// The call of one operation, ready to be sent.
    pub(crate) fn context(self, operation: &'static Operation) -> Context {
        Context::new(self.client, self.options, operation)
    }

    /// Bytes that a request line of at most `limit` leaves for one more query parameter.
    pub(crate) fn room(
        &self,
        operation: &Operation,
        limit: usize,
        parameters: &[(&str, Option<String>)],
    ) -> usize {
        let prefix = self.client.url().path().trim_end_matches('/').len();
        let mut line =
            operation.method.len() + prefix + operation.path.len() + " ? HTTP/1.1\r\n".len();
        for (name, value) in parameters {
            if let Some(value) = value {
                // Path segments may be encoded twice, which is at most five bytes for three.
                line += encoded_length(name) + encoded_length(value) * 5 / 3 + "&=".len();
            }
        }
        for (name, value) in self.options.iter().flat_map(|options| &options.query) {
            line += encoded_length(name) + encoded_length(value) + "&=".len();
        }
        limit.saturating_sub(line)
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
