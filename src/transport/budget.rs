//! How many retries a client may spend, so that a server in trouble is not buried under them.

use std::sync::atomic::{AtomicU32, Ordering};

/// A full purse, in hundredths of a retry.
const FULL: u32 = 2_000;
/// What one retry costs.
const RETRY: u32 = 100;
/// What one success puts back.
const SUCCESS: u32 = 10;

/// A token bucket: twenty retries, and one more for every ten successes.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(FULL))
    }
}

impl Budget {
    /// Takes one retry out; `false` when there is none left.
    pub(super) fn take(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(RETRY)
            })
            .is_ok()
    }

    pub(super) fn succeeded(&self) {
        if self.0.load(Ordering::Relaxed) < FULL {
            let _ = self
                .0
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    Some((left + SUCCESS).min(FULL))
                });
        }
    }
}
