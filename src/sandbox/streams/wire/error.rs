//! Errors, told in the words of the home at which they come about.

use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::Response;
use super::home::Home;
use super::reply::Reply;
use crate::sandbox::streams::model::flavour::Flavour;

/// An answer that is an error.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    form: Form,
    /// What `WWW-Authenticate` says.
    challenge: Option<&'static str>,
}

#[derive(Debug)]
enum Form {
    /// A message: its id, and what comes after it. Where Streams does not tell it itself it has no id.
    Message(&'static str, String),
    /// JSON of a service.
    Object(Value),
    /// A page, from what stands before Streams.
    Page(&'static str),
}

impl Failure {
    pub(crate) fn new(status: StatusCode, id: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            form: Form::Message(id, text.into()),
            challenge: None,
        }
    }

    /// One of a service, in its own form.
    pub(crate) fn object(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            form: Form::Object(body),
            challenge: None,
        }
    }

    /// What a path leads to does not exist.
    pub(crate) fn not_found(what: &str) -> Self {
        let text = format!("The resource {what} could not be found.");
        Self::new(StatusCode::NOT_FOUND, "CDISW5000E", text)
    }

    /// A segment of the path is not an id of its kind.
    pub(crate) fn not_an_id(segment: &str) -> Self {
        let text = format!("The resource identifier {segment} is not valid.");
        Self::new(StatusCode::BAD_REQUEST, "CDISW5002E", text)
    }

    /// The body cannot be read.
    pub(crate) fn bad_body(why: &str) -> Self {
        let text = format!("The request body is not valid: {why}.");
        Self::new(StatusCode::BAD_REQUEST, "CDISW5014E", text)
    }

    /// The product does not do this over REST.
    pub(crate) fn not_an_action(method: &str, what: &str) -> Self {
        let text = format!("The {method} method is not supported for the resource {what}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "CDISW5012E", text)
    }

    pub(crate) fn conflict(text: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "CDISW5001E", text)
    }

    /// The product does this, the sandbox does not.
    pub(crate) fn not_carried(method: &str, path: &str) -> Self {
        let text = format!("The sandbox does not carry {method} {path}.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "CDISW5001E", text)
    }

    /// Credentials are missing or wrong.
    pub(crate) fn unauthorized(flavour: Flavour) -> Self {
        let (form, challenge) = match flavour {
            Flavour::Sas2 => (
                Form::Object(json!({
                    "code": 401,
                    "message": "The bearer token is missing, not valid or expired.",
                })),
                "Bearer",
            ),
            Flavour::Cp4d => (
                Form::Object(json!({
                    "_statusCode_": 401,
                    "exception": "Invalid Token",
                    "message": "The token is missing, not valid or expired.",
                })),
                "Bearer",
            ),
            _ => (
                Form::Page("<html><body><h1>401 Unauthorized</h1></body></html>"),
                "Basic realm=\"IBM Streams\"",
            ),
        };
        Self {
            status: StatusCode::UNAUTHORIZED,
            form,
            challenge: Some(challenge),
        }
    }

    pub(crate) fn into_response(self, home: Home) -> Response {
        let reply = match self.form {
            Form::Message(id, text) => Reply::from(home.error(self.status, id, &text)),
            Form::Object(body) => Reply::from(body),
            Form::Page(page) => Reply::page(page),
        };
        let mut response = reply.with_status(self.status).into_response();
        if let Some(challenge) = self.challenge {
            let value = HeaderValue::from_static(challenge);
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}
