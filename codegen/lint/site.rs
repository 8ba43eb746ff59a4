//! Where an operation stands in the document.

use serde_norway::Value;

use crate::codegen::yaml::node::{entries, text};

/// An operation and where it stands.
pub(super) struct Site<'a> {
    pub(super) place: String,
    pub(super) path: &'a str,
    pub(super) method: &'static str,
    pub(super) operation: &'a Value,
    /// Those of the path item first; without those whose reference is broken.
    pub(super) parameters: Vec<&'a Value>,
}

impl<'a> Site<'a> {
    pub(super) fn id(&self) -> String {
        text(&self.operation["operationId"])
    }

    pub(super) fn tag(&self) -> String {
        text(&self.operation["tags"][0])
    }

    /// Whether one of the operation's locators speaks for the parameter or the member.
    pub(super) fn is_located(&self, wire: &str) -> bool {
        entries(&self.operation["x-locator"]).any(|(_, locator)| {
            [&locator["id"], &locator["path"], &locator["name"]]
                .map(text)
                .contains(&wire.into())
        })
    }
}
