//! Failures, in the words and the layout of Flink's handlers.
//!
//! Flink sends stack traces; here are a few lines of them. What a client reads, the class and the message
//! before the first line break and the causes, is complete.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::reply::{Reply, Response};

const REST_HANDLER: &str = "org.apache.flink.runtime.rest.handler.RestHandlerException";
const NOT_FOUND: &str = "org.apache.flink.runtime.rest.NotFoundException";
const HANDLER_REQUEST: &str = "org.apache.flink.runtime.rest.handler.HandlerRequestException";
pub(super) const JOB_INITIALIZATION: &str =
    "org.apache.flink.runtime.client.JobInitializationException";
const JOB_NOT_FOUND: &str = "org.apache.flink.runtime.messages.FlinkJobNotFoundException";

/// The frames that nearly every trace of a REST handler ends with.
const FRAMES: [&str; 4] = [
    "org.apache.flink.runtime.rest.handler.AbstractRestHandler.respondToRequest(AbstractRestHandler.java:83)",
    "org.apache.flink.runtime.rest.handler.AbstractHandler.respondAsLeader(AbstractHandler.java:196)",
    "org.apache.flink.runtime.rest.handler.LeaderRetrievalHandler.lambda$channelRead0$0(LeaderRetrievalHandler.java:88)",
    "java.base/java.lang.Thread.run(Thread.java:840)",
];

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Failure {
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
    pub(super) fn rest(status: StatusCode, message: impl Into<String>) -> Self {
        Self::handled(status, REST_HANDLER, &message.into())
    }

    /// A 400 of a handler.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::rest(StatusCode::BAD_REQUEST, message)
    }

    /// A 404 by the class that Flink's newer handlers throw.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::handled(StatusCode::NOT_FOUND, NOT_FOUND, &message.into())
    }

    /// An error that no handler foresaw; `head` is `class: message`.
    pub(super) fn unhandled(head: impl Into<String>) -> Self {
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
    pub(super) fn line(status: StatusCode, line: impl Into<String>) -> Self {
        Self {
            status,
            text: Text::Line(line.into()),
            cross_origin: true,
        }
    }

    /// No such job, as every route made from the execution graph says it.
    pub(super) fn no_job(job: &str) -> Self {
        Self::not_found(format!("Job {job} not found")).caused_by(job_not_found(job))
    }

    /// A path or query parameter that does not parse.
    pub(super) fn parameter(kind: &str, name: &str, value: &str) -> Self {
        let why = format!("Cannot resolve {kind} parameter ({name}) from value \"{value}\".");
        Self::bad_request(format!("Bad request, could not parse parameters: {why}"))
            .caused_by(format!("{HANDLER_REQUEST}: {why}"))
    }

    /// A body that is not what the handler expects; `class` is its simple Java name.
    pub(super) fn format(class: &str, cause: impl Into<String>) -> Self {
        Self::bad_request(format!("Request did not match expected format {class}."))
            .caused_by(cause)
    }

    /// Adds a `Caused by:`, as `class: message`.
    pub(super) fn caused_by(mut self, cause: impl Into<String>) -> Self {
        match &mut self.text {
            Text::Handled { causes, .. } | Text::Unhandled { causes, .. } => {
                causes.push(cause.into())
            }
            Text::Line(_) => {}
        }
        self
    }

    /// Leaves out `access-control-allow-origin`: upload and file handlers do not send it.
    pub(super) fn same_origin(mut self) -> Self {
        self.cross_origin = false;
        self
    }

    pub(super) fn into_response(self) -> Response {
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
    pub(super) fn handled(status: StatusCode, class: &str, message: &str) -> Self {
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

/// `FlinkJobNotFoundException`, which is a cause of many failures and the head of others.
pub(super) fn job_not_found(job: &str) -> String {
    format!("{JOB_NOT_FOUND}: Could not find Flink job ({job})")
}

/// That a savepoint is not there.
pub(super) fn no_savepoint(path: &str) -> String {
    format!(
        "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '{path}' \
         on file system 'file'."
    )
}

/// Why a job cannot start from a savepoint that is not there: `class: message` of each exception of the chain.
pub(super) fn not_initialized(savepoint: &str) -> Vec<String> {
    let cause = no_savepoint(savepoint);
    let runtime = format!("java.lang.RuntimeException: {cause}");
    vec![
        format!("{JOB_INITIALIZATION}: Could not start the JobMaster."),
        format!("java.util.concurrent.CompletionException: {runtime}"),
        runtime,
        cause,
    ]
}

/// A chain of exceptions, `class: message` each, as the outcome of an operation or of a job.
pub(super) fn throwable(chain: &[String], frames: &[&str]) -> Value {
    let (head, causes) = chain
        .split_first()
        .map_or(("", chain), |(head, causes)| (head.as_str(), causes));
    let class = head.split(':').next().unwrap_or_default();
    json!({
        "class": class,
        "stack-trace": trace(head, frames, causes),
        "serialized-throwable": SERIALIZED,
    })
}

/// How the Java serialization of any `SerializedThrowable` begins; some 30 kB more are left out.
const SERIALIZED: &str = "rO0ABXNyAClvcmcuYXBhY2hlLmZsaW5rLnV0aWwuU2VyaWFsaXplZFRocm93YWJsZQ==";

/// A stack trace in Java's layout: head, frames, causes.
pub(super) fn trace(head: &str, frames: &[&str], causes: &[String]) -> String {
    let mut trace = format!("{head}\n");
    for frame in frames {
        trace.push_str(&format!("\tat {frame}\n"));
    }
    for cause in causes {
        trace.push_str(&format!(
            "Caused by: {cause}\n\t... {} more\n",
            frames.len()
        ));
    }
    trace
}
