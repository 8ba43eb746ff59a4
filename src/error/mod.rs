//! What went wrong, with enough around it to act.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::StatusCode;

mod history;
mod json;

pub(crate) use history::History;
pub(crate) use json::JsonError;

use crate::Operation;

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Longest piece of a server's text in `Display`; the rest is in [`Error::body`].
const SHOWN: usize = 300;

/// A failed call.
///
/// Ask it by predicates: each says what to do. `Display` is one line that names platform, operation,
/// method, path template, status and the server's own words; the cause is in
/// [`source`](std::error::Error::source), and [`report`](Self::report) writes both. No header, no secret
/// and no query value is in any of them, but what the server's own words repeat of a query or a body.
#[derive(Clone)]
pub struct Error(Arc<Repr>);

#[derive(Clone)]
struct Repr {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    status: Option<StatusCode>,
    detail: String,
    messages: Vec<String>,
    body: Bytes,
    retry_after: Option<Duration>,
    attempts: u32,
    elapsed: Duration,
    maybe_sent: bool,
    not_found: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The stage at which a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client's configuration is not usable.
    Config,
    /// The request is not one that could be sent.
    Request,
    /// No token could be fetched, so nothing was sent.
    Token,
    /// The request could not be signed, so it was not sent.
    Sign,
    /// No connection was made.
    Connect,
    /// Time ran out.
    Timeout,
    /// The connection broke in the middle.
    Broken,
    /// The server said no.
    Status,
    /// The server redirected to somewhere else.
    Redirect,
    /// The answer is not what the spec describes.
    Decode,
    /// The answer is larger than the limit.
    TooLarge,
    /// The request went well; what it started failed on the server.
    Failed,
}

impl Error {
    /// The stage at which the call failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status, when a server answered.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The operation's id: `jobs_get`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// The HTTP method.
    pub fn method(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.method)
    }

    /// The path template, without the ids.
    pub fn path(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.path)
    }

    /// The server's own words, whatever shape the platform gives them; the first is the most telling. What they
    /// repeat of credentials and of headers that were added is left out; what they repeat of a query or a body stays.
    pub fn messages(&self) -> &[String] {
        &self.0.messages
    }

    /// What the server sent, cut at the limit for error bodies (64 KiB by default). As it came: it may repeat what was sent, a
    /// secret among it, and shows in no other text of the error.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many times the request was made; 0 when it was refused before.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The time from the start of the call to its failure.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The configuration or the request is not one that could be sent, such as one whose file cannot be read.
    /// What to do: mend the arguments; a repeat fails the same way.
    pub fn is_request(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Config | ErrorKind::Request)
    }

    /// Status 400. What to do: read [`messages`](Self::messages) and mend the arguments.
    pub fn is_bad_request(&self) -> bool {
        self.has(StatusCode::BAD_REQUEST)
    }

    /// Status 401. What to do: give the client credentials, or newer ones. A node of Joule says 403 instead: see
    /// [`is_forbidden`](Self::is_forbidden).
    pub fn is_unauthorized(&self) -> bool {
        self.has(StatusCode::UNAUTHORIZED)
    }

    /// Status 403. What to do: the credentials are known but not enough; ask for the right. Of a node of Joule: its key is missing or
    /// unknown, give another.
    pub fn is_forbidden(&self) -> bool {
        self.has(StatusCode::FORBIDDEN)
    }

    /// 404, or another status whose text says for certain that the thing does not exist.
    /// What to do: check the id; servers forget what is old.
    pub fn is_not_found(&self) -> bool {
        self.0.not_found || self.has(StatusCode::NOT_FOUND)
    }

    /// Status 409. What to do: read the state of the thing; it does not allow this now.
    pub fn is_conflict(&self) -> bool {
        self.has(StatusCode::CONFLICT)
    }

    /// Any 5xx. What to do: look into the server's log; see [`is_retryable`](Self::is_retryable).
    pub fn is_server_error(&self) -> bool {
        self.0.status.is_some_and(|status| status.is_server_error())
    }

    /// Time ran out, here or (408, 504) there.
    /// What to do: give the call more with `with_timeout`, or look why the server is slow; see
    /// [`maybe_sent`](Self::maybe_sent).
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
            || self.has(StatusCode::REQUEST_TIMEOUT)
            || self.has(StatusCode::GATEWAY_TIMEOUT)
    }

    /// No connection was made: nothing was sent. What to do: check the address and that the server runs.
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// The answer is not what the spec describes: another program answered, or a version that the crate
    /// does not know. What to do: read [`body`](Self::body); report it if the server is right. Of rows that were asked for as
    /// numbers of another type: ask for the type of the layout.
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// The answer is larger than the limit. What to do: ask for less, or raise
    /// [`Limits`](crate::Limits).
    pub fn is_too_large(&self) -> bool {
        self.0.kind == ErrorKind::TooLarge
    }

    /// The failure is of a kind that passes: no connection, time ran out, a broken connection, 408, 429,
    /// 502, 503, 504. What to do: try again later if [`maybe_sent`](Self::maybe_sent) is false or the operation
    /// is idempotent; the client has done so already within its [`Retry`](crate::Retry).
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Broken
        ) || self.0.status.is_some_and(is_passing)
    }

    /// The request may have reached the server and had its effect.
    /// What to do when it is not idempotent: read the state of the thing before a repeat.
    pub fn maybe_sent(&self) -> bool {
        self.0.maybe_sent
    }

    /// The error and its causes in one line.
    pub fn report(&self) -> String {
        let mut text = self.to_string();
        for cause in self.causes() {
            if !text.ends_with(&cause) {
                text.push_str(": ");
                text.push_str(&cause);
            }
        }
        text
    }

    /// The texts of the causes, each in one line.
    fn causes(&self) -> Vec<String> {
        let first = std::error::Error::source(self);
        std::iter::successors(first, |error| error.source())
            .map(|error| one_line(&error.to_string()))
            .collect()
    }

    fn has(&self, status: StatusCode) -> bool {
        self.0.status == Some(status)
    }
}

/// Statuses that pass by themselves.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)
}

impl Error {
    fn new(
        kind: ErrorKind,
        operation: Option<&'static Operation>,
        detail: impl Into<String>,
    ) -> Self {
        Self(Arc::new(Repr {
            kind,
            operation,
            status: None,
            detail: detail.into(),
            messages: Vec::new(),
            body: Bytes::new(),
            retry_after: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            maybe_sent: !matches!(
                kind,
                ErrorKind::Config
                    | ErrorKind::Request
                    | ErrorKind::Token
                    | ErrorKind::Sign
                    | ErrorKind::Connect
            ),
            not_found: false,
            source: None,
        }))
    }

    pub(crate) fn config(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, None, detail)
    }

    /// The answer was taken for what it is not, by code that does not know the call.
    #[cfg(feature = "joule")]
    pub(crate) fn decode(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Decode, None, detail)
    }

    /// The call was given up by what ran it.
    pub(crate) fn stopped(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Broken, None, detail)
    }

    pub(crate) fn no_runtime(source: tokio::runtime::TryCurrentError) -> Self {
        Self::config("a call needs a tokio runtime").with_source(source)
    }

    pub(crate) fn token(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let mut error = Self::new(ErrorKind::Token, None, "no token could be fetched");
        error.change(|repr| repr.source = Some(source.into()));
        error
    }

    pub(crate) fn unsigned(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let mut error = Self::new(ErrorKind::Sign, None, "the request could not be signed");
        error.change(|repr| repr.source = Some(source.into()));
        error
    }

    pub(crate) fn request(operation: &'static Operation, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Request, Some(operation), detail)
    }

    pub(crate) fn of(
        kind: ErrorKind,
        operation: &'static Operation,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(kind, Some(operation), detail)
    }

    pub(crate) fn refused(
        operation: &'static Operation,
        status: StatusCode,
        message: ServerMessage,
        body: Bytes,
    ) -> Self {
        let mut error = Self::new(ErrorKind::Status, Some(operation), "");
        error.change(|repr| {
            repr.status = Some(status);
            repr.messages = message.messages;
            repr.not_found = message.not_found;
            repr.body = body;
        });
        error
    }

    pub(crate) fn with_source(
        mut self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        self.change(|repr| repr.source = Some(Arc::new(source)));
        self
    }

    /// Says what stands around the failure, before what it says itself.
    pub(crate) fn with_context(mut self, context: impl Into<String>) -> Self {
        self.change(|repr| {
            let detail = std::mem::replace(&mut repr.detail, context.into());
            if !detail.is_empty() {
                repr.detail.push_str(": ");
                repr.detail.push_str(&detail);
            }
        });
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.change(|repr| repr.status = Some(status));
        self
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.change(|repr| repr.body = body);
        self
    }

    pub(crate) fn with_messages(mut self, messages: Vec<String>) -> Self {
        self.change(|repr| repr.messages = messages);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.change(|repr| repr.retry_after = wait);
        self
    }

    pub(crate) fn with_history(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.change(|repr| {
            repr.attempts = attempts;
            repr.elapsed = elapsed;
        });
        self
    }

    /// Says whether an attempt of the call may have arrived.
    pub(crate) fn with_maybe_sent(mut self, maybe_sent: bool) -> Self {
        self.change(|repr| repr.maybe_sent = maybe_sent);
        self
    }

    fn change(&mut self, change: impl FnOnce(&mut Repr)) {
        change(Arc::make_mut(&mut self.0));
    }
}

/// What a platform reads out of an error body.
#[derive(Debug, Default)]
pub(crate) struct ServerMessage {
    /// The texts, the most telling first.
    pub(crate) messages: Vec<String>,
    /// The text says for certain that the thing does not exist, whatever the status.
    pub(crate) not_found: bool,
    /// The text says for certain that nothing was done: a repeat cannot do it twice.
    pub(crate) not_begun: bool,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repr = &*self.0;
        if let Some(operation) = repr.operation {
            write!(
                f,
                "{} {} {} {}: ",
                operation.platform, operation.id, operation.method, operation.path
            )?;
        }
        let mut parts = Vec::new();
        if let Some(status) = repr.status {
            parts.push(status.to_string());
        }
        if !repr.detail.is_empty() {
            parts.push(one_line(&repr.detail));
        }
        if let Some(message) = repr.messages.first() {
            parts.push(one_line(message));
        }
        f.write_str(&parts.join(": "))
    }
}

/// The text in one line, cut where it gets long.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == SHOWN {
            line.push('…');
            break;
        }
        line.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    line
}

/// The same as [`report`](Error::report): it is what `main` prints of an error that it returns.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}
