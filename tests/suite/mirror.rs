//! A server that passes requests on to another and keeps what that one said.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{Request, Response},
};

pub struct Mirror {
    pub url: String,
    last: Arc<Mutex<Bytes>>,
}

impl Mirror {
    pub async fn of(server: &str) -> Self {
        // Built after a client of ours, which has chosen the TLS provider.
        headwaters::flink::Flink::new(server).unwrap();
        let (server, http) = (server.to_owned(), reqwest::Client::new());
        let last: Arc<Mutex<Bytes>> = Arc::default();
        let kept = last.clone();
        let router = Router::new().fallback(move |request: Request<Body>| {
            let (server, http, kept) = (server.clone(), http.clone(), kept.clone());
            async move {
                let (parts, body) = request.into_parts();
                let mut headers = parts.headers;
                headers.remove("host");
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let answer = http
                    .request(parts.method, format!("{server}{}", parts.uri))
                    .headers(headers)
                    .body(body)
                    .send()
                    .await
                    .unwrap();
                let mut response = Response::builder().status(answer.status());
                if let Some(kind) = answer.headers().get("content-type") {
                    response = response.header("content-type", kind);
                }
                let body = answer.bytes().await.unwrap();
                *kept.lock().unwrap() = body.clone();
                response.body(Body::from(body)).unwrap()
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, last }
    }

    /// The last answer, as the server wrote it.
    pub fn last(&self) -> serde_json::Value {
        serde_json::from_slice(&self.last.lock().unwrap()).unwrap()
    }
}
