//! A server that answers what a test says and remembers what it was sent.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use bytes::Bytes;
use tokio::net::TcpListener;

/// The stub; it ends with the test's runtime.
pub struct RecordingServer {
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

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
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
        Self::text(body.to_string())
    }

    /// JSON as it is written.
    pub fn text(json: impl Into<Bytes>) -> Self {
        Self::new(200, json).with("content-type", "application/json; charset=UTF-8")
    }

    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl RecordingServer {
    /// The same for every request.
    pub async fn start(reply: Reply) -> Self {
        Self::answering(move |_| reply.clone()).await
    }

    /// What the request calls for.
    pub async fn answering(
        answer: impl Fn(&Seen) -> Reply + Clone + Send + Sync + 'static,
    ) -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let journal = Arc::clone(&seen);
        let router = Router::new().fallback(move |request: Request| {
            let (journal, answer) = (Arc::clone(&journal), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let seen = Seen {
                    method: parts.method,
                    target: parts.uri.to_string(),
                    headers: parts.headers,
                    body: to_bytes(body, usize::MAX).await.unwrap_or_default(),
                };
                let reply = answer(&seen);
                journal.lock().unwrap().push(seen);
                response(reply)
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The requests so far; the stub forgets them.
    pub fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// The only request.
    #[track_caller]
    pub fn only(&self) -> Seen {
        let [seen] = <[_; 1]>::try_from(self.seen()).unwrap();
        seen
    }
}

fn response(reply: Reply) -> Response {
    let mut response = Response::builder().status(StatusCode::from_u16(reply.status).unwrap());
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}
