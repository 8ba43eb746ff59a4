//! Application configurations: settings that jobs read by name.

use std::collections::BTreeMap;

use super::time::Millis;

/// Named settings.
#[derive(Clone, Debug)]
pub(crate) struct ApplicationConfiguration {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) created: Millis,
    pub(crate) modified: Millis,
}
