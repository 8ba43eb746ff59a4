//! A request on its way: credentials, attempts, deadline, retries.

use reqwest::{
    Method, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep, timeout_at},
};
use url::Url;

use super::{
    Answer, Request,
    attempt::Attempt,
    failure::{Again, Failure},
    payload::Body,
    reading::Reading,
    time_limit::TimeLimit,
    trace::Span,
};
use crate::{
    Error, ErrorKind, ResponseKind, Result,
    body::OpenForm,
    error::History,
    value::deadline::{after, later},
};

impl Request {
    /// Sends it, more than once where that is needed and safe, and reads the answer unless it is a stream.
    pub(crate) async fn send(mut self) -> Result<Answer> {
        // Without a runtime there is neither a clock nor a connection, and tokio would panic.
        Handle::try_current().map_err(Error::no_runtime)?;
        if let Some(fault) = self.fault() {
            return Err(fault);
        }
        if self.paging.is_some() {
            return self.pages().await;
        }
        self.take_credentials()?;
        self.end_url();
        let Some(split) = self.split.take() else {
            return self.traced(None).await;
        };
        self.begun = Some(Instant::now());
        let after_scheme = self.url.find("://").map_or(0, |at| at + "://".len());
        let path = self.url.get(after_scheme..).and_then(|rest| rest.find('/'));
        let origin = path.map_or(0, |at| after_scheme + at);
        let line = self.operation.method.len() + self.url.len() - origin + "  HTTP/1.1\r\n?".len();
        let mut whole: Option<Answer> = None;
        for parameter in split.parameters(self.operation, line)? {
            let next = self.traced(Some((split.at, &parameter))).await?;
            whole = Some(match whole {
                None => next,
                Some(before) => before.followed_by(next, "")?,
            });
        }
        whole.ok_or_else(|| Error::request(self.operation, "no request was made"))
    }

    pub(super) async fn traced(&mut self, part: Option<(usize, &str)>) -> Result<Answer> {
        let span = Span::new(self.operation);
        let mut history = History {
            once: !self.repeatable,
            ..History::begun(self.operation)
        };
        if let Some(begun) = self.begun {
            history.started = begun;
        }
        let outcome = span.around(self.deliver(part, &mut history)).await;
        let status = match &outcome {
            Ok(answer) => Some(answer.status),
            Err(error) => error.status(),
        };
        span.end(status, history.attempts);
        outcome.map_err(|error| history.of(error))
    }

    async fn deliver(
        &mut self,
        part: Option<(usize, &str)>,
        history: &mut History,
    ) -> Result<Answer> {
        let client = self.client.clone();
        let shared = client.shared();
        let credentials = self.credentials.clone();
        let credentials = credentials.unwrap_or_else(|| client.credentials());
        history.account = credentials.account();
        let operation = self.operation;
        let url = self.whole_url(part)?;
        if !shared.destinations.is_trusted(&url) {
            let reason = "the request leaves the server's origin";
            return Err(Error::request(operation, reason));
        }
        let is_home = shared.servers.is_home(&url);
        let elsewhere = match is_home {
            true => None,
            false => Some(shared.config.http.route_to(&url)?.into()),
        };
        let said = self.options.as_ref().and_then(|options| options.timeout);
        let is_streamed = self.body.is_streamed();
        let mut form = match std::mem::replace(&mut self.body, Body::Empty) {
            Body::Form(form) => Some(form.open(operation).await?),
            body => {
                self.body = body;
                None
            }
        };
        let limit = TimeLimit::of(&shared.config.timeouts, operation, said, is_streamed);
        let deadline = later(history.started, limit.total);
        let retry = self.options.as_ref().and_then(|options| options.retry);
        let retry = retry.unwrap_or(shared.config.retry);
        let may_go_again = (retry.is_enabled() || credentials.auth.can_refresh()) && !is_streamed;
        let http = match self.reading {
            Reading::Upgrade => shared.config.http.upgrade_client()?,
            _ if self.repeatable && !is_streamed => shared.http.clone(),
            _ => shared.config.http.brief_client()?,
        };
        let mut waits = retry.waits();
        let mut refreshed = false;
        let mut maybe_sent = false;
        // Servers that this call has not tried: going on to one of them needs no wait.
        let mut untried = shared.servers.count() - 1;
        loop {
            let mut request = self.http_request(url.clone(), &mut form, may_go_again)?;
            let server = match is_home {
                true => shared.servers.aim(&mut request),
                false => 0,
            };
            let attempts = history.attempts;
            let attempt = Attempt {
                shared,
                auth: &credentials.auth,
                operation,
                reading: self.reading,
                longest_wait: retry.longest_wait(),
                secrets: &self.secrets,
                http: &http,
                route: elsewhere.clone().or_else(|| shared.servers.route(server)),
                history: &mut *history,
                until: deadline.min(after(limit.attempt)),
            };
            let Failure { error, again } = match in_time(attempt, request, deadline, limit).await {
                Ok(answer) => {
                    shared.budget.succeeded();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            // What fails while a token is fetched is the issuer's, and tells nothing of the server.
            let is_servers = history.attempts > attempts;
            maybe_sent |= error.maybe_sent() && is_servers;
            let error = error.with_maybe_sent(maybe_sent);
            let is_away =
                error.is_connect() || error.status() == Some(StatusCode::SERVICE_UNAVAILABLE);
            let is_elsewhere = is_away && is_servers && is_home;
            if is_elsewhere {
                shared.servers.leave(server);
            }
            if !may_go_again {
                return Err(error);
            }
            match again {
                Again::Never => return Err(error),
                Again::IfRepeatable if !self.repeatable => return Err(error),
                Again::WithFreshToken if refreshed => return Err(error),
                Again::WithFreshToken => refreshed = true,
                _ if is_elsewhere && untried > 0 && retry.is_enabled() => {
                    // Where a server has answered, another request is load as any repeat is.
                    if !error.is_connect() && !shared.budget.take() {
                        return Err(error);
                    }
                    untried -= 1;
                }
                Again::Elsewhere => return Err(error),
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
        }
    }

    /// The URL, with one part of a list where it belongs.
    fn whole_url(&self, part: Option<(usize, &str)>) -> Result<Url> {
        let parsed = match part.and_then(|(at, part)| Some((self.url.split_at_checked(at)?, part)))
        {
            None => Url::parse(&self.url),
            Some(((before, after), part)) => {
                let first = if before.contains('?') { '&' } else { '?' };
                let after = match after.strip_prefix('?') {
                    Some(after) => format!("&{after}"),
                    None => after.to_owned(),
                };
                Url::parse(&format!("{before}{first}{part}{after}"))
            }
        };
        parsed.map_err(|error| {
            Error::request(self.operation, "the URL of the request is not valid").with_source(error)
        })
    }

    /// The request as the operation, the client and the options want it.
    fn http_request(
        &mut self,
        url: Url,
        form: &mut Option<OpenForm>,
        again: bool,
    ) -> Result<reqwest::Request> {
        let operation = self.operation;
        let shared = self.client.shared();
        let method = Method::from_bytes(operation.method.as_bytes()).map_err(|error| {
            Error::request(operation, "the method is not one").with_source(error)
        })?;
        let mut request = match form.as_mut().and_then(OpenForm::take) {
            // reqwest alone knows the form's length, so it writes the body and its headers.
            Some(form) => {
                let built = shared.http.request(method, url).multipart(form).build();
                built.map_err(|error| {
                    Error::request(operation, "the form cannot be built")
                        .with_source(error.without_url())
                })?
            }
            None => reqwest::Request::new(method, url),
        };
        let media = match std::mem::replace(&mut self.body, Body::Empty) {
            Body::Empty | Body::Form(_) => None,
            Body::Bytes(media, bytes) => {
                *request.body_mut() = Some(bytes.clone().into());
                self.body = Body::Bytes(media, bytes);
                Some(media)
            }
            Body::Raw(media, body) => {
                *request.body_mut() = Some(body);
                // reqwest copies the body of a request, and no other.
                let copy = if again { request.try_clone() } else { None };
                if let Some(body) = copy.and_then(|mut copy| copy.body_mut().take()) {
                    self.body = Body::Raw(media, body);
                }
                Some(media)
            }
        };
        let has_body = request.body().is_some();
        let is_form = request.headers().contains_key(CONTENT_TYPE);
        let headers = request.headers_mut();
        // Limits, lengths and the ends of streams are those of the bytes on the wire.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let accepted = match operation.response {
            _ if self.reading.is_json() => Some("application/json"),
            // Where a success says nothing, an error does.
            _ if self.reading == Reading::Empty => Some("application/json"),
            ResponseKind::Bytes(media) if media != "*/*" => Some(media),
            _ => None,
        };
        if let Some(media) = accepted {
            headers.insert(ACCEPT, HeaderValue::from_static(media));
        }
        if let Some(media) = media {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        }
        if !has_body && matches!(operation.method, "POST" | "PUT" | "PATCH") {
            // Some proxies answer 411 to such a request without a length.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        for (name, value) in &self.headers {
            headers.append(name.clone(), value.clone());
        }
        let said = self
            .options
            .as_ref()
            .map(|options| options.headers.checked());
        let said = said.transpose();
        let said = said.map_err(|wrong| Error::request(operation, wrong))?;
        for added in [Some(&shared.headers), said].into_iter().flatten() {
            if is_form && added.contains_key(CONTENT_TYPE) {
                let reason =
                    "the header content-type cannot be set: that of a form tells its boundary";
                return Err(Error::request(operation, reason));
            }
            replace(headers, added);
        }
        Ok(request)
    }
}

async fn in_time(
    attempt: Attempt<'_>,
    request: reqwest::Request,
    deadline: Instant,
    limit: TimeLimit,
) -> Result<Answer, Failure> {
    let (until, operation) = (attempt.until, attempt.operation);
    let outcome = timeout_at(until, attempt.exchange(request)).await;
    outcome.unwrap_or_else(|_| {
        let what = if until == deadline {
            format!("the call was not done within {:?}", limit.total)
        } else {
            format!("the attempt was not done within {:?}", limit.attempt)
        };
        Err(Failure {
            error: Error::of(ErrorKind::Timeout, operation, what),
            again: Again::IfRepeatable,
        })
    })
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
