//! Connections to the database, for which those who need one wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most that can be counted.
pub(crate) const MAX: usize = Semaphore::MAX_PERMITS;

/// The connections that a node has; as many as are wanted, unless they are counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connections(Option<Arc<Semaphore>>);

/// One of them, free again when it is dropped.
pub(crate) type Connection = Option<OwnedSemaphorePermit>;

impl Connections {
    /// So many.
    pub(crate) fn counted(count: usize) -> Self {
        Self(Some(Arc::new(Semaphore::new(count))))
    }

    /// One of them, as soon as one is free.
    pub(crate) async fn free(self) -> Connection {
        self.0?.acquire_owned().await.ok()
    }
}
