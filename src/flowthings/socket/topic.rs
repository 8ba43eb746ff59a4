//! What a socket can be subscribed to.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// A flow, named by its id or by its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Topic(String);

impl Topic {
    pub(super) fn new(flow: &str) -> Option<Self> {
        (!flow.is_empty()).then(|| Self(flow.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The member that names it.
impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let member = match self.0.starts_with('/') {
            true => "path",
            false => "flowId",
        };
        let mut members = serializer.serialize_map(Some(1))?;
        members.serialize_entry(member, &self.0)?;
        members.end()
    }
}
