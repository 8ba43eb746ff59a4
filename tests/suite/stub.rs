//! A server that answers every request alike and remembers what it was sent.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use bytes::Bytes;
use tokio::net::TcpListener;

/// The stub; it ends with the test's runtime.
pub struct Stub {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: Method,
    /// Path and query, not decoded.
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What the stub says.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: Bytes,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    pub fn json(body: &serde_json::Value) -> Self {
        Self::new(200, body.to_string()).with("content-type", "application/json; charset=UTF-8")
    }

    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

#[derive(Clone)]
struct Shared {
    reply: Reply,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    pub async fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::default();
        let shared = Shared {
            reply,
            seen: Arc::clone(&seen),
        };
        let router = Router::new().fallback(answer).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests so far; the stub forgets them.
    pub fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    shared.seen.lock().unwrap().push(Seen {
        method: parts.method,
        target: parts.uri.to_string(),
        headers: parts.headers,
        body,
    });
    let mut response =
        Response::builder().status(StatusCode::from_u16(shared.reply.status).unwrap());
    for (name, value) in shared.reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(shared.reply.body)).unwrap()
}
