//! Masters: users and nodes that may control this node.

/// Someone who has a key.
#[derive(Debug)]
pub(crate) struct Master {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) key: String,
    pub(crate) grantor: Option<i64>,
}

impl Master {
    /// The user whom the node's configuration names.
    pub(crate) fn owner(id: i64, key: &str) -> Self {
        Self {
            id,
            name: "owner".to_owned(),
            kind: "USER",
            key: key.to_owned(),
            grantor: None,
        }
    }
}
