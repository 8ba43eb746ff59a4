//! Calls that run as tasks of their own and are awaited later.

use std::{fmt, future::IntoFuture, sync::Arc};

use futures_util::{FutureExt as _, future::Shared};
use tokio::runtime::Handle;

use super::{BoxFuture, task::outcome};
use crate::{Error, Result};

/// A call that was started at once, as a task of its own. It can be cloned and awaited many times; the call is made once.
///
/// The call runs to its end even if this is dropped or never awaited. Where code of the caller's panics in it, such as an
/// [`Auth::refreshing`](crate::Auth::refreshing) source, so does who awaits it.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
/// use headwaters::Spawned;
///
/// let overview = Spawned::new(flink.overview());
/// let jobs = flink.jobs().list().await?; // both requests are under way at the same time
/// println!("{} of {} slots are free", overview.clone().await?.slots_available, overview.await?.slots_total);
/// # Ok(()) }
/// ```
#[doc(alias = "Lazy")]
pub struct Spawned<T>(Shared<BoxFuture<Result<Arc<T>>>>);

impl<T: Send + Sync + 'static> Spawned<T> {
    /// Starts the call on the current tokio runtime.
    ///
    /// Outside of a runtime nothing is sent, and awaiting gives an error that says so.
    pub fn new<C>(call: C) -> Self
    where
        C: IntoFuture<Output = Result<T>, IntoFuture: Send + 'static>,
    {
        let outcome: BoxFuture<Result<Arc<T>>> = match Handle::try_current() {
            Ok(runtime) => {
                let task = runtime.spawn(call.into_future());
                Box::pin(async move { outcome(task.await).map(Arc::new) })
            }
            Err(error) => {
                let error =
                    Error::config("a spawned call needs a tokio runtime").with_source(error);
                Box::pin(async move { Err(error) })
            }
        };
        Self(outcome.shared())
    }
}

impl<T> Clone for Spawned<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + Sync + 'static> IntoFuture for Spawned<T> {
    type Output = Result<Arc<T>>;
    type IntoFuture = Shared<BoxFuture<Result<Arc<T>>>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

impl<T> fmt::Debug for Spawned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.0.peek().is_some() {
            "done"
        } else {
            "running"
        };
        f.debug_tuple("Spawned").field(&state).finish()
    }
}
