//! Calls that give what stands beside their value too.

use std::future::IntoFuture;

use serde::de::DeserializeOwned;

use super::{Call, Optional, Sending, WithResponse};
use crate::{
    Response, Result,
    transport::{Answer, Request},
    value::Sealed,
};

/// A call whose answer has something beside the value. The trait is sealed.
pub trait Paired: Call {
    /// What stands beside the value; the default where an answer has nothing there.
    type Beside: DeserializeOwned + Default + Send + 'static;

    #[doc(hidden)]
    #[allow(private_interfaces, reason = "nobody but a call sends requests")]
    fn request(self) -> Request;
}

/// A call that gives a pair: its value, and what the answer has beside it, which is empty where the answer leaves it out.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct WithBeside<C>(C);

impl<C: Paired<Value: DeserializeOwned>> WithBeside<C> {
    pub(crate) fn new(call: C) -> Self {
        Self(call)
    }

    /// `None` where the server says that there is no such thing, in the place of an error that
    /// [`is_not_found`](crate::Error::is_not_found).
    pub fn optional(self) -> Optional<Self> {
        Optional::new(self)
    }

    /// Status and headers beside the pair.
    pub fn with_response(self) -> WithResponse<Self> {
        WithResponse(self)
    }
}

impl<C> Sealed for WithBeside<C> {}

impl<C: Paired<Value: DeserializeOwned>> Call for WithBeside<C> {
    type Value = (C::Value, C::Beside);

    fn respond(self) -> Sending<Response<Self::Value>> {
        Sending::new(self.0.request(), Answer::pair)
    }
}

impl<C: Paired<Value: DeserializeOwned>> IntoFuture for WithBeside<C> {
    type Output = Result<(C::Value, C::Beside)>;
    type IntoFuture = Sending<(C::Value, C::Beside)>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(self.0.request(), |answer| Ok(answer.pair()?.into_value()))
    }
}
