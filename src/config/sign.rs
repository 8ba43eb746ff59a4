//! Signatures of requests.

use std::{fmt, future::Future, pin::Pin};

use reqwest::{Method, header::HeaderMap};
use url::Url;

use super::headers::header;
use crate::{Error, Result};

/// Why a request was not signed.
pub type SignError = Box<dyn std::error::Error + Send + Sync>;

/// Signs requests, as gateways with AWS Signature Version 4 or a scheme of their own want it; given to a client with
/// [`Config::with_signer`](crate::Config::with_signer).
///
/// ```
/// use std::{future::Future, pin::Pin};
///
/// use headwaters::{Config, Outgoing, Secret, Sign, SignError};
///
/// struct Signer(Secret);
///
/// impl Sign for Signer {
///     fn sign<'a>(
///         &'a self,
///         mut request: Outgoing<'a>,
///     ) -> Pin<Box<dyn Future<Output = Result<(), SignError>> + Send + 'a>> {
///         Box::pin(async move {
///             let body = request.body().ok_or("a streamed body cannot be signed")?;
///             let text = format!("{} {}", request.method(), request.url());
///             let signature = mac(&self.0, text.as_bytes(), body);
///             request.set_header("x-signature", signature)?;
///             Ok(())
///         })
///     }
/// }
/// # fn mac(_: &Secret, _: &[u8], _: &[u8]) -> String { String::new() }
///
/// let config = Config::new().with_signer(Signer("s3cret".into()));
/// ```
pub trait Sign: Send + Sync + 'static {
    /// Signs one attempt of a call, after its credentials are set and just before it is sent; a retry is signed anew. The
    /// time that it takes belongs to the attempt. When it fails, nothing is sent and the call fails: with the error as its
    /// source, or with the error itself if it is one of this crate.
    fn sign<'a>(
        &'a self,
        request: Outgoing<'a>,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<(), SignError>> + Send + 'a>>;
}

/// A request that is about to be sent.
pub struct Outgoing<'a> {
    request: &'a mut reqwest::Request,
}

impl<'a> Outgoing<'a> {
    pub(crate) fn new(request: &'a mut reqwest::Request) -> Self {
        Self { request }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The whole URL as it is requested, query included: that of the fallback where the request goes to one.
    pub fn url(&self) -> &Url {
        self.request.url()
    }

    /// The headers so far, credentials included. `Host`, `User-Agent`, the length of a body, the `Content-Type` and
    /// `Accept` that are not here, and what [`with_http`](crate::Config::with_http) adds come later: `Host` follows from
    /// the URL.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The body, empty where the request has none; `None` when it is a stream, such as an upload or a pipe.
    pub fn body(&self) -> Option<&[u8]> {
        match self.request.body() {
            None => Some(&[]),
            Some(body) => body.as_bytes(),
        }
    }

    /// Sets a header, in the place of one of the same name. Its value shows in no log and no error, even when the server
    /// repeats it.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the name or the value is none that a header can have, and when the
    /// header says where the body ends or what becomes of the connection, such as `content-length`.
    pub fn set_header(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Result<()> {
        let (name, value) = header(name.as_ref(), value.as_ref()).map_err(Error::config)?;
        self.request.headers_mut().insert(name, value);
        Ok(())
    }
}

/// Signs the request; what fails is an error of this crate.
pub(crate) async fn signed(signer: &dyn Sign, request: &mut reqwest::Request) -> Result<()> {
    let outcome = signer.sign(Outgoing::new(request)).await;
    outcome.map_err(|error| match error.downcast::<Error>() {
        Ok(own) => *own,
        Err(other) => Error::unsigned(other),
    })
}

/// Without the path: an id in it may be a secret.
impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", self.method())
            .field("origin", &self.url().origin().ascii_serialization())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_id_of_the_path() {
        let url = "https://host:8443/session/s3cret/ws?key=s3cret"
            .parse()
            .unwrap();
        let mut request = reqwest::Request::new(Method::GET, url);
        let shown = format!("{:?}", Outgoing::new(&mut request));
        assert_eq!(
            shown,
            r#"Outgoing { method: GET, origin: "https://host:8443", .. }"#
        );
    }
}
