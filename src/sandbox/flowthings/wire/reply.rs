//! Answers: a head, which repeats the status, and a body.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{Answer, Response};
use crate::sandbox::flowthings::model::refusal::Refusal;

/// What the platform says of every success.
const DONE: &str = "Your request has been processed successfully.";

/// What it says beside of a creation.
const CREATED: &str = " A new resource has been created.";

/// What it says where there is nothing.
const NOT_FOUND: &str = "The requested resource could not be located at this address.";

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    body: Value,
    /// The objects that the body refers to.
    references: Map<String, Value>,
}

impl Reply {
    pub(crate) fn of(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body,
            references: Map::new(),
        }
    }

    /// Of something that has been made.
    pub(crate) fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            ..Self::of(body)
        }
    }

    /// Of something that has been deleted.
    pub(crate) fn gone() -> Self {
        Self::of(json!({}))
    }

    pub(crate) fn with(self, references: Map<String, Value>) -> Self {
        Self { references, ..self }
    }

    pub(crate) fn body(&self) -> &Value {
        &self.body
    }
}

/// The status of an answer, and the answer as JSON.
fn envelope(answer: Answer) -> (StatusCode, Value) {
    let (status, messages, errors, references, body) = match answer {
        Ok(reply) => {
            let created = match reply.status {
                StatusCode::CREATED => CREATED,
                _ => "",
            };
            let messages = vec![format!("{DONE}{created}")];
            (
                reply.status,
                messages,
                Vec::new(),
                reply.references,
                reply.body,
            )
        }
        Err(refusal) => {
            let (status, error) = told(refusal);
            (status, Vec::new(), vec![error], Map::new(), Value::Null)
        }
    };
    let envelope = json!({
        "head": {
            "status": status.as_u16(),
            "ok": status.is_success(),
            "messages": messages,
            "errors": errors,
            "references": references,
        },
        "body": body,
    });
    (status, envelope)
}

/// The answer to a message on a socket, with the id of the message as it came.
pub(crate) fn message(answer: Answer, id: &RawValue) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Head<'m> {
        #[serde(flatten)]
        members: &'m Value,
        #[serde(rename = "msgId")]
        id: &'m RawValue,
    }
    #[derive(Serialize)]
    struct Message<'m> {
        head: Head<'m>,
        body: &'m Value,
    }
    let (_, envelope) = envelope(answer);
    let member = |name: &str| envelope.get(name).unwrap_or(&Value::Null);
    let (members, body) = (member("head"), member("body"));
    let head = Head { members, id };
    serde_json::to_string(&Message { head, body })
}

fn told(refusal: Refusal) -> (StatusCode, String) {
    match refusal {
        Refusal::Invalid(why) => (StatusCode::BAD_REQUEST, why),
        Refusal::Unauthorized(why) => (StatusCode::UNAUTHORIZED, why.to_owned()),
        Refusal::Forbidden(why) => (StatusCode::FORBIDDEN, why),
        Refusal::NotFound => (StatusCode::NOT_FOUND, NOT_FOUND.to_owned()),
        Refusal::NotCarried(why) => (StatusCode::NOT_IMPLEMENTED, why),
        Refusal::Unavailable(why) => (StatusCode::SERVICE_UNAVAILABLE, why.to_owned()),
    }
}

/// The answer to an HTTP request.
pub(crate) fn response(answer: Answer) -> Response {
    let (status, envelope) = envelope(answer);
    json_response(status, envelope.to_string())
}

/// JSON with a status.
pub(crate) fn json_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
