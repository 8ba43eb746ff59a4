//! One attempt of a call: a request and its answer, or why there is none.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Request, Response, StatusCode, Version,
    header::{LOCATION, RANGE, TRANSFER_ENCODING},
};
use tokio::time::{Instant, timeout_at};

use super::{
    Answer, answer::Content, body::Body, client::Shared, request::Reading,
    retry_after::retry_after, sensitive::Sensitive,
};
use crate::{
    Error, ErrorKind, Operation, Result, TimeoutClass,
    body::Unreadable,
    config::{Serial, is_untrusted, signed},
    error::{History, is_passing},
};

/// One attempt.
pub(super) struct Attempt<'a> {
    pub(super) shared: &'a Shared,
    pub(super) operation: &'static Operation,
    pub(super) reading: Reading,
    /// What came before, and this attempt once it is on its way.
    pub(super) history: &'a mut History,
    /// When it ends.
    pub(super) until: Instant,
}

/// Why an attempt failed, and whether another may follow.
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) again: Again,
}

impl Failure {
    /// What fails before the request is sent fails again.
    fn before(error: Error) -> Self {
        Self {
            error,
            again: Again::Never,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Nothing was sent: another attempt cannot do a thing twice.
    Always,
    /// Only if the operation may be repeated.
    IfRepeatable,
    /// The token was refused: once more with a fresh one.
    WithFreshToken,
    Never,
}

impl Attempt<'_> {
    /// One request and its answer, read to the end unless it is a stream.
    pub(super) async fn exchange(self, mut request: Request) -> Result<Answer, Failure> {
        let shared = self.shared;
        let auth = &shared.config.auth;
        let token = auth
            .apply(request.headers_mut())
            .await
            .map_err(Failure::before)?;
        if let Some(signer) = &shared.config.signer {
            signed(&**signer, &mut request)
                .await
                .map_err(Failure::before)?;
        }
        let sensitive = Sensitive::of(request.headers(), shared.proxy_authorization.as_ref());
        let is_of_part = request.headers().contains_key(RANGE);
        self.history.attempts += 1;
        let mut response = shared
            .http
            .execute(request)
            .await
            .map_err(|error| self.unsent(error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(self.refused(response, token, &sensitive).await);
        }
        if status == StatusCode::PARTIAL_CONTENT && !is_of_part {
            let what = "the answer is a part (206), and the whole was asked for";
            return Err(self.unusable(ErrorKind::Decode, what, status));
        }
        let (headers, content) = match self.reading {
            Reading::Stream => {
                if !is_bounded(&response) {
                    let what =
                        "the answer has neither a length nor chunks: a cut would look like its end";
                    return Err(self.unusable(ErrorKind::Decode, what, status));
                }
                let headers = std::mem::take(response.headers_mut());
                (headers, Content::Stream(response))
            }
            _ => {
                let bytes = self.read(&mut response, status).await?;
                let headers = std::mem::take(response.headers_mut());
                (headers, Content::Whole(bytes))
            }
        };
        Ok(Answer {
            history: *self.history,
            status,
            headers,
            content,
            earlier: Vec::new(),
            error_limit: shared.config.limits.error,
            values_limit: shared.config.limits.values,
            numbers: shared.platform.numbers,
            envelope: match self.reading {
                Reading::Envelope(member) => Some(member),
                _ => None,
            },
            idle: match self.operation.timeout {
                TimeoutClass::Endless => Duration::MAX,
                _ => shared.config.timeouts.idle,
            },
        })
    }

    /// The body to its end, within the limit, and out of its envelope.
    async fn read(&self, response: &mut Response, status: StatusCode) -> Result<Bytes, Failure> {
        let limits = &self.shared.config.limits;
        let is_empty_kind = self.reading == Reading::Empty;
        let limit = if is_empty_kind {
            limits.error
        } else {
            limits.json
        };
        let too_large = || {
            let what = format!("the answer is larger than {limit} bytes");
            self.unusable(ErrorKind::TooLarge, what, status)
        };
        let length = response.content_length();
        // A HEAD tells the length of what it does not send.
        let is_announced = !is_empty_kind && self.operation.method != "HEAD";
        if is_announced && length.is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = Body::within(limit);
        match body.read(response).await {
            Ok(whole) if whole || is_empty_kind => {}
            Ok(_) => return Err(too_large()),
            Err(error) => {
                let what = "the connection broke before the end of the answer";
                let error = Error::of(ErrorKind::Broken, self.operation, what)
                    .with_status(status)
                    .with_source(error.without_url());
                return Err(Failure {
                    error,
                    again: Again::IfRepeatable,
                });
            }
        }
        let bytes = body.into_bytes();
        if is_empty_kind && !(self.shared.platform.acknowledges)(&bytes) {
            let what = "the answer is not what the server says when it is done";
            let mut failure = self.unusable(ErrorKind::Decode, what, status);
            failure.error = failure.error.with_body(bytes);
            return Err(failure);
        }
        Ok(bytes)
    }

    /// An answer that went well and is of no use.
    fn unusable(&self, kind: ErrorKind, what: impl Into<String>, status: StatusCode) -> Failure {
        Failure {
            error: Error::of(kind, self.operation, what).with_status(status),
            again: Again::Never,
        }
    }

    fn unsent(&self, error: reqwest::Error) -> Failure {
        let error = error.without_url();
        if error.is_connect() && is_untrusted(&error) {
            return Failure {
                error: Error::of(
                    ErrorKind::Connect,
                    self.operation,
                    "the server's certificate is not trusted",
                )
                .with_source(error),
                again: Again::Never,
            };
        }
        if error.is_connect() {
            return Failure {
                error: Error::of(ErrorKind::Connect, self.operation, "no connection was made")
                    .with_source(error),
                again: Again::Always,
            };
        }
        if error.is_builder() {
            return Failure {
                error: Error::request(self.operation, "the request could not be made")
                    .with_source(error),
                again: Again::Never,
            };
        }
        if let Some(unreadable) = Unreadable::behind(&error) {
            return Failure {
                error: Error::request(self.operation, "the file could not be sent whole")
                    .with_source(unreadable)
                    .with_maybe_sent(true),
                again: Again::Never,
            };
        }
        let kind = if error.is_timeout() {
            ErrorKind::Timeout
        } else {
            ErrorKind::Broken
        };
        Failure {
            error: Error::of(
                kind,
                self.operation,
                "the connection broke before the answer",
            )
            .with_source(error),
            again: Again::IfRepeatable,
        }
    }

    /// The error of an answer that is no success, with as much of its body as the limit allows.
    async fn refused(
        &self,
        mut response: Response,
        token: Option<Serial>,
        sensitive: &Sensitive,
    ) -> Failure {
        let shared = self.shared;
        let status = response.status();
        let wait = retry_after(response.headers());
        if status.is_redirection() && response.headers().contains_key(LOCATION) {
            return Failure {
                error: Error::of(
                    ErrorKind::Redirect,
                    self.operation,
                    format!(
                        "redirected{}; redirects are not followed",
                        target(&response)
                    ),
                )
                .with_status(status),
                again: Again::Never,
            };
        }
        // What cannot be read of an error's body does not hide its status.
        let mut body = Body::within(shared.config.limits.error);
        let _ = timeout_at(self.until, body.read(&mut response)).await;
        let body = body.into_bytes();
        let mut words = (shared.platform.words)(status, &body);
        for message in &mut words.messages {
            *message = sensitive.hide(std::mem::take(message));
        }
        let again = match token {
            Some(token) if status == StatusCode::UNAUTHORIZED => {
                shared.config.auth.refuse(token);
                Again::WithFreshToken
            }
            _ if words.not_begun => Again::Always,
            _ if is_passing(status) => Again::IfRepeatable,
            _ => Again::Never,
        };
        Failure {
            error: Error::refused(self.operation, status, words, body).with_retry_after(wait),
            again,
        }
    }
}

/// Whether the end of the body can be told from a broken connection. From HTTP/2 on it always can.
fn is_bounded(response: &Response) -> bool {
    let is_chunked = || {
        let codings = response.headers().get_all(TRANSFER_ENCODING);
        let last = codings.iter().next_back();
        last.and_then(|value| value.to_str().ok())
            .is_some_and(|codings| codings.to_ascii_lowercase().ends_with("chunked"))
    };
    response.version() > Version::HTTP_11 || response.content_length().is_some() || is_chunked()
}

/// Where a redirect leads, without its query: that may hold a secret.
fn target(response: &Response) -> String {
    response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|location| response.url().join(location).ok())
        .map(|url| format!(" to {}{}", url.origin().ascii_serialization(), url.path()))
        .unwrap_or_default()
}
