//! One call on its way: options, credentials, attempts, deadline, limits.

use std::{
    fmt,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use reqwest::{
    Method, Request, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    Client, Options,
    allowance::Allowance,
    attempt::{Again, Attempt, Failure},
    body::kept,
    trace::Span,
};
use crate::{
    Error, ErrorKind, Idempotence, Operation, Result, TimeoutClass,
    deadline::{after, later},
    history::History,
    upload::Form,
};

/// The call of one operation.
pub(crate) struct Context {
    client: Client,
    options: Option<Box<Options>>,
    operation: &'static Operation,
    repeatable: bool,
    without_body: bool,
    form: Mutex<Option<Form>>,
    headers: Mutex<HeaderMap>,
    started: Instant,
    attempts: AtomicU32,
    /// The status of the answer, once it has gone well.
    status: OnceLock<StatusCode>,
}

impl Context {
    pub(super) fn new(
        client: Client,
        options: Option<Box<Options>>,
        operation: &'static Operation,
    ) -> Self {
        Self {
            client,
            options,
            operation,
            repeatable: operation.idempotent == Idempotence::Always,
            without_body: false,
            form: Mutex::default(),
            headers: Mutex::default(),
            started: Instant::now(),
            attempts: AtomicU32::new(0),
            status: OnceLock::new(),
        }
    }

    /// Says whether the member that makes a repeat safe is set.
    pub(crate) fn repeatable(mut self, repeatable: bool) -> Self {
        self.repeatable = repeatable;
        self
    }

    /// Leaves the body out: nothing in it was said.
    pub(crate) fn without_body(mut self, without: bool) -> Self {
        self.without_body = without;
        self
    }

    /// Sends this form as the body.
    pub(crate) fn with_form(self, form: Form) -> Self {
        if let Ok(mut slot) = self.form.lock() {
            *slot = Some(form);
        }
        self
    }

    pub(crate) fn base(&self) -> String {
        self.client.shared().base_text.clone()
    }

    pub(crate) fn http(&self) -> reqwest::Client {
        self.client.shared().http.clone()
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(super) fn history(&self) -> History {
        History {
            operation: self.operation,
            attempts: self.attempts(),
            started: self.started,
        }
    }

    /// How long a stream may be silent.
    pub(super) fn idle(&self) -> Duration {
        match self.operation.timeout {
            TimeoutClass::Endless => Duration::MAX,
            _ => self.client.shared().config.timeouts.idle,
        }
    }

    /// The error with what this call knows about its past.
    pub(super) fn told(&self, error: Error) -> Error {
        error.with_history(self.attempts(), self.started.elapsed())
    }

    /// The error of an answer that went well and is not what the spec describes.
    pub(super) fn misfit(&self, what: impl Into<String>, body: Bytes) -> Error {
        let error = Error::of(ErrorKind::Decode, self.operation, what)
            .with_body(kept(body, self.client.shared().config.limits.error));
        match self.status.get() {
            Some(status) => error.with_status(*status),
            None => error,
        }
    }

    fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Sends the request that progenitor made. A failure rides in the extensions of a response, since the hook that
    /// calls this can return no error of ours. The headers stay here: progenitor would clone them, and so would we.
    pub(crate) async fn send(&self, request: Request) -> Response {
        let span = Span::new(self.operation);
        let outcome = span.around(self.deliver(request)).await;
        let status = match &outcome {
            Ok(response) => Some(response.status()),
            Err(error) => error.status(),
        };
        span.end(status, self.attempts());
        match outcome {
            Ok(mut response) => {
                if let Ok(mut headers) = self.headers.lock() {
                    std::mem::swap(&mut *headers, response.headers_mut());
                }
                response
            }
            Err(error) => carrier(self.told(error)),
        }
    }

    /// The status of the answer, once it has gone well.
    pub(super) fn status(&self) -> Option<StatusCode> {
        self.status.get().copied()
    }

    /// The headers of the answer that was sent for.
    pub(super) fn take_headers(&self) -> HeaderMap {
        match self.headers.lock() {
            Ok(mut headers) => std::mem::take(&mut *headers),
            Err(_) => HeaderMap::new(),
        }
    }

    async fn deliver(&self, request: Request) -> Result<Response> {
        let shared = self.client.shared();
        let mut request = self.prepare(request)?;
        let retry = self
            .options
            .as_ref()
            .and_then(|options| options.retry)
            .unwrap_or(shared.config.retry);
        let keep = retry.is_enabled() || shared.config.auth.can_refresh();
        let mut waits = retry.waits();
        let allowance = Allowance::of(
            &shared.config.timeouts,
            self.operation,
            self.options.as_ref().and_then(|options| options.timeout),
            request.body().is_some_and(|body| body.as_bytes().is_none()),
        );
        let deadline = later(self.started, allowance.total);
        let mut refreshed = false;
        let mut maybe_sent = false;
        // Servers that this call has not tried: going on to one of them needs no wait.
        let mut untried = shared.servers.count() - 1;
        loop {
            let spare = if keep { request.try_clone() } else { None };
            let server = shared.servers.aim(&mut request);
            let attempts = self.attempts();
            let Failure { error, again } =
                match self.attempt(request, allowance.attempt, deadline).await {
                    Ok(response) => {
                        shared.budget.succeeded();
                        let _ = self.status.set(response.status());
                        return Ok(response);
                    }
                    Err(failure) => failure,
                };
            // What fails while a token is fetched may have reached the issuer, and not the server.
            maybe_sent |= error.maybe_sent() && self.attempts() > attempts;
            let error = error.with_maybe_sent(maybe_sent);
            let is_elsewhere =
                error.is_connect() || error.status() == Some(StatusCode::SERVICE_UNAVAILABLE);
            if is_elsewhere {
                shared.servers.leave(server);
            }
            let Some(spare) = spare else {
                return Err(error);
            };
            match again {
                Again::Never => return Err(error),
                Again::IfRepeatable if !self.repeatable => return Err(error),
                Again::WithFreshToken if refreshed => return Err(error),
                Again::WithFreshToken => refreshed = true,
                _ if is_elsewhere && untried > 0 => untried -= 1,
                Again::Always | Again::IfRepeatable => {
                    let Some(wait) = waits.next() else {
                        return Err(error);
                    };
                    let wait = wait.max(error.retry_after().unwrap_or_default());
                    if after(wait) >= deadline || !shared.budget.take() {
                        return Err(error);
                    }
                    sleep(wait).await;
                }
            }
            request = spare;
        }
    }

    /// The request as the operation and the options want it.
    fn prepare(&self, mut request: Request) -> Result<Request> {
        let operation = self.operation;
        if request.method().as_str() != operation.method {
            let method = Method::from_bytes(operation.method.as_bytes()).map_err(|error| {
                Error::request(operation, "the method is not one").with_source(error)
            })?;
            *request.method_mut() = method;
        }
        let shared = self.client.shared();
        if !shared.servers.is_home(request.url()) {
            return Err(Error::request(
                operation,
                "the request leaves the server's origin",
            ));
        }
        if self.without_body {
            *request.body_mut() = None;
            request.headers_mut().remove(CONTENT_TYPE);
            request.headers_mut().remove(CONTENT_LENGTH);
        }
        let form = self
            .form
            .lock()
            .ok()
            .and_then(|mut form| form.as_mut()?.take());
        if let Some(form) = form {
            // reqwest alone knows the form's length, so it writes the body and its headers.
            let mut with_form = shared
                .http
                .request(request.method().clone(), request.url().clone())
                .multipart(form)
                .build()
                .map_err(|error| {
                    Error::request(operation, "the form cannot be built")
                        .with_source(error.without_url())
                })?;
            *request.body_mut() = with_form.body_mut().take();
            for name in [CONTENT_TYPE, CONTENT_LENGTH] {
                request.headers_mut().remove(&name);
                if let Some(value) = with_form.headers_mut().remove(&name) {
                    request.headers_mut().insert(name, value);
                }
            }
        }
        if request.body().is_none() && matches!(operation.method, "POST" | "PUT" | "PATCH") {
            // Some proxies answer 411 to such a request without a length.
            request
                .headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        replace(request.headers_mut(), &shared.headers);
        if let Some(options) = &self.options {
            let headers = options
                .headers
                .checked()
                .map_err(|wrong| Error::request(operation, wrong))?;
            replace(request.headers_mut(), headers);
            if !options.query.is_empty() {
                request
                    .url_mut()
                    .query_pairs_mut()
                    .extend_pairs(&options.query);
            }
        }
        Ok(request)
    }

    async fn attempt(
        &self,
        request: Request,
        time: Duration,
        deadline: Instant,
    ) -> Result<Response, Failure> {
        let until = deadline.min(after(time));
        let attempt = Attempt {
            shared: self.client.shared(),
            operation: self.operation,
            number: &self.attempts,
            until,
        };
        match timeout_at(until, attempt.exchange(request)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let what = if until == deadline {
                    "the call's time ran out"
                } else {
                    "the attempt's time ran out"
                };
                Err(Failure {
                    error: Error::of(ErrorKind::Timeout, self.operation, what),
                    again: Again::IfRepeatable,
                })
            }
        }
    }
}

/// Puts all values of each of these headers in the place of those that are there.
fn replace(headers: &mut HeaderMap, by: &HeaderMap) {
    for name in by.keys() {
        headers.remove(name);
    }
    for (name, value) in by {
        headers.append(name, value.clone());
    }
}

/// A response that carries an error past progenitor.
fn carrier(error: Error) -> Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.extensions_mut().insert(error);
    response.into()
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("operation", &self.operation.id)
            .finish()
    }
}
