//! The error bodies of Flink: `{"errors": [..]}`, Java class, message and stack trace in one string.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;

use crate::error::ServerMessage;

#[derive(Deserialize)]
struct ErrorBody {
    errors: Vec<String>,
}

/// The first lines of the errors, the most telling first. The traces stay in the body.
pub(super) fn read(_: StatusCode, body: &Bytes) -> ServerMessage {
    let Ok(ErrorBody { errors }) = serde_json::from_slice(body) else {
        return ServerMessage::default();
    };
    let mut messages: Vec<String> = errors
        .iter()
        .map(|error| first_line(error))
        .filter(|line| !line.is_empty())
        .collect();
    // "Internal server error." says less than the exception behind it.
    messages.sort_by_key(|message| message.starts_with("Internal server error."));
    let not_found = errors.iter().any(|error| tells_not_found(error));
    // What a JobManager says that is not, or not yet, the leader: it has passed the request to nobody.
    let not_begun = errors
        .iter()
        .any(|error| error.contains("due to an ongoing leader election"));
    ServerMessage {
        messages,
        not_found,
        not_begun,
    }
}

/// Some unknown things are answered with another status than 404; these texts say for certain that the thing that the request
/// names does not exist.
fn tells_not_found(error: &str) -> bool {
    let head = error
        .lines()
        .find(|line| line.contains(": "))
        .unwrap_or_default();
    let missing_file = head.contains("Jar file ") || head.contains(": File ");
    head.contains("FlinkJobNotFoundException: ")
        || head.contains("FlinkApplicationNotFoundException: ")
        || head.contains("UnknownTaskExecutorException: ")
        || missing_file && head.contains(" does not exist")
}

/// The first line of an exception, without the Java classes before the message.
fn first_line(error: &str) -> String {
    let text = error
        .strip_prefix("<Exception on server side:")
        .unwrap_or(error)
        .trim_start();
    let line = text.lines().next().unwrap_or_default().trim();
    let mut line = line;
    while let Some((class, message)) = line.split_once(": ") {
        if !is_java_class(class) {
            break;
        }
        line = message;
    }
    line.to_owned()
}

fn is_java_class(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '$' || c == '_')
        })
}

/// The reasons in a Java stack trace, the innermost first: it is the one that tells.
pub(super) fn reasons(trace: &str) -> Vec<String> {
    let mut reasons: Vec<String> = trace
        .lines()
        .enumerate()
        .filter_map(
            |(index, line)| match line.trim_start().strip_prefix("Caused by: ") {
                Some(cause) => Some(first_line(cause)),
                None if index == 0 => Some(first_line(line)),
                None => None,
            },
        )
        .collect();
    reasons.reverse();
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handled_error_is_reduced_to_its_message() {
        let body = r#"{"errors":["org.apache.flink.runtime.rest.NotFoundException: Job 5e not found\n\tat org.apache…"]}"#;
        assert_eq!(
            read(StatusCode::NOT_FOUND, &Bytes::from(body)).messages,
            ["Job 5e not found"]
        );
    }

    #[test]
    fn an_unhandled_error_tells_the_exception_first() {
        let body = r#"{"errors":["Internal server error.","<Exception on server side:\njava.util.concurrent.CompletionException: org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (5e)\n\tat java.base"]}"#;
        assert_eq!(
            read(StatusCode::INTERNAL_SERVER_ERROR, &Bytes::from(body)).messages,
            ["Could not find Flink job (5e)", "Internal server error."]
        );
    }

    #[test]
    fn an_unknown_thing_is_told_whatever_the_status() {
        for error in [
            "<Exception on server side:\\norg.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (5e)",
            "<Exception on server side:\\norg.apache.flink.runtime.resourcemanager.exceptions.UnknownTaskExecutorException: No TaskExecutor registered under nope.",
            "<Exception on server side:\\njava.util.concurrent.CompletionException: org.apache.flink.runtime.rest.handler.RestHandlerException: Jar file /up/nope.jar does not exist",
            "org.apache.flink.runtime.rest.handler.RestHandlerException: File nope.jar does not exist in /up.",
        ] {
            let body = format!("{{\"errors\":[\"Internal server error.\",\"{error}\"]}}");
            assert!(
                read(StatusCode::INTERNAL_SERVER_ERROR, &Bytes::from(body)).not_found,
                "{error}"
            );
        }
        let other = r#"{"errors":["Internal server error.","<Exception on server side:\njava.util.NoSuchElementException: No value present"]}"#;
        assert!(!read(StatusCode::INTERNAL_SERVER_ERROR, &Bytes::from(other)).not_found);
    }

    /// As a JobManager of 1.20.5 answers in its first 100 ms.
    #[test]
    fn a_leader_election_has_begun_nothing() {
        let body = r#"{"errors":["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}"#;
        assert!(read(StatusCode::SERVICE_UNAVAILABLE, &Bytes::from(body)).not_begun);
        let other = r#"{"errors":["Rescaling is temporarily disabled. See FLINK-12312."]}"#;
        assert!(!read(StatusCode::SERVICE_UNAVAILABLE, &Bytes::from(other)).not_begun);
    }

    #[test]
    fn a_proxys_page_has_no_messages() {
        assert!(
            read(StatusCode::BAD_GATEWAY, &Bytes::from("<html>"))
                .messages
                .is_empty()
        );
    }

    #[test]
    fn the_innermost_reason_comes_first() {
        let trace = "java.util.concurrent.CompletionException: a.b.C: outer\n\tat x\nCaused by: java.io.IOException: the disk is full\n\tat y";
        assert_eq!(reasons(trace), ["the disk is full", "outer"]);
    }
}
