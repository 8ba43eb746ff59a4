//! Failures, in the six forms in which a node tells them. None is a stable JSON object.

use axum::http::StatusCode;

use super::reply::{Reply, Response};

/// What Joule says where a thing has neither path nor number.
pub(super) const UNADDRESSED: &str = "specify an id or a path";

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// `400: reason`, and the reason is the status line's too.
    Reason(String),
    /// Another text than the reason phrase, which is the standard one unless it is named.
    Bare(String, Option<&'static str>),
    /// Text that calls itself JSON.
    Disguised(&'static str),
    /// A JSON object with the member `error`.
    Object(String),
    /// A Python traceback, after which the connection is closed.
    Traceback(String),
}

impl Failure {
    /// The form of nearly every error.
    pub(super) fn reason(status: StatusCode, reason: impl Into<String>) -> Self {
        let form = Form::Reason(reason.into());
        Self { status, form }
    }

    pub(super) fn bad_request(reason: impl Into<String>) -> Self {
        Self::reason(StatusCode::BAD_REQUEST, reason)
    }

    pub(super) fn not_found(reason: impl Into<String>) -> Self {
        Self::reason(StatusCode::NOT_FOUND, reason)
    }

    /// Text without the status.
    pub(super) fn bare(status: StatusCode, text: impl Into<String>) -> Self {
        let form = Form::Bare(text.into(), None);
        Self { status, form }
    }

    /// A body longer than this many bytes.
    pub(super) fn too_large(limit: usize) -> Self {
        let text = format!("Maximum request body size {limit} exceeded.");
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            form: Form::Bare(text, Some("Request Entity Too Large")),
        }
    }

    /// A 400 whose body is text although its content type is JSON.
    pub(super) fn disguised(text: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            form: Form::Disguised(text),
        }
    }

    /// A 400 that is JSON.
    pub(super) fn object(error: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            form: Form::Object(error.into()),
        }
    }

    /// An exception that no handler caught: its class and message.
    pub(super) fn uncaught(exception: impl Into<String>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            form: Form::Traceback(exception.into()),
        }
    }

    pub(super) fn no_stream() -> Self {
        Self::not_found("stream does not exist")
    }

    pub(super) fn no_folder() -> Self {
        Self::not_found("folder does not exist")
    }

    /// Neither `path` nor `id`.
    pub(super) fn unaddressed() -> Self {
        Self::bad_request(UNADDRESSED)
    }

    pub(super) fn into_response(self) -> Response {
        let (reply, reason) = match self.form {
            Form::Reason(reason) => {
                let text = format!("{}: {reason}", self.status.as_u16());
                (Reply::text(text), Some(reason))
            }
            Form::Bare(text, reason) => (Reply::text(text), reason.map(str::to_owned)),
            Form::Disguised(text) => (Reply::json_text(text), None),
            Form::Object(error) => (Reply::from(serde_json::json!({"error": error})), None),
            Form::Traceback(exception) => (Reply::text(traceback(&exception)).closing(), None),
        };
        let mut response = reply.into_response();
        *response.status_mut() = self.status;
        if let Some(reason) =
            reason.and_then(|reason| hyper::ext::ReasonPhrase::try_from(reason).ok())
        {
            response.extensions_mut().insert(reason);
        }
        response
    }
}

/// The traceback without most of its frames.
fn traceback(exception: &str) -> String {
    const LIBRARY: &str = "/opt/joule/lib/python3.11/site-packages";
    format!(
        "500 Internal Server Error\n\n\
         Traceback (most recent call last):\n  \
         File \"{LIBRARY}/aiohttp/web_protocol.py\", line 577, in _handle_request\n    \
         resp = await request_handler(request)\n           \
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  \
         File \"{LIBRARY}/joule/middleware.py\", line 75, in sql_rollback\n    \
         return await handler(request)\n           \
         ^^^^^^^^^^^^^^^^^^^^^^\n\
         {exception}\n"
    )
}
