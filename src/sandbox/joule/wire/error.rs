//! Failures, in the six forms in which a node tells them. None is a stable JSON object.

use axum::http::StatusCode;

use super::Response;
use super::reply::Reply;
use crate::sandbox::joule::model::{
    database_error::DatabaseError,
    inserter::Refusal,
    interval::NoEnd,
    time::{self, OutOfYears, SECOND},
};

/// What Joule says where a thing has neither path nor number.
pub(crate) const UNADDRESSED: &str = "specify an id or a path";

/// An answer that is an error.
#[derive(Debug)]
pub(crate) struct Failure {
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
    pub(crate) fn reason(status: StatusCode, reason: impl Into<String>) -> Self {
        let form = Form::Reason(reason.into());
        Self { status, form }
    }

    pub(crate) fn bad_request(reason: impl Into<String>) -> Self {
        Self::reason(StatusCode::BAD_REQUEST, reason)
    }

    pub(crate) fn not_found(reason: impl Into<String>) -> Self {
        Self::reason(StatusCode::NOT_FOUND, reason)
    }

    /// Text without the status.
    pub(crate) fn bare(status: StatusCode, text: impl Into<String>) -> Self {
        let form = Form::Bare(text.into(), None);
        Self { status, form }
    }

    /// A body longer than this many bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        let text = format!("Maximum request body size {limit} exceeded.");
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            form: Form::Bare(text, Some("Request Entity Too Large")),
        }
    }

    /// A 400 whose body is text although its content type is JSON.
    pub(crate) fn disguised(text: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            form: Form::Disguised(text),
        }
    }

    /// A 400 that is JSON.
    pub(crate) fn object(error: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            form: Form::Object(error.into()),
        }
    }

    /// An exception that no handler caught: its class and message.
    pub(crate) fn uncaught(exception: impl Into<String>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            form: Form::Traceback(exception.into()),
        }
    }

    /// That Python does not take a text for an integer.
    pub(crate) fn not_an_int(text: &str) -> Self {
        Self::uncaught(format!(
            "ValueError: invalid literal for int() with base 10: '{text}'"
        ))
    }

    pub(crate) fn no_stream() -> Self {
        Self::not_found("stream does not exist")
    }

    pub(crate) fn no_folder() -> Self {
        Self::not_found("folder does not exist")
    }

    /// Neither `path` nor `id`.
    pub(crate) fn unaddressed() -> Self {
        Self::bad_request(UNADDRESSED)
    }

    pub(crate) fn into_response(self) -> Response {
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

impl From<OutOfYears> for Failure {
    fn from(OutOfYears(time): OutOfYears) -> Self {
        Self::uncaught(format!("ValueError: {} s is out of range", time / SECOND))
    }
}

impl From<NoEnd> for Failure {
    fn from(_: NoEnd) -> Self {
        Self::uncaught(
            "TypeError: unsupported operand type(s) for +: 'NoneType' and 'datetime.timedelta'",
        )
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Self::uncaught(match error {
            DatabaseError::NoEvents(stream) => format!(
                "asyncpg.exceptions.UndefinedTableError: relation \"data.event{stream}\" does not exist"
            ),
            DatabaseError::NotANumber(text) => format!(
                "asyncpg.exceptions.InvalidTextRepresentationError: \
                 invalid input syntax for type double precision: \"{text}\""
            ),
            DatabaseError::NoInterval => {
                "asyncpg.exceptions.InvalidTextRepresentationError: invalid input syntax for type interval"
                    .to_owned()
            }
            DatabaseError::NoLevel(level) => {
                format!("UndefinedTableError: level {level} does not exist")
            }
            DatabaseError::Taken(level, time) => {
                format!("UniqueViolationError: level {level} has a row at {time}")
            }
        })
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotMonotonic => Self::bad_request("Non-monotonic timestamps in new data"),
            Refusal::NotANumber => Self::bad_request("Invalid values (NaN) in new data"),
            Refusal::Taken { stream, time } => Self::bad_request(format!(
                "duplicate key value violates unique constraint \"stream{stream}_pkey\" \
                 DETAIL:  Key (\"time\")=({}) already exists.",
                time::of_database(time)
            )),
            Refusal::Database(error) => error.into(),
        }
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
