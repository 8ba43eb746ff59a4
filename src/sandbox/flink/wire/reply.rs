//! Answers that are not errors, and how they look on the wire.

use axum::body::Body;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use bytes::Bytes;
use serde_json::Value;

use super::Response;

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    content_type: Option<&'static str>,
    body: Bytes,
    cross_origin: bool,
}

impl Reply {
    pub(crate) fn json(status: StatusCode, value: Value) -> Self {
        Self {
            status,
            ..Self::json_text(value.to_string())
        }
    }

    /// JSON that has been written already.
    pub(crate) fn json_text(body: String) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: Some("application/json; charset=UTF-8"),
            body: body.into(),
            cross_origin: true,
        }
    }

    /// 202: something has been set in motion.
    pub(crate) fn accepted(value: Value) -> Self {
        Self::json(StatusCode::ACCEPTED, value)
    }

    /// A file. Flink names no charset, and lets other origins have JSON only.
    pub(crate) fn text(body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: Some("text/plain"),
            body: body.into(),
            cross_origin: false,
        }
    }

    pub(crate) fn html(body: &'static str) -> Self {
        Self {
            content_type: Some("text/html"),
            ..Self::text(body)
        }
    }

    /// A status and nothing else.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            content_type: None,
            ..Self::text("")
        }
    }

    pub(crate) fn same_origin(self) -> Self {
        Self {
            cross_origin: false,
            ..self
        }
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(content_type) = self.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if self.cross_origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        response
    }
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        Self::json(StatusCode::OK, value)
    }
}
