//! The connection that a pipe is read from, and its idle timeout.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::{Mutex, MutexGuard},
    task::AbortHandle,
    time::{Instant, sleep_until},
};

use crate::{ByteStream, value::deadline::later};

/// A stream of bytes, and the task that closes it when it is idle. Dropping this closes the connection.
pub(super) struct Connection {
    shared: Arc<Shared>,
    runtime: Handle,
    idle_task: Option<AbortHandle>,
}

struct Shared {
    /// Taken out by the idle task.
    stream: Mutex<Option<ByteStream>>,
    opened: Instant,
    /// Milliseconds from `opened` to when it was last used.
    used: AtomicU64,
}

/// Sole use of the stream. The idle timeout begins anew when it ends, whether bytes have come or the wait was dropped.
pub(super) struct InUse<'a> {
    shared: &'a Shared,
    /// None once the connection is closed.
    pub(super) stream: MutexGuard<'a, Option<ByteStream>>,
}

impl Connection {
    /// A connection without an idle timeout; the task of one will run in `runtime`.
    pub(super) fn new(stream: ByteStream, runtime: Handle) -> Self {
        Self {
            shared: Arc::new(Shared {
                stream: Mutex::new(Some(stream)),
                opened: Instant::now(),
                used: AtomicU64::new(0),
            }),
            runtime,
            idle_task: None,
        }
    }

    /// Sets the idle timeout in place of the one before.
    pub(super) fn close_when_idle(&mut self, timeout: Duration) {
        self.stop_idle_task();
        let task = Arc::clone(&self.shared).close_when_idle(timeout);
        self.idle_task = Some(self.runtime.spawn(task).abort_handle());
    }

    fn stop_idle_task(&mut self) {
        if let Some(task) = self.idle_task.take() {
            task.abort();
        }
    }

    /// Begins the idle timeout anew.
    pub(super) fn touch(&self) {
        self.shared.touch();
    }

    pub(super) async fn lock(&self) -> InUse<'_> {
        InUse {
            shared: &self.shared,
            stream: self.shared.stream.lock().await,
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.stop_idle_task();
        // Where the idle task holds it, or is the next to, it goes with the task.
        if let Ok(mut stream) = self.shared.stream.try_lock() {
            *stream = None;
        }
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        self.shared.touch();
    }
}

impl Shared {
    fn touch(&self) {
        let since = self.opened.elapsed().as_millis() as u64;
        self.used.store(since, Ordering::Relaxed);
    }

    async fn close_when_idle(self: Arc<Self>, timeout: Duration) {
        loop {
            let used = self.opened + Duration::from_millis(self.used.load(Ordering::Relaxed));
            let due = later(used, timeout);
            if Instant::now() < due {
                sleep_until(due).await;
                continue;
            }
            match self.stream.try_lock() {
                Ok(mut stream) => {
                    *stream = None;
                    return;
                }
                // Somebody waits for bytes right now, which may take long.
                Err(_) => drop(self.stream.lock().await),
            }
        }
    }
}
