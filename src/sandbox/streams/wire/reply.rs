//! Answers that are not errors.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::Response;

/// A successful answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Reply {
    /// Bytes of a media type.
    pub(crate) fn bytes(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static(media_type))],
            body: body.into(),
        }
    }

    pub(crate) fn json(value: &impl Serialize) -> Self {
        // What is written here is objects, arrays and texts, which always can be.
        let text = serde_json::to_vec(value).unwrap_or_default();
        Self::bytes("application/json;charset=utf-8", text)
    }

    pub(crate) fn page(html: &'static str) -> Self {
        Self::bytes("text/html;charset=utf-8", html)
    }

    /// 204, and nothing else.
    pub(crate) fn nothing() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// 201, and where the new thing is.
    pub(crate) fn created(location: &str, body: Value) -> Self {
        let mut reply = Self::from(body).with_status(StatusCode::CREATED);
        if let Ok(location) = HeaderValue::from_str(location) {
            reply.headers.push((LOCATION, location));
        }
        reply
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        Self::json(&value)
    }
}
