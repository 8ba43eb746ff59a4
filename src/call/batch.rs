//! Many calls at once.

use std::{fmt, future::IntoFuture};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::BoxFuture;
use crate::Result;

/// Runs calls and [`Poll`](crate::Poll)s concurrently, a few at a time, and gives their values in the order in which they were added.
///
/// `.await` stops at the first error; [`all`](Self::all) runs every call and gives every result. Calls that are under way when the
/// first error comes are dropped; the server may have received them.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
/// use headwaters::Batch;
///
/// let jobs = flink.jobs().list().await?.jobs;
/// let details = jobs
///     .iter()
///     .map(|job| flink.jobs().get(&job.id))
///     .collect::<Batch<_>>()
///     .with_concurrency(4)
///     .await?;
/// assert_eq!(details.len(), jobs.len());
/// # Ok(()) }
/// ```
#[must_use = "a batch does nothing until it is awaited"]
pub struct Batch<T> {
    calls: Vec<BoxFuture<Result<T>>>,
    concurrency: usize,
}

impl<T: Send + 'static> Batch<T> {
    /// An empty batch that runs eight calls at a time.
    pub fn new() -> Self {
        Self {
            calls: Vec::new(),
            concurrency: 8,
        }
    }

    /// Adds a call, without starting it.
    pub fn push<C>(&mut self, call: C)
    where
        C: IntoFuture<Output = Result<T>, IntoFuture: Send + 'static>,
    {
        self.calls.push(Box::pin(call.into_future()));
    }

    /// How many calls may be under way at the same time: eight by default; 0 counts as 1.
    pub fn with_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// The number of calls.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there is no call.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Runs every call, even if others fail, and gives their results in the order in which they were added.
    pub async fn all(self) -> Vec<Result<T>> {
        stream::iter(self.calls)
            .buffered(self.concurrency)
            .collect()
            .await
    }
}

impl<T: Send + 'static> Default for Batch<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, C> FromIterator<C> for Batch<T>
where
    T: Send + 'static,
    C: IntoFuture<Output = Result<T>, IntoFuture: Send + 'static>,
{
    fn from_iter<I: IntoIterator<Item = C>>(calls: I) -> Self {
        let mut batch = Self::new();
        batch.extend(calls);
        batch
    }
}

impl<T, C> Extend<C> for Batch<T>
where
    T: Send + 'static,
    C: IntoFuture<Output = Result<T>, IntoFuture: Send + 'static>,
{
    fn extend<I: IntoIterator<Item = C>>(&mut self, calls: I) {
        for call in calls {
            self.push(call);
        }
    }
}

impl<T: Send + 'static> IntoFuture for Batch<T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(
            stream::iter(self.calls)
                .buffered(self.concurrency)
                .try_collect(),
        )
    }
}

impl<T> fmt::Debug for Batch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("calls", &self.calls.len())
            .field("concurrency", &self.concurrency)
            .finish()
    }
}
