//! Who asks, and what they may do.

use serde_json::{Map, Value};

use super::path;
use super::permission::{Deed, allow};

/// Somebody with a token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: String,
    /// Id of the identity that the token is of.
    pub(crate) identity: String,
    pub(crate) grant: Grant,
}

/// What a token allows.
#[derive(Clone, Debug)]
pub(crate) enum Grant {
    /// It is the master token: everything in the account, and what others share with its identity.
    Master { shared: Vec<Map<String, Value>> },
    /// Drops at these paths and below them.
    Drops(Map<String, Value>),
}

impl Caller {
    pub(crate) fn is_master(&self) -> bool {
        matches!(self.grant, Grant::Master { .. })
    }

    /// Whether a deed is allowed at a path. A token that reads drops reads their flow too.
    pub(crate) fn may(&self, deed: Deed, at: &str) -> bool {
        match (&self.grant, deed) {
            (Grant::Master { shared }, deed) => {
                path::is_below(at, &format!("/{}", self.account))
                    || shared.iter().any(|paths| allow(paths, deed, at))
            }
            (Grant::Drops(paths), Deed::Read | Deed::DropRead) => allow(paths, Deed::DropRead, at),
            (Grant::Drops(paths), Deed::DropWrite) => allow(paths, deed, at),
            (Grant::Drops(_), Deed::Write | Deed::Administer) => false,
        }
    }
}
