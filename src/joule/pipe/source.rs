//! Where the bytes of a pipe come from, and how long the connection waits for a reader that does not ask.

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

/// A stream of bytes, and the watchman that closes it when nobody asks for them. Dropping it lets go of the connection.
pub(super) struct Source {
    line: Arc<Line>,
    runtime: Handle,
    watchman: Option<AbortHandle>,
}

struct Line {
    /// Taken out by the watchman.
    stream: Mutex<Option<ByteStream>>,
    opened: Instant,
    /// Milliseconds after `opened` when somebody last asked.
    asked: AtomicU64,
}

/// A question that waits for bytes. Patience begins anew when it ends, be it answered or given up.
pub(super) struct Question<'a> {
    line: &'a Line,
    /// None once the connection is closed.
    pub(super) stream: MutexGuard<'a, Option<ByteStream>>,
}

impl Source {
    /// A source that nobody watches yet. Its watchman runs in `runtime`.
    pub(super) fn new(stream: ByteStream, runtime: Handle) -> Self {
        Self {
            line: Arc::new(Line {
                stream: Mutex::new(Some(stream)),
                opened: Instant::now(),
                asked: AtomicU64::new(0),
            }),
            runtime,
            watchman: None,
        }
    }

    /// Closes the connection once nobody has asked for so long; in the place of what was said before.
    pub(super) fn watch(&mut self, patience: Duration) {
        self.dismiss();
        let watch = Arc::clone(&self.line).watch(patience);
        self.watchman = Some(self.runtime.spawn(watch).abort_handle());
    }

    fn dismiss(&mut self) {
        if let Some(watchman) = self.watchman.take() {
            watchman.abort();
        }
    }

    /// Says that somebody asks.
    pub(super) fn touch(&self) {
        self.line.touch();
    }

    pub(super) async fn question(&self) -> Question<'_> {
        Question {
            line: &self.line,
            stream: self.line.stream.lock().await,
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.dismiss();
        // Where the watchman holds it, or is the next to, it goes with him.
        if let Ok(mut stream) = self.line.stream.try_lock() {
            *stream = None;
        }
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.line.touch();
    }
}

impl Line {
    fn touch(&self) {
        let since = self.opened.elapsed().as_millis() as u64;
        self.asked.store(since, Ordering::Relaxed);
    }

    async fn watch(self: Arc<Self>, patience: Duration) {
        loop {
            let asked = self.opened + Duration::from_millis(self.asked.load(Ordering::Relaxed));
            let due = later(asked, patience);
            if Instant::now() < due {
                sleep_until(due).await;
                continue;
            }
            match self.stream.try_lock() {
                Ok(mut stream) => {
                    *stream = None;
                    return;
                }
                // Somebody is asking right now; their question may take long.
                Err(_) => drop(self.stream.lock().await),
            }
        }
    }
}
