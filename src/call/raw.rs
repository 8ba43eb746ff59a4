//! Requests that no operation describes.

use std::fmt;

use bytes::Bytes;
use reqwest::{Body, Method};
use serde::{Serialize, de::DeserializeOwned};

use super::{Sending, options};
use crate::{
    ByteStream, Error, Response, Secret,
    transport::{Answer, Client, Draft, Reading, Request},
    value::{self, json},
};

/// A request to any path of the server, for what the crate does not describe.
///
/// It passes the same way as every call: with the client's credentials, timeouts, limits and retries, and its failures are the
/// same [`Error`]s: where every answer of the platform says whether it is a success, as `head.ok` does for flowthings.io, that is heeded
/// here too. GET, HEAD, PUT and DELETE may be repeated after a failure, other methods may not, unless
/// [`with_repeats`](Self::with_repeats) says otherwise.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
/// use headwaters::reqwest::Method;
/// use headwaters::serde_json::{Value, json};
///
/// let overview = flink.request(Method::GET, "/jobs/overview").json::<Value>().await?;
/// println!("{} {}", overview.status(), overview.value()["jobs"]);
///
/// let body = json!({"jobId": "5e2a"});
/// flink.request(Method::POST, "/jars/a.jar/run").with_json(&body).bytes().await?;
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent until one of `json`, `bytes` and `stream` is awaited"]
pub struct RawRequest {
    draft: Draft,
    client: Client,
    method: Method,
    path: String,
    body: Content,
    repeats: Option<bool>,
}

enum Content {
    None,
    /// With the secrets in it.
    Json(serde_json::Result<Vec<u8>>, Vec<Secret>),
    Body(Body),
}

options!(RawRequest);

impl RawRequest {
    pub(crate) fn new(client: &Client, method: Method, path: impl Into<String>) -> Self {
        Self {
            draft: client.draft(),
            client: client.clone(),
            method,
            path: path.into(),
            body: Content::None,
            repeats: None,
        }
    }

    /// Sends this value as JSON.
    pub fn with_json(mut self, body: &impl Serialize) -> Self {
        let (text, secrets) = value::written(|| json::encode(body));
        self.body = Content::Json(text, secrets);
        self
    }

    /// Sends these bytes, of the type `application/octet-stream` unless a header says otherwise. A body that is a stream is sent
    /// once, within the time of one attempt: [`with_timeout`](Self::with_timeout) gives a long one more.
    pub fn with_body(mut self, body: impl Into<Body>) -> Self {
        self.body = Content::Body(body.into());
        self
    }

    /// Whether a repeat does no harm, so that the request may be sent again when it is not known whether it arrived.
    pub fn with_repeats(mut self, repeats: bool) -> Self {
        self.repeats = Some(repeats);
        self
    }

    /// The answer's JSON as a value, such as a [`serde_json::Value`].
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the path or the method cannot be sent; otherwise as any call.
    pub fn json<T: DeserializeOwned>(self) -> Sending<Response<T>> {
        Sending::new(self.request(Reading::Json), Answer::json)
    }

    /// The answer's bytes, at most as many as [`Limits::json`](crate::Limits::json) says.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn bytes(self) -> Sending<Response<Bytes>> {
        Sending::new(self.request(Reading::Bytes), Answer::bytes)
    }

    /// The answer's bytes as they come.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn stream(self) -> Sending<Response<ByteStream>> {
        Sending::new(self.request(Reading::Stream), Answer::stream)
    }

    fn request(self, reading: Reading) -> Request {
        let operation = self.client.raw(&self.method);
        let mut request = self.draft.request(operation).at(&self.path, reading);
        if operation.method != self.method.as_str() {
            let reason = "the method is not one that can be sent";
            request.refuse(Error::request(operation, reason));
        }
        if let Some(repeats) = self.repeats {
            request = request.repeatable(repeats);
        }
        match self.body {
            Content::None => {}
            Content::Json(text, secrets) => request = request.json_text(text, secrets),
            Content::Body(body) => request = request.raw("application/octet-stream", body),
        }
        request
    }
}

/// Neither the path nor the body, which may hold secrets.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = match &self.body {
            Content::None => "none",
            Content::Json(..) => "JSON",
            Content::Body(_) => "bytes",
        };
        f.debug_struct("RawRequest")
            .field("draft", &self.draft)
            .field("method", &self.method)
            .field("body", &body)
            .finish_non_exhaustive()
    }
}
