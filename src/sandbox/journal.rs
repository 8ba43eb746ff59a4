//! The journal: what arrived, in order of arrival. Where it is more than a limit of bytes, the oldest is forgotten.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::lock;

/// How much of a request body an [`Exchange`] keeps: 64 KiB.
const KEPT_BODY: usize = 64 * 1024;

/// How many bytes a journal keeps unless it is told otherwise: 32 MiB.
pub(super) const LIMIT: usize = 32 << 20;

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

impl Exchange {
    /// The bytes that it takes, nearly.
    fn size(&self) -> usize {
        let header = |(name, value): &(String, String)| {
            size_of::<(String, String)>() + name.len() + value.len()
        };
        let headers: usize = self.headers.iter().map(header).sum();
        size_of::<Self>() + self.method.len() + self.target.len() + headers + self.body.len()
    }
}

/// The exchanges of one server.
#[derive(Debug)]
pub(super) struct Journal {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug)]
struct Kept {
    exchanges: VecDeque<Exchange>,
    /// The number of the first of them; requests are numbered as they arrive.
    first: u64,
    /// Their size together.
    bytes: usize,
    limit: usize,
}

impl Kept {
    /// Writes an exchange down, and gives its number.
    fn add(&mut self, exchange: Exchange) -> u64 {
        let number = self.first + self.exchanges.len() as u64;
        self.bytes += exchange.size();
        self.exchanges.push_back(exchange);
        self.trim();
        number
    }

    /// Changes an exchange unless it is forgotten, and tells whether it is not.
    fn change(&mut self, number: u64, change: impl FnOnce(&mut Exchange)) -> bool {
        let index = number.checked_sub(self.first).map(usize::try_from);
        let Some(Ok(index)) = index else {
            return false;
        };
        let Some(exchange) = self.exchanges.get_mut(index) else {
            return false;
        };
        self.bytes -= exchange.size();
        change(exchange);
        self.bytes += exchange.size();
        self.trim();
        true
    }

    /// Forgets the oldest exchanges until the rest is within the limit.
    fn trim(&mut self) {
        while self.bytes > self.limit {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some(exchange) = self.exchanges.pop_front() {
            self.bytes -= exchange.size();
            self.first += 1;
        }
    }
}

impl Journal {
    /// Keeps at most so many bytes.
    pub(super) fn within(limit: usize) -> Self {
        Self {
            kept: Arc::new(Mutex::new(Kept {
                exchanges: VecDeque::new(),
                first: 0,
                bytes: 0,
                limit,
            })),
        }
    }

    /// Writes the request down, and hands it back with a body that reports to the entry.
    pub(super) fn open(&self, request: Request) -> (Entry, Request) {
        let (parts, body) = request.into_parts();
        let number = lock(&self.kept).add(Exchange {
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
        let entry = Entry {
            kept: Arc::clone(&self.kept),
            number,
        };
        let body = entry.follow(body, !is_multipart(&parts.headers));
        (entry, Request::from_parts(parts, body))
    }

    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.kept).exchanges.iter().cloned().collect()
    }

    pub(super) fn clear(&self) {
        let mut kept = lock(&self.kept);
        while !kept.exchanges.is_empty() {
            kept.forget_first();
        }
    }
}

/// A line of the journal that is still being written.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    kept: Arc<Mutex<Kept>>,
    number: u64,
}

impl Entry {
    pub(super) fn answered(&self, status: StatusCode) {
        lock(&self.kept).change(self.number, |exchange| {
            exchange.status = Some(status.as_u16());
        });
    }

    /// The same body, noted down as it is read: uploads and pipes pass through in constant memory.
    fn follow(&self, body: Body, keep: bool) -> Body {
        let entry = self.clone();
        let mut copy = keep.then(Vec::new);
        Body::from_stream(body.into_data_stream().inspect(move |chunk| {
            let Ok(chunk) = chunk else { return };
            let is_kept = lock(&entry.kept).change(entry.number, |exchange| {
                exchange.body_len = exchange.body_len.saturating_add(chunk.len() as u64);
                if exchange.body_len > KEPT_BODY as u64 {
                    copy = None;
                }
                exchange.body = copy.as_mut().map_or_else(Bytes::new, |copy| {
                    copy.extend_from_slice(chunk);
                    Bytes::copy_from_slice(copy)
                });
            });
            if !is_kept {
                copy = None;
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(target: &str, body: usize) -> Exchange {
        Exchange {
            method: "PUT".to_owned(),
            target: target.to_owned(),
            headers: vec![("host".to_owned(), "localhost".to_owned())],
            body: vec![0; body].into(),
            body_len: body as u64,
            status: None,
        }
    }

    fn targets(journal: &Journal) -> Vec<String> {
        let exchanges = journal.exchanges().into_iter();
        exchanges.map(|exchange| exchange.target).collect()
    }

    #[test]
    fn the_oldest_go_when_one_arrives_or_grows() {
        let journal = Journal::within(3 * exchange("/a", 100).size());
        let add = |target: &str| lock(&journal.kept).add(exchange(target, 100));
        let grow = |number: u64, body: usize| {
            let body = Bytes::from(vec![0; body]);
            lock(&journal.kept).change(number, |exchange| exchange.body = body)
        };
        let numbers = ["/a", "/b", "/c", "/d"].map(add);
        assert_eq!(targets(&journal), ["/b", "/c", "/d"]);
        // What is forgotten counts no more, however it grows.
        assert!(!grow(numbers[0], 1 << 20));
        assert!(grow(numbers[3], 101));
        assert_eq!(targets(&journal), ["/c", "/d"]);
        assert!(grow(numbers[3], 100));
        add("/e");
        assert_eq!(targets(&journal), ["/c", "/d", "/e"]);
        journal.clear();
        assert!(!grow(numbers[3], 7));
        assert_eq!(lock(&journal.kept).bytes, 0);
        let last = add("/f");
        assert!(grow(last, 8));
        assert_eq!(targets(&journal), ["/f"]);
        // One alone that is too large is not kept either.
        assert!(grow(last, 4000));
        assert_eq!(targets(&journal), [""; 0]);
        assert_eq!(lock(&journal.kept).bytes, 0);
    }
}
