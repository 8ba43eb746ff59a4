//! What went wrong, with enough around it to act.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::StatusCode;

mod history;
mod json;
mod predicates;
mod server_message;
mod text;

pub(crate) use history::History;
pub(crate) use json::JsonError;
pub(crate) use predicates::{is_passing, is_untouched};
pub(crate) use server_message::ServerMessage;

use crate::Operation;

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed call.
///
/// Use the `is_*` methods: each says what to do. `Display` is one line that names platform, operation, method, path template, status
/// and the server's own words or the reason; in parentheses the server, with the proxy before it and the account where there is one, and
/// the attempts and the time where there was more than one. It says so where the request may have taken effect and must not be repeated
/// unseen. The cause is in [`source`](std::error::Error::source), and [`report`](Self::report) writes both. No header, no secret, no
/// value of a path or a query is in any of them, but what the server's own words repeat of a request. Names are: of parameters, and of
/// the members of a body that lead to where it is wrong. Characters that a terminal obeys, or that turn the text around them, are
/// spaces there.
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
    intermediary: bool,
    unsupported: bool,
    /// It is of the issuer of a token: the server was not asked.
    issuer: bool,
    /// A repeat meets the same.
    permanent: bool,
    /// Which way the request took, in words.
    route: Option<Arc<str>>,
    /// In whose name the request was made.
    account: Option<Arc<str>>,
    /// The request must not be sent twice.
    once: bool,
    pending_id: Option<String>,
    left_behind: Option<String>,
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

    /// The account in whose name the request was made, on a platform whose paths begin with one: flowthings.io.
    pub fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }

    /// The server's own words, whatever shape the platform gives them; the first is the most telling. What they
    /// repeat of credentials and of headers that were added is left out, and so are the values of the client's own parameters that the
    /// operation does not have; what they repeat of another query or of a body stays.
    pub fn messages(&self) -> &[String] {
        &self.0.messages
    }

    /// What the server sent, cut at the limit for error bodies (64 KiB by default). As it came: it may repeat what was sent, a
    /// secret among it, and shows in no other text of the error.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// The id of an operation that may go on at the server though the call has ended, such as the trigger id of a savepoint: the call
    /// that asks for its status takes it, and `poll` of that one follows it further.
    pub fn pending_id(&self) -> Option<&str> {
        self.0.pending_id.as_deref()
    }

    /// What a call of several steps had made before one of them failed: such as the savepoint of
    /// a restart that has stopped a job of Flink and could not run it again.
    pub fn left_behind(&self) -> Option<&str> {
        self.0.left_behind.as_deref()
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
            intermediary: false,
            unsupported: false,
            issuer: false,
            permanent: false,
            route: None,
            account: None,
            once: false,
            pending_id: None,
            left_behind: None,
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

    /// Says that the answer is not the server's.
    pub(crate) fn intermediary(mut self) -> Self {
        self.change(|repr| repr.intermediary = true);
        self
    }

    /// Says that the server has no such operation, which versions have it, and what others have instead.
    pub(crate) fn unsupported(mut self, versions: &str, instead: Option<&str>) -> Self {
        self.change(|repr| {
            repr.unsupported = true;
            repr.detail =
                format!("the server does not have this operation, which exists {versions}");
            if let Some(instead) = instead {
                repr.detail.push_str("; before that there is ");
                repr.detail.push_str(instead);
            }
        });
        self
    }

    /// Says that the issuer of a token failed, so that the server was not asked.
    pub(crate) fn of_issuer(mut self) -> Self {
        self.change(|repr| repr.issuer = true);
        self
    }

    /// Says that a repeat meets the same.
    pub(crate) fn permanent(mut self) -> Self {
        self.change(|repr| repr.permanent = true);
        self
    }

    /// The failure of a library below: the innermost of its causes says why, and all of them are the source.
    pub(crate) fn caused_by(
        mut self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        let innermost = text::innermost(&source);
        self.change(|repr| {
            if !repr.detail.ends_with(&innermost) {
                repr.detail.push_str(": ");
                repr.detail.push_str(&innermost);
            }
        });
        self.with_source(source)
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

    /// Names an operation that may go on at the server.
    pub(crate) fn with_pending_id(mut self, id: String) -> Self {
        self.change(|repr| repr.pending_id = Some(id));
        self
    }

    #[cfg(feature = "flink")]
    pub(crate) fn with_left_behind(mut self, what: impl Into<String>) -> Self {
        self.change(|repr| repr.left_behind = Some(what.into()));
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.change(|repr| repr.retry_after = wait);
        self
    }

    /// Says which way the request took, and whether it must not be sent twice.
    pub(crate) fn with_route(mut self, route: Option<Arc<str>>, once: bool) -> Self {
        self.change(|repr| {
            repr.route = repr.route.take().or(route);
            repr.once = once;
        });
        self
    }

    /// Says in whose name the request was made, unless that is known.
    pub(crate) fn with_account(mut self, account: Option<Arc<str>>) -> Self {
        self.change(|repr| repr.account = repr.account.take().or(account));
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

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}
