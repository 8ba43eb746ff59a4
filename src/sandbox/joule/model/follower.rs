//! Followers: nodes that this node may control.

/// A node that has given us a key.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) key: String,
}
