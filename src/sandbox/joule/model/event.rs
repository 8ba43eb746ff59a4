//! Events: what happened from one time to another.

use serde_json::Value;

use super::time::Micros;

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: i64,
    pub(crate) start: Micros,
    pub(crate) end: Micros,
    pub(crate) content: Value,
}
