//! Followers: other nodes that this one may use.

use super::{
    Node,
    calls::{Followers, FollowersDeleteAll},
    types::Follower,
};
use crate::{Config, Error, ErrorKind, Result};

impl Follower {
    /// The follower as a node of its own, opened by the key that this node has for it. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Node::new`].
    pub fn open(&self) -> Result<Node> {
        self.open_with(Config::new())
    }

    /// The same with timeouts, certificates and so on. Credentials of the `Config` go to the follower too.
    ///
    /// # Errors
    /// As [`Node::with_config`].
    pub fn open_with(&self, config: Config) -> Result<Node> {
        Node::with_config(&self.location, self.key.clone(), config)
    }
}

impl Followers {
    /// Removes a follower, if it is the only one.
    ///
    /// A node that is asked to remove one removes all (Joule 1.0.1). Where that would take others along nothing is sent;
    /// [`delete_all`](Self::delete_all) says that this is meant.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there are others, [`is_not_found`](Error::is_not_found) when there is none of this
    /// name.
    pub async fn delete(&self, name: impl Into<String>) -> Result<()> {
        let name = name.into();
        let others: Vec<String> = self
            .list()
            .await?
            .into_iter()
            .map(|follower| follower.name)
            .filter(|other| *other != name)
            .collect();
        if others.is_empty() {
            return self.delete_all(name).await;
        }
        let what = format!(
            "the node would remove {} along with {name}",
            others.join(", ")
        );
        Err(Error::of(
            ErrorKind::Request,
            FollowersDeleteAll::OPERATION,
            what,
        ))
    }
}
