//! What a program asks an error.

use reqwest::StatusCode;

use super::{Error, ErrorKind};

impl Error {
    /// The configuration or the request is not one that could be sent, such as one whose file cannot be read.
    /// What to do: mend the arguments; a repeat fails the same way.
    pub fn is_request(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Config | ErrorKind::Request)
    }

    /// Status 400. What to do: read [`messages`](Self::messages) and mend the arguments.
    pub fn is_bad_request(&self) -> bool {
        self.has(StatusCode::BAD_REQUEST)
    }

    /// Status 401, of the server or of a proxy before it: whichever checks the credentials. What to do: give the client credentials,
    /// or newer ones; where [`is_intermediary`](Self::is_intermediary) says so, those of the proxy. A node of Joule says 403
    /// instead: see [`is_forbidden`](Self::is_forbidden).
    pub fn is_unauthorized(&self) -> bool {
        self.has(StatusCode::UNAUTHORIZED)
    }

    /// Status 403, of the server or of a proxy before it. What to do: the credentials are known but not enough; ask for the right,
    /// where [`is_intermediary`](Self::is_intermediary) says so, of whoever runs the proxy. Of a node of Joule: its key is missing
    /// or unknown, give another.
    pub fn is_forbidden(&self) -> bool {
        self.has(StatusCode::FORBIDDEN)
    }

    /// 404 in the server's own words, or another status whose text says for certain that the thing does not exist. A 404 of
    /// something between is none: see [`is_intermediary`](Self::is_intermediary). One of the issuer of a token is none either: the
    /// server was not asked for the thing.
    /// What to do: check the id; servers forget what is old.
    pub fn is_not_found(&self) -> bool {
        let is_thing = !self.0.intermediary && !self.0.unsupported;
        !self.0.issuer && (self.0.not_found || self.has(StatusCode::NOT_FOUND) && is_thing)
    }

    /// The server does not have the operation: it is older than the operation, or newer. The text says which versions have it, as
    /// [`Operation::since`](crate::Operation::since) and [`until`](crate::Operation::until) do.
    /// What to do: update the server, or do without the operation. Of a server that is new enough: check the URL and its path
    /// prefix.
    pub fn is_unsupported(&self) -> bool {
        self.0.unsupported && !self.0.issuer
    }

    /// The server did not write this answer; something between here and there did: a proxy, a gateway, an ingress, a form to sign
    /// in. It has a status that is no success and no text of the server's shape, or it is a page of HTML in the place of a
    /// value. It says nothing of the thing that was asked for.
    /// What to do: read [`messages`](Self::messages) and [`body`](Self::body), then check the URL and its path prefix, and what
    /// stands before the server. It may pass by itself, as while an ingress is set up: a [`Poll`](crate::Poll) bears it for
    /// 30 s.
    pub fn is_intermediary(&self) -> bool {
        self.0.intermediary
    }

    /// Status 409. What to do: read the state of the thing; it does not allow this now.
    pub fn is_conflict(&self) -> bool {
        self.has(StatusCode::CONFLICT) && !self.0.issuer
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
    ///
    /// A certificate that is not trusted, a client certificate that the server misses, https to a port that speaks http, a host whose
    /// name does not exist and a proxy that wants credentials do not pass: no connection is made until the configuration is mended.
    pub fn is_retryable(&self) -> bool {
        let passes = matches!(
            self.0.kind,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Broken
        );
        !self.0.permanent && (passes || self.0.status.is_some_and(is_passing))
    }

    /// The request may have reached the server and had its effect. Not where the server itself says that it has not looked into it:
    /// 401, 403, 404, 405, 413, 429.
    /// What to do when it is not idempotent: read the state of the thing before a repeat.
    pub fn maybe_sent(&self) -> bool {
        self.0.maybe_sent
    }

    fn has(&self, status: StatusCode) -> bool {
        self.0.status == Some(status)
    }
}

/// Statuses with which a server says that it has done nothing.
pub(crate) fn is_untouched(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 403 | 404 | 405 | 413 | 429)
}

/// Statuses that pass by themselves.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)
}
