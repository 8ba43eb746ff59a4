//! The journal: what arrived, in order of arrival.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::lock;

/// How much of a request body an [`Exchange`] keeps: 64 KiB.
const KEPT_BODY: usize = 64 * 1024;

/// One request that a sandbox received, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The method, in upper case: `GET`.
    pub method: String,
    /// Path and query exactly as sent, still percent-encoded.
    pub target: String,
    /// The headers in the order of arrival, names in lower case; U+FFFD where a value
    /// is not UTF-8.
    pub headers: Vec<(String, String)>,
    /// The body as far as the sandbox has read it. Empty for multipart uploads and for bodies over 64 KiB.
    pub body: Bytes,
    /// The number of body bytes read so far, also where [`body`](Self::body) is left empty.
    pub body_len: u64,
    /// The status answered; `None` while the request is being answered, or if it never is.
    pub status: Option<u16>,
}

/// The exchanges of one server.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Mutex<Vec<Entry>>,
}

impl Journal {
    /// Writes the request down, and hands it back with a body that reports to the entry.
    pub(super) fn open(&self, request: Request) -> (Entry, Request) {
        let (parts, body) = request.into_parts();
        let entry = Entry::new(Exchange {
            method: parts.method.to_string(),
            target: parts
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: Bytes::new(),
            body_len: 0,
            status: None,
        });
        lock(&self.entries).push(entry.clone());
        let body = entry.follow(body, !is_multipart(&parts.headers));
        (entry, Request::from_parts(parts, body))
    }

    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.entries)
            .iter()
            .map(|entry| lock(&entry.0).clone())
            .collect()
    }

    pub(super) fn clear(&self) {
        lock(&self.entries).clear();
    }
}

/// A line of the journal that is still being written.
#[derive(Clone, Debug)]
pub(super) struct Entry(Arc<Mutex<Exchange>>);

impl Entry {
    fn new(exchange: Exchange) -> Self {
        Self(Arc::new(Mutex::new(exchange)))
    }

    pub(super) fn answered(&self, status: StatusCode) {
        lock(&self.0).status = Some(status.as_u16());
    }

    /// The same body, noted down as it is read: uploads and pipes pass through in constant memory.
    fn follow(&self, body: Body, keep: bool) -> Body {
        let entry = self.clone();
        let mut kept = keep.then(Vec::new);
        Body::from_stream(body.into_data_stream().inspect(move |chunk| {
            let Ok(chunk) = chunk else { return };
            let mut exchange = lock(&entry.0);
            exchange.body_len = exchange.body_len.saturating_add(chunk.len() as u64);
            if exchange.body_len > KEPT_BODY as u64 {
                kept = None;
            }
            exchange.body = kept.as_mut().map_or_else(Bytes::new, |kept| {
                kept.extend_from_slice(chunk);
                Bytes::copy_from_slice(kept)
            });
        }))
    }
}

pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| {
        value
            .as_bytes()
            .get(..10)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"))
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
