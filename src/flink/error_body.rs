//! The error bodies of Flink: `{"errors": [..]}`, Java class, message and stack trace in one string.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;

use crate::{error::ServerMessage, value::Braced};

/// What a JobManager says that is not, or not yet, the leader: it has passed the request to nobody. A program that has met the
/// same sentence elsewhere has it in its trace, and has begun.
const LEADER_ELECTION: &str =
    "Service temporarily unavailable due to an ongoing leader election. Please refresh.";
/// What stands before an exception that no handler caught, in the first of two texts and at the beginning of the second.
const UNHANDLED: &str = "Internal server error.";
const SERVER_SIDE: &str = "<Exception on server side:";

#[derive(Deserialize)]
struct ErrorBody {
    errors: Vec<Option<String>>,
}

/// The first lines of the errors, the most telling first; the traces stay in the body. Nothing where the body is not Flink's.
pub(super) fn read(status: StatusCode, body: &Bytes) -> Option<ServerMessage> {
    if body.is_empty() && status == StatusCode::PAYLOAD_TOO_LARGE {
        // Flink says nothing more (1.20.5).
        return Some(ServerMessage::default());
    }
    let errors = errors(body)?;
    let mut messages: Vec<String> = errors
        .iter()
        .map(|error| first_line(error))
        .filter(|line| !line.is_empty())
        .collect();
    // "Internal server error." says less than the exception behind it.
    messages.sort_by_key(|message| message.starts_with(UNHANDLED));
    let first = errors.first().map_or("", |error| error.trim());
    let second = errors.get(1).map_or("", |error| error.trim());
    let telling = if first == UNHANDLED { second } else { first };
    Some(ServerMessage {
        status: None,
        messages,
        not_found: tells_not_found(telling),
        no_such_path: status == StatusCode::NOT_FOUND && tells_no_such_path(first),
        not_begun: status == StatusCode::SERVICE_UNAVAILABLE && first == LEADER_ELECTION,
        is_of_older: false,
    })
}

/// The texts of a body of Flink's; of one that is cut, those that came and what there is of the next.
fn errors(body: &[u8]) -> Option<Vec<String>> {
    let Braced(body) = match serde_json::from_slice(body) {
        Ok(body) => body,
        Err(error) if error.is_eof() => completed(body)?,
        Err(_) => return None,
    };
    Some(body.errors.into_iter().flatten().collect())
}

/// A trace may be longer than what is kept of a body. An escape of up to six characters may be cut as well.
fn completed(body: &[u8]) -> Option<Braced<ErrorBody>> {
    let text = String::from_utf8_lossy(body);
    let ends = text.char_indices().rev().map(|(at, _)| at);
    let heads = std::iter::once(text.len()).chain(ends).take(7);
    heads
        .filter_map(|end| text.get(..end))
        .flat_map(|head| ["\"]}", "]}", "null]}"].map(|end| format!("{head}{end}")))
        .find_map(|whole| serde_json::from_str(&whole).ok())
}

/// Some unknown things are answered with another status than 404; these exceptions say for certain that the thing that the
/// request names does not exist. What stands after the first line, or in the message of another exception, may be a text of the
/// user's own program.
fn tells_not_found(error: &str) -> bool {
    let text = error.strip_prefix(SERVER_SIDE).unwrap_or(error);
    let mut exception = text.trim_start().lines().next().unwrap_or_default();
    while let Some(inner) = exception.strip_prefix("java.util.concurrent.CompletionException: ") {
        exception = inner;
    }
    let Some((class, message)) = exception.split_once(": ") else {
        return false;
    };
    match class.strip_prefix("org.apache.flink.runtime.") {
        Some("rest.handler.RestHandlerException") => {
            message.starts_with("Jar file ") && message.ends_with(" does not exist")
                || message.starts_with("File ") && message.contains(" does not exist in ")
        }
        Some(class) => matches!(
            class.rsplit('.').next(),
            Some(
                "FlinkJobNotFoundException"
                    | "FlinkApplicationNotFoundException"
                    | "UnknownTaskExecutorException"
            )
        ),
        None => false,
    }
}

/// What Flink says of a path of none of its handlers: of a GET its web page does not find the file, of other methods the router the
/// route (1.20.5).
fn tells_no_such_path(error: &str) -> bool {
    error.starts_with("Unable to load requested file /") || error.starts_with("Not found: /")
}

/// The first line of an exception, without the Java classes before the message.
fn first_line(error: &str) -> String {
    let text = error
        .strip_prefix(SERVER_SIDE)
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

    fn said(status: StatusCode, body: &str) -> ServerMessage {
        read(status, &Bytes::copy_from_slice(body.as_bytes())).unwrap()
    }

    /// As the server writes these texts.
    fn body(errors: &[&str]) -> String {
        serde_json::json!({ "errors": errors }).to_string()
    }

    #[test]
    fn a_handled_error_is_reduced_to_its_message() {
        let body = r#"{"errors":["org.apache.flink.runtime.rest.NotFoundException: Job 5e not found\n\tat org.apache…"]}"#;
        assert_eq!(
            said(StatusCode::NOT_FOUND, body).messages,
            ["Job 5e not found"]
        );
    }

    #[test]
    fn an_unhandled_error_tells_the_exception_first() {
        let body = r#"{"errors":["Internal server error.","<Exception on server side:\njava.util.concurrent.CompletionException: org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (5e)\n\tat java.base"]}"#;
        assert_eq!(
            said(StatusCode::INTERNAL_SERVER_ERROR, body).messages,
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
                said(StatusCode::INTERNAL_SERVER_ERROR, &body).not_found,
                "{error}"
            );
        }
        let other = r#"{"errors":["Internal server error.","<Exception on server side:\njava.util.NoSuchElementException: No value present"]}"#;
        assert!(!said(StatusCode::INTERNAL_SERVER_ERROR, other).not_found);
    }

    /// As a JobManager of 1.20.5 answers in its first 100 ms.
    #[test]
    fn a_leader_election_has_begun_nothing() {
        let body = r#"{"errors":["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}"#;
        assert!(said(StatusCode::SERVICE_UNAVAILABLE, body).not_begun);
        let other = r#"{"errors":["Rescaling is temporarily disabled. See FLINK-12312."]}"#;
        assert!(!said(StatusCode::SERVICE_UNAVAILABLE, other).not_begun);
    }

    /// A program that was started by the request writes the messages of its exceptions, and the trace repeats what it met.
    #[test]
    fn what_a_users_program_says_decides_nothing() {
        let election = LEADER_ELECTION;
        let missing = "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (5e)";
        let invocation = "org.apache.flink.client.program.ProgramInvocationException: The main method caused an error";
        let handler = "org.apache.flink.runtime.rest.handler.RestHandlerException";
        for errors in [
            vec![format!(
                "{handler}: Could not execute application.\n\tat a.B.c(B.java:1)\nCaused by: java.lang.IllegalStateException: {election}"
            )],
            vec![format!("{handler}: {election}")],
            vec![format!("{election} Caused by my program")],
            vec![String::new(), election.to_owned()],
            vec![
                UNHANDLED.to_owned(),
                format!("{SERVER_SIDE}\n{invocation}: {election}\n\tat a.B.c"),
            ],
            vec![
                UNHANDLED.to_owned(),
                format!("{SERVER_SIDE}\n{invocation}: {missing}\n\tat a.B.c"),
            ],
            vec![
                UNHANDLED.to_owned(),
                format!("{SERVER_SIDE}\njava.lang.Error: {missing}"),
            ],
            vec![
                UNHANDLED.to_owned(),
                format!("{SERVER_SIDE}\n{invocation}\n{missing}\n\tat a.B.c"),
            ],
            vec![
                UNHANDLED.to_owned(),
                format!(
                    "{SERVER_SIDE}\njava.util.concurrent.CompletionException: {invocation}: Jar file x.jar does not exist"
                ),
            ],
            vec![format!(
                "{handler}: Could not execute application.\n{missing}"
            )],
            vec!["main: File a.csv does not exist in /data".to_owned()],
            vec!["no".to_owned(), missing.to_owned()],
        ] {
            let errors: Vec<&str> = errors.iter().map(String::as_str).collect();
            for status in [400, 500, 503] {
                let status = StatusCode::from_u16(status).unwrap();
                let said = said(status, &body(&errors));
                assert!(!said.not_begun && !said.not_found, "{status} {errors:?}");
            }
        }
    }

    #[test]
    fn the_sentence_of_a_leader_election_counts_with_its_status_only() {
        for status in [400, 404, 500, 502] {
            let status = StatusCode::from_u16(status).unwrap();
            assert!(
                !said(status, &body(&[LEADER_ELECTION])).not_begun,
                "{status}"
            );
        }
    }

    #[test]
    fn a_null_among_the_errors_leaves_the_others() {
        let said = said(
            StatusCode::BAD_REQUEST,
            r#"{"errors":[null,"first",null,"second"]}"#,
        );
        assert_eq!(said.messages, ["first", "second"]);
    }

    #[test]
    fn a_body_that_is_cut_says_what_came_of_it() {
        let whole = body(&["a.b.C: first\n\t\u{e9}\"", "second"]);
        for end in 11..whole.len() {
            let cut = &whole.as_bytes()[..end];
            let said = read(StatusCode::NOT_FOUND, &Bytes::copy_from_slice(cut));
            let said = said.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(cut)));
            assert!(said.messages.len() <= 2);
            if end > 30 {
                assert_eq!(said.messages[0], "first");
            }
        }
    }

    #[test]
    fn what_flink_does_not_write_is_not_its_own() {
        for foreign in [
            "",
            "404 page not found",
            "<html>",
            "null",
            "{}",
            "[]",
            r#"["errors"]"#,
            r#"[["errors"]]"#,
            r#"[["err"#,
            r#"{"error":"no"}"#,
            r#"{"errors":"no"}"#,
            r#"{"errors":[{"code":7}]}"#,
            r#"{"errors":{"a":"b"}}"#,
            r#"{"message":"no Route matched"}"#,
            r#"{"message":"no Rou"#,
        ] {
            let body = Bytes::from(foreign);
            assert!(read(StatusCode::NOT_FOUND, &body).is_none(), "{foreign}");
        }
        assert!(read(StatusCode::PAYLOAD_TOO_LARGE, &Bytes::new()).is_some());
    }

    #[test]
    fn the_innermost_reason_comes_first() {
        let trace = "java.util.concurrent.CompletionException: a.b.C: outer\n\tat x\nCaused by: java.io.IOException: the disk is full\n\tat y";
        assert_eq!(reasons(trace), ["the disk is full", "outer"]);
    }
}
