//! The platform as one service: whose turn a request is, and whether its key is known.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use bytes::Bytes;

use super::model::node::{self, Node, Shared};
use super::routes::unread::{Unread, read_whole};
use super::routes::{Handler, OPEN, ROUTES};
use super::wire::Response;
use super::wire::error::Failure;
use super::wire::reply::Reply;
use super::wire::request::Request;
use crate::sandbox::clock;
use crate::sandbox::lock;

/// The whole platform as one service.
pub(super) fn router(node: Node) -> Router {
    let node: Shared = Arc::new(Mutex::new(node));
    Router::new().fallback(answer).with_state(node)
}

async fn answer(State(node): State<Shared>, request: axum::extract::Request) -> Response {
    match route(node, request).await {
        Ok(reply) => reply.into_response(),
        Err(Refusal::Failure(failure)) => failure.into_response(),
        Err(Refusal::Method(allowed)) => {
            let mut response =
                Failure::reason(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
                    .into_response();
            if let Ok(allowed) = allowed.parse() {
                response.headers_mut().insert("allow", allowed);
            }
            response
        }
    }
}

/// Why there is no reply.
enum Refusal {
    Failure(Failure),
    /// The path has other methods: these.
    Method(String),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

async fn route(node: Shared, request: axum::extract::Request) -> Result<Reply, Refusal> {
    let (parts, body) = request.into_parts();
    let method = match parts.method {
        Method::HEAD => Method::GET,
        ref method => method.clone(),
    };
    let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8_lossy();
    let now = clock::micros();
    {
        let mut node = lock(&node);
        let key = parts
            .headers
            .get("x-api-key")
            .and_then(|key| key.to_str().ok());
        let known = key.is_some_and(|key| node.masters.iter().any(|master| master.key == key));
        if !known && (method.as_str(), &*path) != OPEN {
            return Err(Failure::reason(StatusCode::FORBIDDEN, "Forbidden").into());
        }
        node.produce(now);
    }
    let handler = find(&method, &path)?;
    let mut request = Request::new(now, parts, Bytes::new());
    match handler {
        Handler::Later(handler) => Ok(handler(Unread {
            node,
            request,
            body,
        })
        .await?),
        Handler::Now(handler) => {
            request.body = read_whole(body).await?;
            Ok(handler(&mut lock(&node), &request)?)
        }
        Handler::Queried(handler) => {
            request.body = read_whole(body).await?;
            let _connection = node::connection(&node).await;
            Ok(handler(&mut lock(&node), &request)?)
        }
    }
}

fn find(method: &Method, path: &str) -> Result<Handler, Refusal> {
    let here: Vec<_> = ROUTES.iter().filter(|route| route.1 == path).collect();
    if let Some(route) = here.iter().find(|route| method == route.0) {
        return Ok(route.2);
    }
    if here.is_empty() {
        return Err(Failure::not_found("Not Found").into());
    }
    let mut allowed: Vec<&str> = here.iter().map(|route| route.0).collect();
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    allowed.sort_unstable();
    Err(Refusal::Method(allowed.join(",")))
}
