//! Faults: what a server or the network between may do to a request.

use std::sync::Mutex;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody as _};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt as _, future::ready, stream};

use super::drain::{SWALLOWED, linger, swallow};
use super::lock;

/// Something that a sandbox does to a request instead of, or before, answering it.
///
/// A fault strikes the first request that matches, then it is used up; [`times`](Self::times) makes it
/// last and [`on`](Self::on) narrows it. A request meets at most one fault, the oldest that matches:
/// injecting two is a script for two requests.
///
/// ```no_run
/// use std::time::Duration;
/// use headwaters::sandbox::Fault;
///
/// let busy = Fault::status(503).with_header("retry-after", "1").with_body("text/html", "<h1>busy</h1>");
/// let slow = Fault::delay(Duration::from_millis(300)).on("GET", "/jobs").times(2);
/// # let _ = (busy, slow);
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    effect: Effect,
    scope: Option<(String, String)>,
    times: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Effect {
    Delay(Duration),
    Answer(Answer),
    Cut(usize),
    Stall(usize),
    Hang,
}

/// The answer that a fault puts in the place of the platform's.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Bytes,
    /// Bytes of the request's body that are read first, where that is not all of it.
    early: Option<usize>,
}

impl Fault {
    /// Waits, then answers as if nothing had happened.
    #[must_use]
    pub fn delay(duration: Duration) -> Self {
        Self::new(Effect::Delay(duration))
    }

    /// Answers with this status and nothing else; the platform does not see the request.
    ///
    /// Says 500 where the number is no status (100 to 999). See [`with_header`](Self::with_header) and
    /// [`with_body`](Self::with_body).
    #[must_use]
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(Effect::Answer(Answer {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            early: None,
        }))
    }

    /// Answers 200 with the wrong bytes, as a captive portal or a broken proxy does.
    #[must_use]
    pub fn bytes(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::status(200).with_body(content_type, body)
    }

    /// Answers truly, but closes the connection after this many bytes of the body. The content length
    /// announced is that of the whole body.
    #[must_use]
    pub fn cut_after(bytes: usize) -> Self {
        Self::new(Effect::Cut(bytes))
    }

    /// Answers truly, but sends no more than this many bytes of the body and then nothing; the connection stays open.
    #[must_use]
    pub fn stall_after(bytes: usize) -> Self {
        Self::new(Effect::Stall(bytes))
    }

    /// Reads the request and never answers; the connection stays open.
    #[must_use]
    pub fn hang() -> Self {
        Self::new(Effect::Hang)
    }

    /// Adds a header to the answer of [`status`](Self::status) or [`bytes`](Self::bytes); other faults ignore it,
    /// and so is a header that HTTP does not allow.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Sets content type and body of the answer of [`status`](Self::status) or [`bytes`](Self::bytes); other
    /// faults ignore it.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.body = body.into();
        }
        self.with_header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// Lets the answer of [`status`](Self::status) or [`bytes`](Self::bytes) leave when this many bytes of the
    /// request's body have been read, while the rest may still be arriving; other faults ignore it. What arrives later
    /// is read and dropped for ten seconds, then the connection is closed.
    #[must_use]
    pub fn early(mut self, bytes: usize) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.early = Some(bytes);
        }
        self
    }

    /// Strikes only requests with this method whose path begins so: `.on("GET", "/jobs")`.
    ///
    /// The path is compared as sent, without the prefix that says nothing: `/v1` of Flink, which is optional, and version and
    /// account of flowthings.io, `/v0.1/sandbox`. Without this, every request matches.
    #[must_use]
    pub fn on(mut self, method: &str, path_prefix: &str) -> Self {
        self.scope = Some((method.to_ascii_uppercase(), path_prefix.to_owned()));
        self
    }

    /// How many requests are struck; once by default.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    fn new(effect: Effect) -> Self {
        Self {
            effect,
            scope: None,
            times: 1,
        }
    }

    fn strikes(&self, method: &str, path: &str) -> bool {
        self.times > 0
            && self
                .scope
                .as_ref()
                .is_none_or(|(verb, prefix)| verb == method && path.starts_with(prefix.as_str()))
    }
}

/// The faults of one server that are not used up.
#[derive(Debug, Default)]
pub(super) struct Faults {
    waiting: Mutex<Vec<Fault>>,
}

impl Faults {
    pub(super) fn add(&self, fault: Fault) {
        lock(&self.waiting).push(fault);
    }

    pub(super) fn clear(&self) {
        lock(&self.waiting).clear();
    }

    /// The effect on this request, which thereby has been counted.
    pub(super) fn take(&self, method: &str, path: &str) -> Option<Effect> {
        let mut waiting = lock(&self.waiting);
        let fault = waiting
            .iter_mut()
            .find(|fault| fault.strikes(method, path))?;
        fault.times -= 1;
        let effect = fault.effect.clone();
        waiting.retain(|fault| fault.times > 0);
        Some(effect)
    }
}

impl Answer {
    /// Reads as much of a request's body as comes before the answer.
    pub(super) async fn hear(&self, body: Body) {
        let rest = swallow(body, self.early.unwrap_or(SWALLOWED)).await;
        if self.early.is_some() {
            linger(rest);
        }
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// The response with its body broken off, so that the connection closes there.
pub(super) fn cut(response: Response, after: usize) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Response::from_parts(
        parts,
        Body::from_stream(stream::unfold(
            Some((body.into_data_stream(), after)),
            next_piece,
        )),
    )
}

/// The response with a body that stops coming.
pub(super) fn stall(response: Response, after: usize) -> Response {
    let (parts, body) = cut(response, after).into_parts();
    let body = body
        .into_data_stream()
        .take_while(|piece| ready(piece.is_ok()));
    Response::from_parts(parts, Body::from_stream(body.chain(stream::pending())))
}

type Broken = Result<Bytes, std::io::Error>;

async fn next_piece(
    state: Option<(BodyDataStream, usize)>,
) -> Option<(Broken, Option<(BodyDataStream, usize)>)> {
    let (mut body, left) = state?;
    if left > 0
        && let Some(Ok(mut chunk)) = body.next().await
    {
        chunk.truncate(left);
        let left = left.saturating_sub(chunk.len());
        return Some((Ok(chunk), Some((body, left))));
    }
    // hyper drops what it has buffered when a body fails: the pause lets the bytes leave first.
    tokio::time::sleep(Duration::from_millis(50)).await;
    Some((Err(std::io::Error::other("cut by a fault")), None))
}
