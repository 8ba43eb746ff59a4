//! Requests that survive the future which waits for them.

use tokio::{runtime::Handle, task::JoinHandle};

use super::task::outcome;
use crate::{Error, Result};

/// At most one request, which goes on while nobody waits for it: a wait that is dropped, as by `select!`, is taken up by the next
/// one, and nothing is asked twice. Dropping this stops the request.
///
/// The request runs on the runtime where the first wait for it was polled, and goes on only while that runtime runs: whoever shows
/// this to users says so.
#[derive(Debug)]
pub(crate) struct InFlight<T>(Option<JoinHandle<Result<T>>>);

impl<T: Send + 'static> InFlight<T> {
    /// Waits for the request that is under way; where there is none, for the one that `begin` makes.
    pub(crate) async fn outcome<F>(&mut self, begin: impl FnOnce() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let task = match &mut self.0 {
            Some(task) => task,
            none => {
                let runtime = Handle::try_current().map_err(Error::no_runtime)?;
                none.insert(runtime.spawn(in_this_span(begin())))
            }
        };
        let ended = task.await;
        self.0 = None;
        outcome(ended)
    }
}

impl<T> InFlight<T> {
    pub(crate) fn none() -> Self {
        Self(None)
    }
}

/// A request belongs to one.
impl<T> Clone for InFlight<T> {
    fn clone(&self) -> Self {
        Self::none()
    }
}

impl<T> Drop for InFlight<T> {
    fn drop(&mut self) {
        if let Some(task) = self.0.take() {
            task.abort();
        }
    }
}

/// A task has no span unless it is given one.
#[cfg(feature = "tracing")]
fn in_this_span<F: Future>(work: F) -> tracing::instrument::Instrumented<F> {
    tracing::Instrument::in_current_span(work)
}

#[cfg(not(feature = "tracing"))]
fn in_this_span<F: Future>(work: F) -> F {
    work
}
