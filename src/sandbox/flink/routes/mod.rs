//! The table of contents: every operation of Flink 1.20.5, and who answers it here.

mod accumulator;
mod backpressure;
mod checkpoint;
mod cluster;
mod dataset;
mod disposal;
mod exception;
mod flame_graph;
mod jar;
mod jar_request;
mod job;
mod job_graph;
mod jobmanager;
mod jvm;
mod log;
mod metric;
mod operation;
mod path;
mod profile;
mod requirement;
mod rescaling;
mod result;
mod savepoint;
mod subtask;
mod taskmanager;
mod vertex;

use super::model::cluster::Cluster;
use super::wire::Answer;
use super::wire::request::Request;

type Handler = fn(&mut Cluster, &Request) -> Answer;

/// A method, a path without version, and who answers; nobody does where the sandbox does not carry it.
pub(super) type Route = (&'static str, &'static str, Option<Handler>);

/// Literal segments stand before parameters in their place: the first match counts.
#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
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
    ("GET", "/jobs", Some(job::list)),
    ("POST", "/jobs", Some(job_graph::submit)),
    ("GET", "/jobs/overview", Some(job::overview)),
    ("GET", "/jobs/metrics", Some(metric::of_jobs)),
    ("GET", "/jobs/:jobid", Some(job::details)),
    ("PATCH", "/jobs/:jobid", Some(job::cancel)),
    ("GET", "/jobs/:jobid/accumulators", Some(accumulator::of_job)),
    ("GET", "/jobs/:jobid/checkpoints", Some(checkpoint::list)),
    ("POST", "/jobs/:jobid/checkpoints", Some(checkpoint::trigger)),
    ("GET", "/jobs/:jobid/checkpoints/config", Some(checkpoint::config)),
    ("GET", "/jobs/:jobid/checkpoints/details/:checkpointid", Some(checkpoint::details)),
    ("GET", "/jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid", Some(checkpoint::subtasks)),
    ("GET", "/jobs/:jobid/checkpoints/:triggerid", Some(checkpoint::status)),
    ("PATCH", "/jobs/:jobid/clientHeartbeat", Some(jobmanager::heartbeat)),
    ("GET", "/jobs/:jobid/config", Some(job::config)),
    ("POST", "/jobs/:jobid/coordinators/:operatorid", None),
    ("GET", "/jobs/:jobid/exceptions", Some(exception::list)),
    ("GET", "/jobs/:jobid/execution-result", Some(result::of_job)),
    ("GET", "/jobs/:jobid/jobmanager/config", Some(jobmanager::config_of_job)),
    ("GET", "/jobs/:jobid/jobmanager/environment", Some(jvm::environment_of_job)),
    ("GET", "/jobs/:jobid/jobmanager/log-url", Some(jobmanager::log_url)),
    ("GET", "/jobs/:jobid/metrics", Some(metric::of_job)),
    ("GET", "/jobs/:jobid/plan", Some(job::plan)),
    ("PATCH", "/jobs/:jobid/rescaling", Some(rescaling::trigger)),
    ("GET", "/jobs/:jobid/rescaling/:triggerid", Some(rescaling::status)),
    ("GET", "/jobs/:jobid/resource-requirements", Some(requirement::of_job)),
    ("PUT", "/jobs/:jobid/resource-requirements", Some(requirement::update)),
    ("POST", "/jobs/:jobid/savepoints", Some(savepoint::trigger)),
    ("GET", "/jobs/:jobid/savepoints/:triggerid", Some(savepoint::status)),
    ("GET", "/jobs/:jobid/status", Some(job::status)),
    ("POST", "/jobs/:jobid/stop", Some(savepoint::stop)),
    ("GET", "/jobs/:jobid/taskmanagers/:taskmanagerid/log-url", Some(taskmanager::log_url)),
    ("GET", "/jobs/:jobid/yarn-cancel", None),
    ("GET", "/jobs/:jobid/yarn-stop", None),
    //
    ("GET", "/jobs/:jobid/vertices/:vertexid", Some(vertex::details)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/accumulators", Some(accumulator::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/backpressure", Some(backpressure::of_vertex)),
    ("GET", "/jobs/:jobid/vertices/:vertexid/flamegraph", Some(flame_graph::of_vertex)),
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

/// The routes that take files, which Flink's upload handler reads before the router sees the request.
pub(super) const WITH_FILES: [&str; 2] = ["/jars/upload", "/jobs"];

/// The routes that take no file but a body, though their methods do not say so.
pub(super) const WITH_BODY: [&str; 2] = ["/jars/:jarid/plan", "/jobs/:jobid/clientHeartbeat"];
