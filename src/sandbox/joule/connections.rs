//! Connections to the database, for which those who need one wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::node::Shared;
use crate::sandbox::lock;

/// The connections that a node has; `None` is as many as are wanted.
pub(super) type Connections = Option<Arc<Semaphore>>;

/// One of them, free again when it is dropped.
pub(super) type Connection = Option<OwnedSemaphorePermit>;

/// A connection, as soon as one is free.
pub(super) async fn free(node: &Shared) -> Connection {
    let connections = lock(node).connections.clone();
    connections?.acquire_owned().await.ok()
}
