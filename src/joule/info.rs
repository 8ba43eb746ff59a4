//! What a node says of itself.

use std::future::IntoFuture as _;

use serde::{Deserialize, Serialize};

use super::{
    Node,
    types::{DatabaseInfo, Version},
};
use crate::Result;

/// A node's version and name, and the sizes of its database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NodeInfo {
    /// What runs there.
    pub version: Version,
    /// Where the database lies and how much room it has.
    pub database: DatabaseInfo,
}

impl Node {
    /// Version, name and sizes, from two requests that are made together.
    ///
    /// # Errors
    /// As any call.
    pub async fn info(&self) -> Result<NodeInfo> {
        let (version, database) = (self.version(), self.database().info());
        let (version, database) =
            futures_util::future::try_join(version.into_future(), database.into_future()).await?;
        Ok(NodeInfo { version, database })
    }
}
