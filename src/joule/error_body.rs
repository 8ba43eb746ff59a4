//! The error bodies of a node: a text with or without the status before it, a JSON object, or a traceback.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;

use crate::{error::ServerMessage, value::Braced};

#[derive(Deserialize)]
struct ErrorBody {
    error: String,
}

/// Only a master that cannot be added is told of in JSON, and the node keeps it all the same (1.0.1).
const STAYED: &str = "an entry named after the identifier may have stayed";

/// What the node says of unknown things without the status before it, as its spec lists them (1.0.1). A proxy before the node says
/// other things with the same status.
const BARE: [&str; 7] = [
    "folder does not exist",
    "stream does not exist",
    "annotation does not exist",
    "module does not exist",
    "proxy does not exist",
    "follower not found",
    "id not found",
];

/// The reason alone; nothing where the body is not the node's. A traceback, which stays in the body, is reduced to the exception at
/// its end.
pub(super) fn read(status: StatusCode, body: &Bytes) -> Option<ServerMessage> {
    // The content type does not help: the node calls a bare text JSON and says nothing of its JSON errors.
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let (reason, is_json) = match serde_json::from_slice(body) {
        Ok(Braced(ErrorBody { error })) if status == StatusCode::BAD_REQUEST => (error, true),
        _ => (reason(status, text)?.to_owned(), false),
    };
    let reason = reason.trim();
    // The node's own text for a status says no more than the status.
    let is_status_alone = reason.is_empty() || Some(reason) == status.canonical_reason();
    Some(ServerMessage {
        messages: if is_status_alone {
            Vec::new()
        } else if is_json {
            vec![format!("{reason} ({STAYED})")]
        } else {
            vec![reason.to_owned()]
        },
        // aiohttp's own, of a path without a handler; the node names what it misses.
        no_such_path: text == "404: Not Found",
        ..ServerMessage::default()
    })
}

/// The reason in a text of the node's.
fn reason(status: StatusCode, text: &str) -> Option<&str> {
    let after = text.strip_prefix(status.as_str());
    if let Some(reason) = after.and_then(|text| text.strip_prefix(':')) {
        return Some(reason);
    }
    match status {
        StatusCode::INTERNAL_SERVER_ERROR => {
            // What aiohttp writes around it when nothing in the node caught it.
            let rest = text
                .strip_prefix("500 Internal Server Error")
                .unwrap_or(text);
            exception(text).or_else(|| (rest.len() < text.len()).then(|| rest.trim()))
        }
        StatusCode::NOT_FOUND => {
            let is_own = BARE.contains(&text) || text.contains("] is not a master of node [");
            is_own.then_some(text)
        }
        StatusCode::PAYLOAD_TOO_LARGE => text
            .starts_with("Maximum request body size ")
            .then_some(text),
        // Anything may be wrong with what was sent.
        StatusCode::BAD_REQUEST => {
            let is_foreign = text.is_empty() || text.starts_with(['<', '{', '[']);
            (!is_foreign).then_some(text)
        }
        _ => None,
    }
}

/// The line that names the exception: the first one after the last frame that is not indented. SQL, its parameters
/// and a link may follow it.
fn exception(text: &str) -> Option<&str> {
    let (_, trace) = text.split_once("Traceback (most recent call last):")?;
    let frame = trace.rfind("\n  File ")?;
    let (_, after) = trace.split_at(frame);
    after
        .lines()
        .skip(1)
        .find(|line| !line.is_empty() && !line.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages_of(status: u16, body: &str) -> Vec<String> {
        let status = StatusCode::from_u16(status).unwrap_or_default();
        let said = read(status, &Bytes::copy_from_slice(body.as_bytes()));
        said.unwrap_or_else(|| panic!("{status} {body}")).messages
    }

    #[test]
    fn the_status_before_the_reason_is_left_out() {
        assert_eq!(
            messages_of(404, "404: stream does not exist"),
            ["stream does not exist"]
        );
    }

    #[test]
    fn a_bare_reason_is_taken_as_it_is() {
        assert_eq!(
            messages_of(404, "module does not exist"),
            ["module does not exist"]
        );
        assert_eq!(
            messages_of(400, "this stream has no data"),
            ["this stream has no data"]
        );
    }

    #[test]
    fn a_json_object_tells_its_error() {
        let body = r#"{"error": "Cannot contact node at [http://127.0.0.1:9]"}"#;
        assert_eq!(
            messages_of(400, body),
            [
                "Cannot contact node at [http://127.0.0.1:9] (an entry named after the identifier may have stayed)"
            ]
        );
    }

    #[test]
    fn a_traceback_tells_the_exception_at_its_end() {
        let body = "500 Internal Server Error\n\nTraceback (most recent call last):\n  File \"/srv/joule/middleware.py\", line 66, in _authorize\n    return await handler(request)\n           ^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/joule/controllers/app_controller.py\", line 14, in auth\n    app_id = request.headers[\"X-App-Id\"]\n             ~~~~~~~~~~~~~~~^^^^^^^^^^^^\nKeyError: 'X-App-Id'\n";
        assert_eq!(messages_of(500, body), ["KeyError: 'X-App-Id'"]);
    }

    #[test]
    fn a_failure_of_the_database_is_told_without_sql_and_parameters() {
        let body = "500 Internal Server Error\n\nTraceback (most recent call last):\n  File \"/srv/a.py\", line 1, in a\n    b()\npsycopg2.errors.UniqueViolation: duplicate key value\nDETAIL:  Key (key)=(kkkk) already exists.\n\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/srv/c.py\", line 2, in c\n    d()\nsqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key value violates unique constraint \"master_key_key\"\nDETAIL:  Key (key)=(kkkk) already exists.\n\n[SQL: INSERT INTO metadata.master (name, key)]\n[parameters: {'key': 'kkkk'}]\n(Background on this error at: https://sqlalche.me/e/20/gkpj)\n";
        assert_eq!(
            messages_of(500, body),
            [
                "sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key value violates unique constraint \"master_key_key\""
            ]
        );
    }

    #[test]
    fn what_says_no_more_than_the_status_is_no_message() {
        assert!(messages_of(403, "403: Forbidden").is_empty());
        assert!(messages_of(400, "400: ").is_empty());
    }

    #[test]
    fn what_the_node_does_not_write_is_not_its_own() {
        for (status, foreign) in [
            (400, ""),
            (400, "<html><title>400</title></html>"),
            (400, r#"{"message":"bad"}"#),
            (403, "Forbidden"),
            (403, r#"{"error":"no"}"#),
            (404, ""),
            (404, "404 page not found"),
            (404, "default backend - 404"),
            (404, "stream does not exist here"),
            (404, r#"{"error":"not found"}"#),
            (404, "<html>"),
            (413, "too large"),
            (429, "slow down"),
            (500, "oops"),
            (502, "<html><body>Bad Gateway</body></html>"),
            (502, r#"{"error": "down"}"#),
            (503, "no healthy upstream"),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert!(
                read(status, &Bytes::from(foreign)).is_none(),
                "{status} {foreign}"
            );
        }
    }
}
