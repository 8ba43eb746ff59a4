//! One attempt of a call: a request and its answer, or why there is none.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Request, Response, StatusCode, Version,
    header::{HeaderMap, LOCATION, RANGE, TRANSFER_ENCODING},
};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::{
    Answer, Reading,
    answer::Content,
    body::{Body, kept},
    client::Shared,
    coding::coding,
    failure::{Again, Failure},
    foreign,
    obstacle::Obstacle,
    refusal::Refusal,
    retry_after::retry_after,
    sensitive::Sensitive,
};
use crate::{
    Error, ErrorKind, Operation, ResponseKind, Result, Secret, TimeoutClass,
    body::Unreadable,
    config::{Auth, Serial, signed},
    error::History,
    value::object::decode_at,
};

/// One attempt.
pub(super) struct Attempt<'a> {
    pub(super) shared: &'a Shared,
    pub(super) auth: &'a Auth,
    pub(super) operation: &'static Operation,
    pub(super) reading: Reading,
    /// The longest wait of the call's own.
    pub(super) longest_wait: Duration,
    /// What of the body no text of ours repeats.
    pub(super) secrets: &'a [Secret],
    /// The HTTP client that it goes through.
    pub(super) http: &'a reqwest::Client,
    /// Which way it takes, in words.
    pub(super) route: Option<Arc<str>>,
    /// What came before, and this attempt once it is on its way.
    pub(super) history: &'a mut History,
    /// When it ends.
    pub(super) until: Instant,
}

impl Attempt<'_> {
    /// One request and its answer, read to the end unless it is a stream.
    pub(super) async fn exchange(self, mut request: Request) -> Result<Answer, Failure> {
        let shared = self.shared;
        let token = self
            .auth
            .apply(request.headers_mut())
            .await
            .map_err(Failure::before)?;
        if let Some(signer) = &shared.config.signer {
            signed(&**signer, &mut request)
                .await
                .map_err(Failure::before)?;
        }
        let sensitive = Sensitive::of(
            request.headers(),
            &shared.proxy_authorizations,
            self.secrets,
        );
        let sensitive = sensitive.and(self.foreign_parameters());
        let is_of_part = request.headers().contains_key(RANGE);
        self.history.attempts += 1;
        self.history.route.clone_from(&self.route);
        let mut response = self
            .http
            .execute(request)
            .await
            .map_err(|error| self.unsent(error))?;
        let status = response.status();
        if self.reading == Reading::Upgrade && status == StatusCode::SWITCHING_PROTOCOLS {
            return self.upgraded(response).await;
        }
        if !status.is_success() {
            return Err(self.refused(response, token, &sensitive).await);
        }
        if let Some(what) = self.coded(&response) {
            return Err(self.unusable(ErrorKind::Decode, what, status));
        }
        if status == StatusCode::PARTIAL_CONTENT && !is_of_part {
            let what = "the answer is a part (206), and the whole was asked for";
            return Err(self.unusable(ErrorKind::Decode, what, status));
        }
        // A 204 has no body that its headers could tell of.
        let may_be_page = status != StatusCode::NO_CONTENT && self.expects_no_page();
        if may_be_page && foreign::announces_page(response.headers()) {
            let body = self.error_body(&mut response).await;
            return Err(self.page(body, status, &sensitive));
        }
        let (headers, content) = match self.reading {
            Reading::Upgrade => {
                let body = self.error_body(&mut response).await;
                let what = format!("the server answered {status} and did not switch protocols");
                let mut failure = self.unusable(ErrorKind::Decode, what, status);
                failure.error = failure.error.with_body(body);
                return Err(failure);
            }
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
                if self.reading != Reading::Bytes && foreign::is_page(&bytes) {
                    let body = kept(bytes, shared.config.limits.error);
                    return Err(self.page(body, status, &sensitive));
                }
                if status != StatusCode::NO_CONTENT && self.changes_and_says_nothing() {
                    return Err(self.undone(bytes, status, &sensitive));
                }
                if self.is_denied(&bytes) {
                    return Err(self.denied(bytes, status, &sensitive));
                }
                let headers = std::mem::take(response.headers_mut());
                (headers, Content::Whole(bytes))
            }
        };
        Ok(self.answer(status, headers, content))
    }

    /// The connection behind an answer that gives it away.
    async fn upgraded(&self, mut response: Response) -> Result<Answer, Failure> {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        match response.upgrade().await {
            Ok(connection) => Ok(self.answer(status, headers, Content::Upgraded(connection))),
            Err(error) => {
                let what = "the connection broke while it was switched to another protocol";
                let error = Error::of(ErrorKind::Broken, self.operation, what)
                    .with_status(status)
                    .caused_by(error.without_url());
                Err(Failure {
                    error,
                    again: Again::IfRepeatable,
                })
            }
        }
    }

    fn answer(&self, status: StatusCode, headers: HeaderMap, content: Content) -> Answer {
        Answer {
            history: self.history.clone(),
            status,
            headers,
            content,
            earlier: Vec::new(),
            limits: self.shared.config.limits,
            numbers: self.shared.platform.numbers,
            envelope: match self.reading {
                Reading::Envelope(member) => Some(member),
                _ => None,
            },
            idle: match self.operation.timeout {
                TimeoutClass::Endless => Duration::MAX,
                _ => self.shared.config.timeouts.idle,
            },
        }
    }

    /// Whether the answer says of itself that it is an error, whatever its status.
    fn is_denied(&self, body: &[u8]) -> bool {
        let tells = self.reading.is_json() || self.reading == Reading::Bytes;
        let is_ok = self.operation.ok.filter(|_| tells);
        let is_ok = is_ok.map(|ok| decode_at(body, ok, self.shared.platform.numbers));
        match is_ok {
            Some(Ok(Some(Some(Verdict::Flag(is_ok))))) => !is_ok,
            Some(Ok(Some(Some(Verdict::Word(word))))) => word != "success",
            _ => false,
        }
    }

    fn denied(&self, body: Bytes, status: StatusCode, sensitive: &Sensitive) -> Failure {
        let refusal = Refusal {
            platform: self.shared.platform,
            operation: self.operation,
            status,
            body: kept(body, self.shared.config.limits.error),
            coded: None,
        };
        refusal.judged(sensitive)
    }

    /// The body to its end, within the limit.
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
                    .caused_by(error.without_url());
                return Err(Failure {
                    error,
                    again: Again::IfRepeatable,
                });
            }
        }
        Ok(body.into_bytes())
    }

    /// The values of the client's own parameters that the operation does not know: a key, or what else a proxy asks for.
    fn foreign_parameters(&self) -> impl Iterator<Item = Secret> {
        let own = self.operation.parameters;
        let all = self.shared.config.query.iter();
        all.filter(|(name, _)| own.iter().all(|parameter| parameter.name != name))
            .map(|(_, value)| Secret::from(value.clone()))
    }

    /// Whether the operation changes something, and a success says nothing but that.
    fn changes_and_says_nothing(&self) -> bool {
        self.operation.success == Some(204) && !matches!(self.operation.method, "GET" | "HEAD")
    }

    /// An answer of which nothing is to be read where the server has done what it was asked for.
    fn undone(&self, body: Bytes, status: StatusCode, sensitive: &Sensitive) -> Failure {
        let what = format!("the server answered {status}, where a success is 204 No Content");
        let words = (self.shared.platform.words)(status, &body).unwrap_or_default();
        let messages = words.messages.into_iter();
        let messages = messages.map(|message| sensitive.hide(message)).collect();
        let mut failure = self.unusable(ErrorKind::Decode, what, status);
        failure.error = failure.error.with_messages(messages).with_body(body);
        failure
    }

    /// Whether a page of HTML cannot be what was asked for. JSON is JSON whatever its headers say.
    fn expects_no_page(&self) -> bool {
        let is_page = |media: &str| matches!(media, "*/*" | "text/html");
        let may_be_page =
            matches!(self.operation.response, ResponseKind::Bytes(media) if is_page(media));
        !may_be_page && !self.reading.is_json()
    }

    /// A page in the place of an answer that went well, such as a form to sign in.
    fn page(&self, body: Bytes, status: StatusCode, sensitive: &Sensitive) -> Failure {
        let what = "a page of HTML or XML came in the place of the server's answer";
        let title = foreign::words(&body).map(|title| sensitive.hide(title));
        let mut failure = self.unusable(ErrorKind::Decode, what, status);
        failure.error = failure
            .error
            .intermediary()
            .with_messages(title.into_iter().collect())
            .with_body(body);
        failure
    }

    /// As much of the body as the limit allows. What cannot be read of it does not hide the status.
    async fn error_body(&self, response: &mut Response) -> Bytes {
        let mut body = Body::within(self.shared.config.limits.error);
        let _ = timeout_at(self.until, body.read(response)).await;
        body.into_bytes()
    }

    /// What to say of a body whose bytes are not what they say.
    fn coded(&self, response: &Response) -> Option<String> {
        if self.operation.method == "HEAD" || response.status() == StatusCode::NO_CONTENT {
            // There is no body, whatever the headers say of one.
            return None;
        }
        let coding = coding(response.headers())?;
        Some(format!(
            "the answer has the content coding {coding}, which was not asked for; turn it off in the proxy before the server"
        ))
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
        let obstacle = Obstacle::behind(&error);
        // A server tells that it misses a certificate when it reads on: the request has gone, and nobody has looked at it.
        if obstacle == Some(Obstacle::ClientCertificate) || error.is_connect() {
            return self.unconnected(error, obstacle);
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
            .caused_by(error),
            again: Again::IfRepeatable,
        }
    }

    fn unconnected(&self, error: reqwest::Error, obstacle: Option<Obstacle>) -> Failure {
        let what = match obstacle {
            Some(obstacle) => format!("no connection was made: {}", obstacle.as_str()),
            None if error.is_timeout() => {
                let limit = self.shared.config.timeouts.connect;
                format!("no connection was made within {limit:?}")
            }
            None => "no connection was made".to_owned(),
        };
        let error = Error::of(ErrorKind::Connect, self.operation, what).caused_by(error);
        match obstacle {
            Some(_) => Failure {
                error: error.permanent(),
                again: Again::Elsewhere,
            },
            None => Failure {
                error,
                again: Again::Always,
            },
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
        if status.is_redirection() && response.headers().contains_key(LOCATION) {
            let target = target(&response);
            let what = format!("redirected to {target}; redirects are not followed");
            return self.unusable(ErrorKind::Redirect, what, status);
        }
        let refusal = Refusal {
            platform: shared.platform,
            operation: self.operation,
            status,
            body: self.error_body(&mut response).await,
            coded: self.coded(&response),
        };
        let wait = retry_after(response.headers(), self.longest_wait);
        let Failure { error, again } = refusal.judged(sensitive);
        let again = match token {
            Some(token) if status == StatusCode::UNAUTHORIZED => {
                self.auth.refuse(token);
                Again::WithFreshToken
            }
            _ => again,
        };
        Failure {
            error: error.with_retry_after(wait),
            again,
        }
    }
}

/// What an answer says of itself.
#[derive(Deserialize)]
#[serde(untagged)]
enum Verdict {
    Flag(bool),
    Word(String),
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

/// Where a redirect leads: its origin alone, since path and query may hold a secret.
fn target(response: &Response) -> String {
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    let url = location.and_then(|location| response.url().join(location).ok());
    match url.map(|url| url.origin()) {
        Some(origin) if origin == response.url().origin() => {
            "another path of the same server".to_owned()
        }
        Some(origin) if origin.is_tuple() => origin.ascii_serialization(),
        _ => "an address that is not valid".to_owned(),
    }
}
