//! The platform as one service: whose turn a request is, and whether there is a leader to answer it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{self, Body};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::model::cluster::Cluster;
use super::routes::{ROUTES, WITH_BODY, WITH_FILES};
use super::wire::error::Failure;
use super::wire::reply::Reply;
use super::wire::request::Request;
use super::wire::target::Target;
use super::wire::upload::{self, Files, Form};
use super::wire::{Answer, Response};
use crate::sandbox::clock;
use crate::sandbox::journal::is_multipart;
use crate::sandbox::lock;
use crate::sandbox::server::Switch;

/// From the answer to a shutdown to the end, long enough for the answer to leave.
const SHUTS_DOWN_IN: Duration = Duration::from_millis(50);

/// Bytes of method, target and version together, one space between each (Netty's default).
const REQUEST_LINE_LIMIT: usize = 4096;

/// Bytes of a body that is no upload (`rest.server.max-content-length`).
const BODY_LIMIT: usize = 104_857_600;

const PAGE: &str = "<!doctype html><title>Flink sandbox</title>\
     <p>The headwaters sandbox of Apache Flink 1.20.5. Try <a href=\"/overview\">/overview</a>, \
     <a href=\"/jobs/overview\">/jobs/overview</a>, <a href=\"/jars\">/jars</a>.";

/// The platform: its state, and when it answers.
#[derive(Debug)]
pub(super) struct Service {
    cluster: Mutex<Cluster>,
    /// Until then the cluster has no leader.
    elected: Mutex<Instant>,
    /// How long an election takes.
    startup: Duration,
    switch: Switch,
}

async fn answer(State(service): State<Arc<Service>>, request: axum::extract::Request) -> Response {
    match service.answer(request).await {
        Ok(reply) => reply.into_response(),
        Err(failure) => failure.into_response(),
    }
}

impl Service {
    pub(super) fn new(cluster: Cluster, startup: Duration, switch: Switch) -> Self {
        Self {
            cluster: Mutex::new(cluster),
            elected: Mutex::new(Instant::now() + startup),
            startup,
            switch,
        }
    }

    /// The whole platform as one service: Flink's rules on paths are not those of any router crate.
    pub(super) fn router(self: &Arc<Self>) -> Router {
        Router::new().fallback(answer).with_state(Arc::clone(self))
    }

    /// Comes back as after the end of the process, and elects a leader.
    pub(super) fn recover(&self) {
        lock(&self.cluster).recover();
        *lock(&self.elected) = Instant::now() + self.startup;
    }

    async fn answer(&self, request: axum::extract::Request) -> Answer {
        let (parts, body) = request.into_parts();
        let method = parts.method.as_str();
        let target = parts
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        if method.len() + target.len() + "  HTTP/1.1".len() > REQUEST_LINE_LIMIT {
            return Err(no_file("/bad-request"));
        }
        let target = Target::parse(target).map_err(undecodable)?;
        if method == "POST" && has_boundary(&parts.headers) {
            let request = axum::http::Request::from_parts(parts.clone(), body);
            return self.upload(&target, request).await;
        }
        match body::to_bytes(body, BODY_LIMIT).await {
            Ok(request) => {
                let files = Files::default();
                self.route(method, &target, Form { request, files })
            }
            Err(_) => Ok(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE)),
        }
    }

    fn route(&self, method: &str, target: &Target<'_>, form: Form) -> Answer {
        let Some((route, path)) = ROUTES
            .iter()
            .filter(|route| route.0 == method)
            .find_map(|route| Some((route, target.parameters(route.1)?)))
        else {
            return match method {
                // What no route takes goes to the handler of the web UI's files.
                "GET" if target.path == "/" => Ok(Reply::html(PAGE)),
                "GET" => Err(no_file(&target.path)),
                _ => Err(Failure::line(
                    StatusCode::NOT_FOUND,
                    format!("Not found: {}", target.raw),
                )),
            };
        };
        self.require_leader()?;
        let Some(handler) = route.2 else {
            let line = format!("The sandbox does not carry {method} {} yet.", target.path);
            return Err(Failure::line(StatusCode::NOT_IMPLEMENTED, line));
        };
        let request =
            Request::new(clock::millis(), path, target.query, form).map_err(undecodable)?;
        if !matches!(method, "POST" | "PUT") && !WITH_BODY.contains(&route.1) {
            request.without_body()?;
        }
        let mut cluster = lock(&self.cluster);
        let answer = handler(&mut cluster, &request);
        if cluster.is_over {
            let switch = self.switch.clone();
            tokio::spawn(async move {
                tokio::time::sleep(SHUTS_DOWN_IN).await;
                switch.off();
            });
        }
        answer
    }

    /// Multipart bodies: a route that takes files, one that does not, or none.
    async fn upload(&self, target: &Target<'_>, request: axum::http::Request<Body>) -> Answer {
        let route = ROUTES
            .iter()
            .find(|route| route.0 == "POST" && target.parameters(route.1).is_some());
        let form = upload::read(request).await;
        match route {
            Some((_, path, _)) if WITH_FILES.contains(path) => self.route("POST", target, form?),
            Some((_, _, None)) => self.route("POST", target, Form::default()),
            Some(_) => {
                Err(Failure::line(StatusCode::BAD_REQUEST, "File upload not allowed").same_origin())
            }
            None => Err(
                Failure::line(StatusCode::BAD_REQUEST, "POST request not allowed").same_origin(),
            ),
        }
    }

    fn require_leader(&self) -> Result<(), Failure> {
        if Instant::now() >= *lock(&self.elected) {
            return Ok(());
        }
        let line =
            "Service temporarily unavailable due to an ongoing leader election. Please refresh.";
        Err(Failure::line(StatusCode::SERVICE_UNAVAILABLE, line))
    }
}

fn no_file(path: &str) -> Failure {
    Failure::line(
        StatusCode::NOT_FOUND,
        format!("Unable to load requested file {path}."),
    )
    .same_origin()
}

fn undecodable(why: String) -> Failure {
    Failure::line(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("Internal server error: {why}"),
    )
}

/// Without a boundary Flink does not take the body for multipart, but for JSON.
fn has_boundary(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(axum::http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    is_multipart(headers) && content_type.is_some_and(|value| value.contains("boundary="))
}
