//! Calls whose operation is not known yet.

use super::{Client, Request, options::Options};
use crate::Operation;

/// A call before its operation is known: the client that it will go through, and what was said with `with_*`.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    client: Client,
    options: Option<Box<Options>>,
}

impl Draft {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            options: None,
        }
    }

    /// The client's own query parameter of this name.
    #[cfg(feature = "flowthings")]
    pub(crate) fn default_query(&self, name: &str) -> Option<&str> {
        let mut defaults = self.client.config().query.iter();
        let (_, value) = defaults.find(|(own, _)| own == name)?;
        Some(value)
    }

    pub(crate) fn options_mut(&mut self) -> &mut Options {
        self.options.get_or_insert_default()
    }

    /// A request of this operation, whose path template the segments will fill.
    pub(crate) fn request(self, operation: &'static Operation) -> Request {
        Request::new(self.client, self.options, operation)
    }
}
