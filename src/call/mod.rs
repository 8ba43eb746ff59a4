//! What every call has in common.

use std::{
    fmt,
    future::IntoFuture,
    pin::Pin,
    task::{Context, Poll as Progress, ready},
};

use tokio::runtime::Handle;

use crate::{
    Error, Response, Result,
    transport::{Answer, Draft, Request},
    value::Sealed,
};

mod batch;
#[cfg(feature = "dynamic")]
pub mod dynamic;
mod in_flight;
mod optional;
mod pages;
mod poll;
mod raw;
mod spawned;
mod task;
mod with_beside;

pub use batch::Batch;
pub(crate) use in_flight::InFlight;
pub use optional::Optional;
pub use pages::Pages;
#[cfg(feature = "flowthings")]
pub(crate) use pages::{Turn, Turned};
pub use poll::{Poll, PollProgress};
pub use raw::RawRequest;
pub use spawned::Spawned;
pub use with_beside::{Paired, WithBeside};

/// A future on the heap.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;

/// An operation with its arguments, not yet sent.
///
/// `.await` sends it. A call owns what it needs: it can be kept, spawned, put into a [`Batch`] or started at once as
/// [`Spawned`]. The trait is sealed.
pub trait Call:
    Sealed
    + IntoFuture<Output = Result<Self::Value>, IntoFuture = Sending<Self::Value>>
    + Send
    + 'static
{
    /// What the server answers.
    type Value: Send + 'static;

    #[doc(hidden)]
    fn respond(self) -> Sending<Response<Self::Value>>;
}

/// A call that a link in an answer makes; see [`Link`](crate::Link). The trait is sealed.
pub trait Linked: Call {
    #[doc(hidden)]
    #[allow(private_interfaces, reason = "nobody but a client makes drafts")]
    fn linked(draft: Draft, link: Option<&str>) -> Self;
}

/// A call on its way, as `.await` on a call makes one.
#[must_use = "a call does nothing until it is awaited"]
pub struct Sending<T> {
    answer: BoxFuture<Result<Answer>>,
    value: fn(Answer) -> Result<T>,
}

impl<T> Sending<T> {
    /// Sends the request once it is polled, and makes the value of its answer.
    pub(crate) fn new(request: Request, value: fn(Answer) -> Result<T>) -> Self {
        Self {
            answer: Box::pin(request.send()),
            value,
        }
    }
}

impl<T> Future for Sending<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Progress<Self::Output> {
        let answer = ready!(self.answer.as_mut().poll(context));
        Progress::Ready(answer.and_then(self.value))
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}

/// A call that will give status and headers beside the value.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct WithResponse<C>(pub(crate) C);

impl<C: Call> IntoFuture for WithResponse<C> {
    type Output = Result<Response<C::Value>>;
    type IntoFuture = Sending<Response<C::Value>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0.respond()
    }
}

/// Does work that waits: without a runtime there is neither a clock nor a connection, and tokio would panic.
pub(crate) async fn in_runtime<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    match Handle::try_current() {
        Ok(_) => work.await,
        Err(error) => Err(Error::no_runtime(error)),
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

            /// One more request header. Its value never shows in logs or errors. Headers that say where a body ends, such as
            /// `content-length`, are refused.
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

/// The options and the two ways to send, for a call with a `draft` and an `into_request`; the last argument makes the value of its
/// answer.
macro_rules! call {
    ($name:ident -> $value:ty, $respond:expr) => {
        crate::call::options!($name);

        impl $name {
            /// Status and headers beside the value.
            pub fn with_response(self) -> crate::call::WithResponse<Self> {
                crate::call::WithResponse(self)
            }
        }

        impl crate::value::Sealed for $name {}

        impl crate::call::Call for $name {
            type Value = $value;

            fn respond(self) -> crate::call::Sending<crate::Response<$value>> {
                crate::call::Sending::new(self.into_request(), $respond)
            }
        }

        impl ::std::future::IntoFuture for $name {
            type Output = crate::Result<$value>;
            type IntoFuture = crate::call::Sending<$value>;

            fn into_future(self) -> Self::IntoFuture {
                crate::call::Sending::new(self.into_request(), |answer| {
                    let respond: fn(_) -> crate::Result<crate::Response<$value>> = $respond;
                    Ok(respond(answer)?.into_value())
                })
            }
        }
    };
}

pub(crate) use {call, options};
