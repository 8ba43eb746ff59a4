//! The table of contents: every operation of Flink 1.20.5, and who answers it here.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{self, Body};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::cluster::{self, Cluster};
use super::error::Failure;
use super::reply::{Answer, Reply, Response};
use super::request::{Plus, Request, decode};
use super::upload::{Files, Form};
use super::{
    accumulator, backpressure, checkpointing, dataset, disposal, exception, flamegraph, jar,
    job_graph, jobmanager, jobs, jvm, log, metric, profile, requirement, rescaling, result,
    savepoint, subtask, taskmanager, upload, vertex,
};
use crate::sandbox::clock;
use crate::sandbox::journal::is_multipart;
use crate::sandbox::lock;
use crate::sandbox::server::Switch;

type Handler = fn(&mut Cluster, &Request) -> Answer;

/// A method, a path without [`VERSION`], and who answers; nobody does where the sandbox does not carry it.
type Route = (&'static str, &'static str, Option<Handler>);

/// Literal segments stand before parameters in their place: the first match counts.
#[rustfmt::skip]
const ROUTES: &[Route] = &[
    ("GET", "/overview", Some(cluster::overview)),
    ("GET", "/config", Some(cluster::config)),
    ("DELETE", "/cluster", Some(cluster::shut_down)),
    ("GET", "/datasets", Some(dataset::list)),
    ("GET", "/datasets/delete/:triggerid", Some(dataset::delete_status)),
    ("DELETE", "/datasets/:datasetid", Some(dataset::delete)),
    ("POST", "/savepoint-disposal", Some(disposal::dispose)),
    ("GET", "/savepoint-disposal/:triggerid", Some(disposal::status)),
    //
    ("GET", "/jobmanager/config", Some(jobmanager::config)),
    ("GET", "/jobmanager/environment", Some(jvm::environment)),
    ("GET", "/jobmanager/log", Some(log::log)),
    ("GET", "/jobmanager/logs", Some(log::list)),
    ("GET", "/jobmanager/logs/:filename", Some(log::file)),
    ("GET", "/jobmanager/metrics", Some(metric::of_jobmanager)),
    ("GET", "/jobmanager/profiler", Some(profile::list_of_jobmanager)),
    ("POST", "/jobmanager/profiler", Some(profile::start_on_jobmanager)),
    ("GET", "/jobmanager/profiler/:filename", Some(profile::file_of_jobmanager)),
    ("GET", "/jobmanager/stdout", Some(log::stdout)),
    ("GET", "/jobmanager/thread-dump", Some(jvm::threads_of_jobmanager)),
    //
    ("GET", "/taskmanagers", Some(taskmanager::list)),
    ("GET", "/taskmanagers/metrics", Some(metric::of_taskmanagers)),
    ("GET", "/taskmanagers/:taskmanagerid", Some(taskmanager::details)),
    ("GET", "/taskmanagers/:taskmanagerid/log", Some(log::taskmanager_log)),
    ("GET", "/taskmanagers/:taskmanagerid/logs", Some(log::taskmanager_list)),
    ("GET", "/taskmanagers/:taskmanagerid/logs/:filename", Some(log::taskmanager_file)),
    ("GET", "/taskmanagers/:taskmanagerid/metrics", Some(metric::of_taskmanager)),
    ("GET", "/taskmanagers/:taskmanagerid/profiler", Some(profile::list_of_taskmanager)),
    ("POST", "/taskmanagers/:taskmanagerid/profiler", Some(profile::start_on_taskmanager)),
    ("GET", "/taskmanagers/:taskmanagerid/profiler/:filename", Some(profile::file_of_taskmanager)),
    ("GET", "/taskmanagers/:taskmanagerid/stdout", Some(log::taskmanager_stdout)),
    ("GET", "/taskmanagers/:taskmanagerid/thread-dump", Some(jvm::threads_of_taskmanager)),
    //
    ("GET", "/jars", Some(jar::list)),
    ("POST", "/jars/upload", Some(jar::upload)),
    ("DELETE", "/jars/:jarid", Some(jar::delete)),
    ("GET", "/jars/:jarid/plan", Some(jar::plan)),
    ("POST", "/jars/:jarid/plan", Some(jar::plan)),
    ("POST", "/jars/:jarid/run", Some(jar::run)),
    //
    ("GET", "/jobs", Some(jobs::list)),
    ("POST", "/jobs", Some(job_graph::submit)),
    ("GET", "/jobs/overview", Some(jobs::overview)),
    ("GET", "/jobs/metrics", Some(metric::of_jobs)),
    ("GET", "/jobs/:jobid", Some(jobs::details)),
    ("PATCH", "/jobs/:jobid", Some(jobs::cancel)),
    ("GET", "/jobs/:jobid/accumulators", Some(accumulator::of_job)),
    ("GET", "/jobs/:jobid/checkpoints", Some(checkpointing::list)),
    ("POST", "/jobs/:jobid/checkpoints", Some(checkpointing::trigger)),
    ("GET", "/jobs/:jobid/checkpoints/config", Some(checkpointing::config)),
    ("GET", "/jobs/:jobid/checkpoints/details/:checkpointid", Some(checkpointing::details)),
    ("GET", "/jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid", Some(checkpointing::subtasks)),
    ("GET", "/jobs/:jobid/checkpoints/:triggerid", Some(checkpointing::status)),
    ("PATCH", "/jobs/:jobid/clientHeartbeat", Some(jobmanager::heartbeat)),
    ("GET", "/jobs/:jobid/config", Some(jobs::config)),
    ("POST", "/jobs/:jobid/coordinators/:operatorid", None),
    ("GET", "/jobs/:jobid/exceptions", Some(exception::list)),
    ("GET", "/jobs/:jobid/execution-result", Some(result::of_job)),
    ("GET", "/jobs/:jobid/jobmanager/config", Some(jobmanager::config_of_job)),
    ("GET", "/jobs/:jobid/jobmanager/environment", Some(jvm::environment_of_job)),
    ("GET", "/jobs/:jobid/jobmanager/log-url", Some(jobmanager::log_url)),
    ("GET", "/jobs/:jobid/metrics", Some(metric::of_job)),
    ("GET", "/jobs/:jobid/plan", Some(jobs::plan_of)),
    ("PATCH", "/jobs/:jobid/rescaling", Some(rescaling::trigger)),
    ("GET", "/jobs/:jobid/rescaling/:triggerid", Some(rescaling::status)),
    ("GET", "/jobs/:jobid/resource-requirements", Some(requirement::of_job)),
    ("PUT", "/jobs/:jobid/resource-requirements", Some(requirement::update)),
    ("POST", "/jobs/:jobid/savepoints", Some(savepoint::trigger)),
    ("GET", "/jobs/:jobid/savepoints/:triggerid", Some(savepoint::status)),
    ("GET", "/jobs/:jobid/status", Some(jobs::status)),
    ("POST", "/jobs/:jobid/stop", Some(savepoint::stop)),
    ("GET", "/jobs/:jobid/taskmanagers/:taskmanagerid/log-url", Some(taskmanager::log_url)),
    ("GET", "/jobs/:jobid/yarn-cancel", None),
    ("GET", "/jobs/:jobid/yarn-stop", None),
    //
    ("GET", "/jobs/:jobid/vertices/:vertexid", Some(vertex::details)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/accumulators", Some(accumulator::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/backpressure", Some(backpressure::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/flamegraph", Some(flamegraph::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/jm-operator-metrics", Some(metric::of_coordinator)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/metrics", Some(metric::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/accumulators", Some(accumulator::of_subtasks)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/metrics", Some(metric::of_subtasks)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex", Some(subtask::details)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt", Some(subtask::attempt_details)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt/accumulators", Some(accumulator::of_attempt)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/metrics", Some(metric::of_subtask)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/subtasktimes", Some(subtask::times)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/taskmanagers", Some(vertex::taskmanagers)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/watermarks", Some(metric::watermarks)),
];

/// The prefix that a client may leave out.
pub(super) const VERSION: &str = "/v1";

/// The routes that take files, which Flink's upload handler reads before the router sees the request.
const WITH_FILES: [&str; 2] = ["/jars/upload", "/jobs"];

/// The routes that take no file but a body, though their methods do not say so.
const WITH_BODY: [&str; 2] = ["/jars/:jarid/plan", "/jobs/:jobid/clientHeartbeat"];

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
pub(super) struct App {
    cluster: Mutex<Cluster>,
    /// Until then the cluster has no leader.
    elected: Mutex<Instant>,
    /// How long an election takes.
    startup: Duration,
    switch: Switch,
}

async fn answer(State(app): State<Arc<App>>, request: axum::extract::Request) -> Response {
    match app.answer(request).await {
        Ok(reply) => reply.into_response(),
        Err(failure) => failure.into_response(),
    }
}

impl App {
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
            .find_map(|route| Some((route, target.matches(method, route)?)))
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
            .find(|route| target.matches("POST", route).is_some());
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

/// A request target, taken apart the way Flink does it.
struct Target<'a> {
    raw: &'a str,
    /// Decoded once: `%2F` separates.
    path: String,
    /// Decoded a second time each, and now a plus is a space.
    segments: Vec<String>,
    query: &'a str,
}

impl<'a> Target<'a> {
    fn parse(raw: &'a str) -> Result<Self, String> {
        let (path, query) = raw.split_once('?').unwrap_or((raw, ""));
        let path = decode(path, Plus::Itself)?;
        let segments: Result<Vec<String>, String> = path
            .trim_matches('/')
            .split('/')
            .map(|segment| decode(segment, Plus::Space))
            .collect();
        Ok(Self {
            raw,
            segments: segments?,
            path,
            query,
        })
    }

    /// The parameters of the path, if this is the route.
    fn matches(
        &self,
        method: &str,
        (verb, pattern, _): &Route,
    ) -> Option<Vec<(&'static str, String)>> {
        let segments = match self.segments.split_first() {
            Some((first, rest)) if first == VERSION.trim_start_matches('/') => rest,
            _ => &self.segments,
        };
        let pattern = pattern.trim_start_matches('/');
        if method != *verb || pattern.split('/').count() != segments.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (part, segment) in pattern.split('/').zip(segments) {
            match part.strip_prefix(':') {
                Some(name) => parameters.push((name, segment.clone())),
                None if part == segment => {}
                None => return None,
            }
        }
        Some(parameters)
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
