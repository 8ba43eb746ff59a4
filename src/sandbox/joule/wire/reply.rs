//! Answers that are not errors, and how they look on the wire.

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE, SERVER};
use axum::http::{HeaderName, HeaderValue};
use bytes::Bytes;
use serde_json::Value;

use super::{Response, python};
use crate::sandbox::joule::model::layout::Layout;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Body,
}

impl Reply {
    pub(crate) fn text(text: impl Into<Bytes>) -> Self {
        Self::typed(TEXT, Body::from(text.into()))
    }

    /// What most calls without a result answer.
    pub(crate) fn ok() -> Self {
        Self::text("ok")
    }

    /// JSON that has been written already, or text that is to be taken for it.
    pub(crate) fn json_text(text: impl Into<Bytes>) -> Self {
        Self::typed(JSON, Body::from(text.into()))
    }

    /// Rows, and what they are.
    pub(crate) fn rows(layout: Layout, level: u64, body: Body) -> Self {
        Self::typed("application/octet-stream", body)
            .header("joule-layout", &layout.to_string())
            .header("joule-decimation", &level.to_string())
    }

    /// A header and nothing else.
    pub(crate) fn only(name: &'static str, value: &str) -> Self {
        let empty = Self {
            headers: Vec::new(),
            body: Body::empty(),
        };
        empty.header(name, value)
    }

    /// Ends the connection with this answer.
    pub(crate) fn closing(self) -> Self {
        self.header(CONNECTION.as_str(), "close")
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(self.body);
        let headers = response.headers_mut();
        headers.insert(
            SERVER,
            HeaderValue::from_static("Python/3.11 aiohttp/3.14.5"),
        );
        headers.extend(self.headers);
        response
    }

    fn typed(content_type: &'static str, body: Body) -> Self {
        Self {
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static(content_type))],
            body,
        }
    }
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        Self::json_text(python::json(&value))
    }
}
