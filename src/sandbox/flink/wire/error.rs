//! Failures, in the words and the layout of Flink's handlers.
//!
//! Flink sends stack traces; here are a few lines of them. What a client reads, the class and the message
//! before the first line break and the causes, is complete.

use axum::http::StatusCode;
use serde_json::json;

use super::Response;
use super::exception::{job_not_found, trace};
use super::reply::Reply;

const REST_HANDLER: &str = "org.apache.flink.runtime.rest.handler.RestHandlerException";
const NOT_FOUND: &str = "org.apache.flink.runtime.rest.NotFoundException";
const HANDLER_REQUEST: &str = "org.apache.flink.runtime.rest.handler.HandlerRequestException";

/// The frames that nearly every trace of a REST handler ends with.
const FRAMES: [&str; 4] = [
    "org.apache.flink.runtime.rest.handler.AbstractRestHandler.respondToRequest(AbstractRestHandler.java:83)",
    "org.apache.flink.runtime.rest.handler.AbstractHandler.respondAsLeader(AbstractHandler.java:196)",
    "org.apache.flink.runtime.rest.handler.LeaderRetrievalHandler.lambda$channelRead0$0(LeaderRetrievalHandler.java:88)",
    "java.base/java.lang.Thread.run(Thread.java:840)",
];

/// An answer that is an error.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    text: Text,
    cross_origin: bool,
}

#[derive(Debug)]
enum Text {
    /// One line, no class, no trace: the router, the upload handler, the file handlers.
    Line(String),
    /// An error that the handler foresaw: class, message, trace.
    Handled { head: String, causes: Vec<String> },
    /// One that it did not: status 500, two strings.
    Unhandled { head: String, causes: Vec<String> },
}

impl Failure {
    /// An error that a handler foresaw.
    pub(crate) fn rest(status: StatusCode, message: impl Into<String>) -> Self {
        Self::handled(status, REST_HANDLER, &message.into())
    }

    /// A 400 of a handler.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::rest(StatusCode::BAD_REQUEST, message)
    }

    /// A 404 by the class that Flink's newer handlers throw.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::handled(StatusCode::NOT_FOUND, NOT_FOUND, &message.into())
    }

    /// An error that no handler foresaw; `head` is `class: message`.
    pub(crate) fn unhandled(head: impl Into<String>) -> Self {
        let text = Text::Unhandled {
            head: head.into(),
            causes: Vec::new(),
        };
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            text,
            cross_origin: true,
        }
    }

    /// One line without class and trace.
    pub(crate) fn line(status: StatusCode, line: impl Into<String>) -> Self {
        Self {
            status,
            text: Text::Line(line.into()),
            cross_origin: true,
        }
    }

    /// No such job, as every route made from the execution graph says it.
    pub(crate) fn no_job(job: &str) -> Self {
        Self::not_found(format!("Job {job} not found")).caused_by(job_not_found(job))
    }

    /// A path or query parameter that does not parse.
    pub(crate) fn parameter(kind: &str, name: &str, value: &str) -> Self {
        let why = format!("Cannot resolve {kind} parameter ({name}) from value \"{value}\".");
        Self::bad_request(format!("Bad request, could not parse parameters: {why}"))
            .caused_by(format!("{HANDLER_REQUEST}: {why}"))
    }

    /// A body that is not what the handler expects; `class` is its simple Java name.
    pub(crate) fn format(class: &str, cause: impl Into<String>) -> Self {
        Self::bad_request(format!("Request did not match expected format {class}."))
            .caused_by(cause)
    }

    /// Adds a `Caused by:`, as `class: message`.
    pub(crate) fn caused_by(mut self, cause: impl Into<String>) -> Self {
        match &mut self.text {
            Text::Handled { causes, .. } | Text::Unhandled { causes, .. } => {
                causes.push(cause.into())
            }
            Text::Line(_) => {}
        }
        self
    }

    /// Leaves out `access-control-allow-origin`: upload and file handlers do not send it.
    pub(crate) fn same_origin(mut self) -> Self {
        self.cross_origin = false;
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let errors = match self.text {
            Text::Line(line) => json!([line]),
            Text::Handled { head, causes } => json!([trace(&head, &FRAMES, &causes)]),
            Text::Unhandled { head, causes } => json!([
                "Internal server error.",
                format!(
                    "<Exception on server side:\n{}\nEnd of exception on server side>",
                    trace(&head, &FRAMES, &causes)
                ),
            ]),
        };
        let reply = Reply::json(self.status, json!({"errors": errors}));
        if self.cross_origin {
            reply.into_response()
        } else {
            reply.same_origin().into_response()
        }
    }

    /// An error that a handler foresaw, of another class than most.
    pub(crate) fn handled(status: StatusCode, class: &str, message: &str) -> Self {
        let text = Text::Handled {
            head: format!("{class}: {message}"),
            causes: Vec::new(),
        };
        Self {
            status,
            text,
            cross_origin: true,
        }
    }
}
