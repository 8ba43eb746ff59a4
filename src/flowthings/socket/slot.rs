//! How many replies are awaited at the same time.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Replies that are awaited at the same time; further requests wait before they are sent.
pub(super) const MOST_AWAITED: usize = 1_024;

/// The slots of a socket. Clones share them.
#[derive(Clone)]
pub(super) struct Slots(Arc<Semaphore>);

/// A slot, which a request and whoever awaits its reply hold together. It is free as soon as one of them is gone: the request, when
/// there is a reply, whether it has been taken or not; the other, when it has given up.
pub(super) struct Slot(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Slots {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST_AWAITED)))
    }

    /// Waits for a slot: for the request, and for whoever awaits its reply.
    pub(super) async fn take(&self) -> (Slot, Slot) {
        // There is always one, as the slots are never closed.
        let permit = Arc::clone(&self.0).acquire_owned().await.ok();
        let shared = Arc::new(Mutex::new(permit));
        (Slot(Arc::clone(&shared)), Slot(shared))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Nobody panics while it is locked.
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
