//! The table of contents: every operation of Joule 1.0.1, and who answers it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;

use super::data_stream::DataFacts;
use super::error::Failure;
use super::event_stream::EventFacts;
use super::node::{self, Node, Shared};
use super::reply::{Answer, Reply, Response};
use super::request::Request;
use super::{
    annotation, app, archive, connections, consolidation, data_stream, event, event_stream, folder,
    follower, interval, map, master, module, proxy, read, stream, write,
};
use crate::sandbox::clock;
use crate::sandbox::lock;

/// Bytes of a body that is JSON.
const BODY_LIMIT: usize = 1024 * 1024;

/// Who answers.
#[derive(Clone, Copy)]
enum Handler {
    /// At once, with the whole body.
    Now(fn(&mut Node, &Request) -> Answer),
    /// When a connection to the database is free, with the whole body. What Joule refuses before it looks for one waits
    /// here too.
    Queried(fn(&mut Node, &Request) -> Answer),
    /// In time.
    Later(fn(Visit) -> BoxFuture<'static, Answer>),
}

/// A request whose answer takes time.
pub(super) struct Visit {
    pub(super) node: Shared,
    pub(super) request: Request,
    /// Not read yet.
    pub(super) body: Body,
}

use Handler::{Later, Now, Queried};

#[rustfmt::skip]
const ROUTES: &[(&str, &str, Handler)] = &[
    ("GET", "/", Now(node::greet)),
    ("GET", "/version", Now(node::version)),
    ("GET", "/version.json", Now(node::version_json)),
    ("GET", "/dbinfo", Queried(node::database)),
    ("GET", "/db/connection.json", Now(node::database_connection)),
    //
    ("GET", "/folders.json", Later(|visit| Box::pin(folder::tree(visit)))),
    ("GET", "/folder.json", Now(folder::get)),
    ("PUT", "/folder.json", Now(folder::update)),
    ("DELETE", "/folder.json", Queried(folder::delete)),
    ("PUT", "/folder/move.json", Now(folder::relocate)),
    ("GET", "/folder/map.json", Now(map::of_folders)),
    //
    ("GET", "/stream.json", Later(|visit| Box::pin(data_stream::get(visit)))),
    ("POST", "/stream.json", Now(stream::create::<DataFacts>)),
    ("PUT", "/stream.json", Now(stream::update::<DataFacts>)),
    ("DELETE", "/stream.json", Queried(stream::delete::<DataFacts>)),
    ("PUT", "/stream/move.json", Now(stream::relocate::<DataFacts>)),
    ("DELETE", "/stream/annotations.json", Now(annotation::delete_all)),
    //
    ("GET", "/data", Later(|visit| Box::pin(read::binary(visit)))),
    ("GET", "/data.json", Later(|visit| Box::pin(read::json(visit)))),
    ("POST", "/data", Later(|visit| Box::pin(write::write(visit)))),
    ("DELETE", "/data", Queried(interval::remove)),
    ("GET", "/data/intervals.json", Queried(interval::list)),
    ("POST", "/data/consolidate.json", Queried(consolidation::consolidate)),
    ("POST", "/data/decimate.json", Queried(consolidation::decimate)),
    ("DELETE", "/data/decimate.json", Queried(consolidation::drop_decimations)),
    //
    ("POST", "/annotation.json", Now(annotation::create)),
    ("PUT", "/annotation.json", Now(annotation::update)),
    ("DELETE", "/annotation.json", Now(annotation::delete)),
    ("GET", "/annotations.json", Now(annotation::list)),
    ("GET", "/annotations/info.json", Now(annotation::info)),
    //
    ("GET", "/event.json", Queried(event_stream::get)),
    ("POST", "/event.json", Queried(stream::create::<EventFacts>)),
    ("PUT", "/event.json", Now(stream::update::<EventFacts>)),
    ("DELETE", "/event.json", Queried(stream::delete::<EventFacts>)),
    ("PUT", "/event/move.json", Now(stream::relocate::<EventFacts>)),
    ("GET", "/event/data.json", Queried(event::read)),
    ("POST", "/event/data.json", Queried(event::write)),
    ("DELETE", "/event/data.json", Queried(event::remove)),
    ("GET", "/event/data/count.json", Queried(event::count)),
    //
    ("GET", "/modules.json", Later(|visit| Box::pin(module::list(visit)))),
    ("GET", "/module.json", Later(|visit| Box::pin(module::get(visit)))),
    ("GET", "/module/logs.json", Now(module::logs)),
    ("GET", "/app.json", Now(app::list)),
    ("GET", "/app/auth", Now(app::authorize)),
    ("GET", "/proxies.json", Now(proxy::list)),
    ("GET", "/proxy.json", Now(proxy::get)),
    //
    ("GET", "/masters.json", Now(master::list)),
    ("POST", "/master.json", Later(|visit| Box::pin(master::add(visit)))),
    ("DELETE", "/master.json", Now(master::delete)),
    ("GET", "/followers.json", Now(follower::list)),
    (OPEN.0, OPEN.1, Later(|visit| Box::pin(follower::add(visit)))),
    ("DELETE", "/follower.json", Now(follower::delete)),
    //
    ("POST", "/archive.json", Later(|visit| Box::pin(archive::upload(visit)))),
];

/// The one route that needs no key.
const OPEN: (&str, &str) = ("POST", "/follower.json");

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
        module::produce(&mut node, now);
    }
    let handler = find(&method, &path)?;
    let mut request = Request::new(now, parts, Bytes::new());
    match handler {
        Later(handler) => Ok(handler(Visit {
            node,
            request,
            body,
        })
        .await?),
        Now(handler) => {
            request.body = read_whole(body).await?;
            Ok(handler(&mut lock(&node), &request)?)
        }
        Queried(handler) => {
            request.body = read_whole(body).await?;
            let _connection = connections::free(&node).await;
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

impl Visit {
    /// The request with its body, for a handler that wants JSON after all.
    pub(super) async fn whole(self) -> Result<(Shared, Request), Failure> {
        let Self {
            node,
            mut request,
            body,
        } = self;
        request.body = read_whole(body).await?;
        Ok((node, request))
    }
}

async fn read_whole(body: Body) -> Result<Bytes, Failure> {
    let mut stream = body.into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(Ok(chunk)) = stream.next().await {
        whole.extend_from_slice(&chunk);
        if whole.len() > BODY_LIMIT {
            return Err(Failure::too_large(BODY_LIMIT));
        }
    }
    Ok(whole.freeze())
}
