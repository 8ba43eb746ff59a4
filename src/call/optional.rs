//! Calls that may find nothing.

use std::future::IntoFuture;

use super::{BoxFuture, Call};
use crate::Result;

/// A call that gives `None` where the server says that there is no such thing.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
/// match flink.jobs().get("a5f0").optional().await? {
///     Some(job) => println!("{}", job.name),
///     None => println!("it is gone"),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct Optional<C>(C);

impl<C: Call> Optional<C> {
    pub(crate) fn new(call: C) -> Self {
        Self(call)
    }
}

impl<C: Call> IntoFuture for Optional<C> {
    type Output = Result<Option<C::Value>>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let call = self.0.into_future();
        Box::pin(async {
            match call.await {
                Ok(value) => Ok(Some(value)),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}
