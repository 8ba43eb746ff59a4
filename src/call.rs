//! What every call has in common.

use std::{future::IntoFuture, pin::Pin};

use tokio::runtime::Handle;

use crate::{Error, Response, Result};

/// A future on the heap, as `.await` on a call makes one.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;

/// An operation with its arguments, not yet sent.
///
/// `.await` sends it. A call owns what it needs: it can be kept, spawned, put into a
/// [`Batch`](crate::Batch) or started as a [`Lazy`](crate::Lazy).
pub trait Call:
    IntoFuture<Output = Result<Self::Value>, IntoFuture = BoxFuture<Result<Self::Value>>>
    + Send
    + 'static
{
    /// What the server answers.
    type Value: Send + 'static;

    /// Sends it and gives status and headers beside the value.
    fn respond(self) -> BoxFuture<Result<Response<Self::Value>>>;
}

/// A call that will give status and headers beside the value.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct WithResponse<C>(pub(crate) C);

impl<C: Call> IntoFuture for WithResponse<C> {
    type Output = Result<Response<C::Value>>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.0.respond()
    }
}

/// Does work that waits: without a runtime there is neither a clock nor a connection, and tokio would panic.
pub(crate) async fn in_runtime<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    match Handle::try_current() {
        Ok(_) => work.await,
        Err(error) => Err(Error::config("a call needs a tokio runtime").with_source(error)),
    }
}

/// The options of a call with a `draft`.
macro_rules! options {
    ($name:ident) => {
        impl $name {
            /// The time for the whole call, retries included, and for each attempt as much; for a stream, until it begins.
            pub fn with_timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.draft.options_mut().timeout = Some(timeout);
                self
            }

            /// One more request header. Its value never shows in logs or errors.
            pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
                self.draft
                    .options_mut()
                    .header(name.as_ref(), value.as_ref());
                self
            }

            /// One more query parameter.
            pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.draft
                    .options_mut()
                    .query
                    .push((name.into(), value.into()));
                self
            }

            /// Another retry policy than the client's.
            pub fn with_retry(mut self, retry: crate::Retry) -> Self {
                self.draft.options_mut().retry = Some(retry);
                self
            }
        }
    };
}

/// The options and the two ways to send, for a call with `draft` and `execute`.
macro_rules! call {
    ($name:ident -> $value:ty) => {
        crate::call::options!($name);

        impl $name {
            /// Status and headers beside the value.
            pub fn with_response(self) -> crate::call::WithResponse<Self> {
                crate::call::WithResponse(self)
            }
        }

        impl crate::call::Call for $name {
            type Value = $value;

            fn respond(self) -> crate::call::BoxFuture<crate::Result<crate::Response<$value>>> {
                ::std::boxed::Box::pin(crate::call::in_runtime(self.execute()))
            }
        }

        impl ::std::future::IntoFuture for $name {
            type Output = crate::Result<$value>;
            type IntoFuture = crate::call::BoxFuture<Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(crate::call::in_runtime(async move {
                    Ok(self.execute().await?.into_value())
                }))
            }
        }
    };
}

pub(crate) use {call, options};
