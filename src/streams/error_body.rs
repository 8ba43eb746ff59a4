//! The error bodies of Streams, of the Streaming Analytics service, of IAM and of Cloud Pak for Data.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;

use crate::{error::ServerMessage, value::Braced};

/// What one of them writes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody {
    id: Option<Scalar>,
    message: Option<String>,
    /// Streams 5.
    messages: Option<Vec<Option<Braced<Message>>>>,
    /// Streaming Analytics.
    description: Option<String>,
    #[serde(rename = "error_status")]
    error_status: Option<Scalar>,
    /// IAM.
    error_code: Option<String>,
    error_message: Option<String>,
    error_details: Option<String>,
    /// Cloud Pak for Data.
    #[serde(rename = "_messageCode_")]
    message_code: Option<Scalar>,
}

#[derive(Deserialize)]
struct Message {
    id: Option<String>,
    message: Option<String>,
}

/// A number or a text: who writes errors does not agree.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    #[allow(dead_code, reason = "that it is there is all that counts")]
    Number(i64),
}

/// The same of a service in the cloud, which may write no more than a message; so do gateways that keep a request away.
pub(super) fn read_of_service(status: StatusCode, body: &Bytes) -> Option<ServerMessage> {
    #[derive(Deserialize)]
    struct Bare {
        message: String,
    }
    read(status, body).or_else(|| {
        let is_of_gateways = !status.is_client_error()
            || matches!(
                status,
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
            );
        let Braced(bare): Braced<Bare> = serde_json::from_slice(body).ok()?;
        (!is_of_gateways).then(|| ServerMessage {
            messages: vec![bare.message],
            ..ServerMessage::default()
        })
    })
}

/// The texts; nothing where the body is of somebody else's.
pub(super) fn read(status: StatusCode, body: &Bytes) -> Option<ServerMessage> {
    if body.is_empty() {
        // Streams says no more than that the credentials are wrong; what stands before it writes a page.
        return (status == StatusCode::UNAUTHORIZED).then(ServerMessage::default);
    }
    let Braced(body): Braced<ErrorBody> = serde_json::from_slice(body).ok()?;
    let is_message = matches!(&body.id, Some(Scalar::Text(id)) if id.starts_with("CDI"))
        && body.message.is_some();
    let is_own = body.messages.is_some()
        || body.error_code.is_some()
        || body.error_status.is_some()
        || body.message_code.is_some()
        || body.description.is_some()
        || is_message;
    if !is_own && body.message.is_none() {
        return None;
    }
    // Streams 5 writes a list of messages. What Streams 4 does not know is a resource that it cannot find.
    let is_absent = matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    );
    let is_of_older = is_absent && is_message && body.messages.is_none();
    let id = match &body.id {
        Some(Scalar::Text(id)) => Some(id.as_str()),
        _ => None,
    };
    let mut messages = Vec::new();
    messages.extend(body.message.map(|text| told(id, text)));
    for Braced(message) in body.messages.into_iter().flatten().flatten() {
        messages.extend(
            message
                .message
                .map(|text| told(message.id.as_deref(), text)),
        );
    }
    messages.extend(
        body.error_message
            .map(|text| told(body.error_code.as_deref(), text)),
    );
    messages.extend(body.error_details);
    messages.extend(body.description);
    messages.retain(|text| !text.trim().is_empty());
    is_own.then(|| ServerMessage {
        no_such_path: messages.iter().any(|text| tells_unsupported(text)),
        is_of_older,
        messages,
        ..ServerMessage::default()
    })
}

/// Whether it is said that the thing is there and this cannot be done with it: Streams 4 says so of a job that is to be cancelled.
fn tells_unsupported(text: &str) -> bool {
    ["CDISW5012E", "CDISW5013E"]
        .iter()
        .any(|id| text.starts_with(id))
}

/// The text with its id before it: most texts begin with theirs.
fn told(id: Option<&str>, text: String) -> String {
    match id {
        Some(id) if !id.is_empty() && !text.starts_with(id) => format!("{id} {text}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages_of(status: u16, body: &str) -> Option<Vec<String>> {
        let status = StatusCode::from_u16(status).unwrap();
        let said = read(status, &Bytes::copy_from_slice(body.as_bytes()))?;
        Some(said.messages)
    }

    #[test]
    fn an_action_that_is_not_supported_is_an_operation_that_the_server_lacks() {
        for (id, is_lacking) in [
            ("CDISW5012E", true),
            ("CDISW5013E", true),
            ("CDISW5000E", false),
        ] {
            let body = format!(r#"{{"id": "{id}", "message": "{id} No."}}"#);
            let said = read(StatusCode::METHOD_NOT_ALLOWED, &body.into()).unwrap();
            assert_eq!(said.no_such_path, is_lacking, "{id}");
        }
    }

    #[test]
    fn streams_4_says_one_message_of_what_it_does_not_find() {
        let one = r#"{"id": "CDISW5000E", "message": "CDISW5000E No."}"#;
        let list = r#"{"messages": [{"id": "CDISW5000E", "message": "CDISW5000E No."}]}"#;
        for (status, body, is_of_older) in [
            (404, one, true),
            (405, one, true),
            (400, one, false),
            (404, list, false),
            (404, r#"{"description": "There is no such job."}"#, false),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let said = read(status, &Bytes::from_static(body.as_bytes())).unwrap();
            assert_eq!(said.is_of_older, is_of_older, "{status} {body}");
        }
    }

    #[test]
    fn each_server_has_a_shape_of_its_own() {
        for (body, message) in [
            (
                r#"{"id": "CDISW5000E", "message": "CDISW5000E The resource does not exist."}"#,
                "CDISW5000E The resource does not exist.",
            ),
            (
                r#"{"messages": [null, {"id": "CDISW5000E", "severity": "error", "message": "The job is gone."}]}"#,
                "CDISW5000E The job is gone.",
            ),
            (
                r#"{"errorCode": "BXNIM0415E", "errorMessage": "Provided API key could not be found", "context": {}}"#,
                "BXNIM0415E Provided API key could not be found",
            ),
            (
                r#"{"error_status": 409, "description": "The instance is not running."}"#,
                "The instance is not running.",
            ),
            (
                r#"{"_messageCode_": "401", "message": "The token has expired."}"#,
                "The token has expired.",
            ),
        ] {
            assert_eq!(
                messages_of(404, body),
                Some(vec![message.to_owned()]),
                "{body}"
            );
        }
        assert_eq!(messages_of(401, ""), Some(Vec::new()));
    }

    #[test]
    fn a_message_alone_is_that_of_a_service_where_no_gateway_writes_it() {
        for (status, is_own) in [
            (404, true),
            (409, true),
            (400, true),
            (403, false),
            (502, false),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let body = Bytes::from_static(br#"{"message": "There is no such job."}"#);
            assert_eq!(read_of_service(status, &body).is_some(), is_own, "{status}");
        }
        let list = Bytes::from_static(br#"["There is no such job."]"#);
        assert!(read_of_service(StatusCode::NOT_FOUND, &list).is_none());
    }

    #[test]
    fn what_others_write_is_not_streams() {
        for (status, body) in [
            (404, "404 page not found"),
            (404, ""),
            (503, "<html><title>Unavailable</title></html>"),
            (403, r#"{"message": "Forbidden"}"#),
            (502, r#"{"error": "bad gateway"}"#),
            (404, r#"["x"]"#),
            (404, r#"["CDISW5000E", "gone", [], "gone", 404]"#),
            (404, r#"{"messages": [["CDISW5000E", "gone"]]}"#),
            (404, r#"{"id": "x", "message": "y"}"#),
            (404, "null"),
        ] {
            assert_eq!(messages_of(status, body), None, "{body}");
        }
    }
}
