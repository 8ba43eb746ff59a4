//! What a token or a share allows at a path and below it.

use serde_json::{Map, Value};

use super::path;

/// What may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Reading flows, tracks and tasks.
    Read,
    /// Creating, changing and deleting them.
    Write,
    /// Reading drops.
    DropRead,
    /// Writing drops.
    DropWrite,
    /// Issuing tokens and shares.
    Administer,
}

impl Deed {
    pub(crate) const OF_TOKENS: [Self; 2] = [Self::DropRead, Self::DropWrite];

    pub(crate) const OF_SHARES: [Self; 5] = [
        Self::Administer,
        Self::Read,
        Self::Write,
        Self::DropRead,
        Self::DropWrite,
    ];

    /// The member that allows it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::DropRead => "dropRead",
            Self::DropWrite => "dropWrite",
            Self::Administer => "administer",
        }
    }

    /// Whether these permissions have it.
    pub(crate) fn is_in(self, permissions: &Value) -> bool {
        permissions.get(self.name()) == Some(&Value::Bool(true))
    }

    /// What somebody does with a thing.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Write => "changing",
            Self::DropRead => "reading drops of",
            Self::DropWrite => "writing drops to",
            Self::Administer => "issuing tokens and shares for",
        }
    }
}

/// Whether one of the paths of a token or a share allows a deed at this path.
pub(crate) fn allow(paths: &Map<String, Value>, deed: Deed, at: &str) -> bool {
    let mut paths = paths.iter();
    paths.any(|(branch, permissions)| path::is_below(at, branch) && deed.is_in(permissions))
}

/// Why `paths` of a token or a share are none, if they are not.
pub(crate) fn check(paths: &Value, deeds: &[Deed]) -> Result<(), String> {
    let paths = paths.as_object().filter(|paths| !paths.is_empty());
    let paths = paths.ok_or("paths is not an object of permissions by path")?;
    for (branch, permissions) in paths {
        path::check_branch(branch).map_err(|why| format!("paths: {why}"))?;
        let permissions = permissions.as_object();
        let permissions = permissions.ok_or(format!("paths: {branch} has no permissions"))?;
        for (name, value) in permissions {
            if !value.is_boolean() {
                return Err(format!("paths: {branch}: {name} is neither true nor false"));
            }
            if !deeds.iter().any(|deed| deed.name() == name) {
                return Err(format!("paths: {branch}: {name} is not a permission"));
            }
        }
    }
    Ok(())
}
