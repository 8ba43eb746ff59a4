//! Logs of the JobManager and of the TaskManager, listed and read.

use axum::http::StatusCode;
use serde_json::json;

use super::taskmanager;
use crate::sandbox::flink::{
    model::{cluster::Cluster, log::Writer, taskmanager::ID},
    wire::{Answer, error::Failure, reply::Reply, request::Request},
};

/// GET /jobmanager/logs
pub(crate) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    list_of(Writer::JobManager, cluster, request.now)
}

/// GET /jobmanager/log
pub(crate) fn log(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_jobmanager(cluster, Writer::JobManager.log(), request.now)
}

/// GET /jobmanager/stdout
pub(crate) fn stdout(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_jobmanager(cluster, Writer::JobManager.stdout(), request.now)
}

/// GET /jobmanager/logs/:filename
pub(crate) fn file(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_jobmanager(cluster, request.path("filename"), request.now)
}

/// GET /taskmanagers/:taskmanagerid/logs
pub(crate) fn taskmanager_list(cluster: &mut Cluster, request: &Request) -> Answer {
    taskmanager::required(request)?;
    list_of(Writer::TaskManager, cluster, request.now)
}

/// GET /taskmanagers/:taskmanagerid/log
pub(crate) fn taskmanager_log(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_taskmanager(cluster, request, Writer::TaskManager.log())
}

/// GET /taskmanagers/:taskmanagerid/stdout
pub(crate) fn taskmanager_stdout(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_taskmanager(cluster, request, Writer::TaskManager.stdout())
}

/// GET /taskmanagers/:taskmanagerid/logs/:filename
pub(crate) fn taskmanager_file(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_taskmanager(cluster, request, request.path("filename"))
}

/// A file that the JobManager does not have, of whatever kind.
pub(crate) fn no_file_of_jobmanager() -> Failure {
    let line = "This file does not exist in JobManager log dir.";
    Failure::line(StatusCode::NOT_FOUND, line).same_origin()
}

/// A file that the TaskManager does not have: it is missed only when it is to be transferred.
pub(crate) fn no_file_of_taskmanager(name: &str) -> Failure {
    Failure::unhandled(format!(
        "org.apache.flink.util.FlinkException: Failed to transfer file from TaskExecutor {}.",
        ID
    ))
    .caused_by(format!(
        "java.io.FileNotFoundException: The file {name} does not exist on the TaskExecutor."
    ))
}

fn file_of_jobmanager(cluster: &Cluster, name: &str, now: i64) -> Answer {
    file_of(Writer::JobManager, cluster, name, now).ok_or_else(no_file_of_jobmanager)
}

fn file_of_taskmanager(cluster: &Cluster, request: &Request, name: &str) -> Answer {
    taskmanager::to_transfer_from(request)?;
    file_of(Writer::TaskManager, cluster, name, request.now)
        .ok_or_else(|| no_file_of_taskmanager(name))
}

fn list_of(writer: Writer, cluster: &Cluster, now: i64) -> Answer {
    Ok(json!({"logs": [
        {"name": writer.stdout(), "size": 0, "mtime": cluster.started},
        {
            "name": writer.log(),
            "size": writer.text(cluster, now).len(),
            "mtime": writer.written(cluster, now),
        },
    ]})
    .into())
}

fn file_of(writer: Writer, cluster: &Cluster, path: &str, now: i64) -> Option<Reply> {
    // Directories, which reach the handler when they are encoded twice, are dropped.
    let name = path.rsplit('/').next().unwrap_or_default();
    writer.file(cluster, name, now).map(Reply::text)
}
