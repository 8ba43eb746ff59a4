//! Calls that start at once and are awaited later.

use std::{fmt, future::IntoFuture, sync::Arc};

use futures_util::{FutureExt as _, future::Shared};
use tokio::runtime::Handle;

use super::BoxFuture;
use crate::{Error, Result};

/// A call under way. It may be awaited many times and cloned; the call is made once.
///
/// It runs to its end even when nobody awaits it.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
/// use headwaters::Lazy;
///
/// let overview = Lazy::start(flink.overview());
/// let jobs = flink.jobs().list().await?; // meanwhile the overview is on its way
/// println!("{} of {} slots are free", overview.clone().await?.slots_available, overview.await?.slots_total);
/// # Ok(()) }
/// ```
pub struct Lazy<T>(Shared<BoxFuture<Result<Arc<T>>>>);

impl<T: Send + Sync + 'static> Lazy<T> {
    /// Starts the call on the current tokio runtime.
    ///
    /// Outside of a runtime nothing is sent, and awaiting gives an error that says so.
    pub fn start<C>(call: C) -> Self
    where
        C: IntoFuture<Output = Result<T>, IntoFuture: Send + 'static>,
    {
        let outcome: BoxFuture<Result<Arc<T>>> = match Handle::try_current() {
            Ok(runtime) => {
                let task = runtime.spawn(call.into_future());
                Box::pin(async move {
                    match task.await {
                        Ok(outcome) => outcome.map(Arc::new),
                        Err(error) => {
                            Err(Error::stopped("the lazy call was stopped with its runtime")
                                .with_source(error))
                        }
                    }
                })
            }
            Err(error) => {
                let error = Error::config("a lazy call needs a tokio runtime").with_source(error);
                Box::pin(async move { Err(error) })
            }
        };
        Self(outcome.shared())
    }
}

impl<T> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + Sync + 'static> IntoFuture for Lazy<T> {
    type Output = Result<Arc<T>>;
    type IntoFuture = Shared<BoxFuture<Result<Arc<T>>>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

impl<T> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.0.peek().is_some() {
            "done"
        } else {
            "under way"
        };
        f.debug_tuple("Lazy").field(&state).finish()
    }
}
