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

    /// Whether the call was given one of these parameters beside those that it has.
    pub(crate) fn added_query(&self, names: &[&str]) -> bool {
        let mut added = self.options.iter().flat_map(|options| &options.query);
        added.any(|(name, _)| names.contains(&name.as_str()))
    }

    pub(crate) fn options_mut(&mut self) -> &mut Options {
        self.options.get_or_insert_default()
    }

    /// A request of this operation, whose path template the segments will fill.
    pub(crate) fn request(self, operation: &'static Operation) -> Request {
        Request::new(self.client, self.options, operation)
    }
}
