//! Logs of the JobManager and of the TaskManager: what they have been through, in Flink's layout.

use axum::http::StatusCode;
use serde_json::json;

use super::cluster::Cluster;
use super::date;
use super::error::Failure;
use super::reply::{Answer, Reply};
use super::request::Request;
use super::status::Status;
use super::task;
use super::taskmanager;

/// Which process writes it.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    JobManager,
    TaskManager,
}

impl Writer {
    fn log(self) -> &'static str {
        match self {
            Self::JobManager => "jobmanager.log",
            Self::TaskManager => "taskmanager.log",
        }
    }

    fn stdout(self) -> &'static str {
        match self {
            Self::JobManager => "jobmanager.out",
            Self::TaskManager => "taskmanager.out",
        }
    }

    fn lines(self, cluster: &Cluster, now: i64) -> Vec<(i64, String)> {
        match self {
            Self::JobManager => of_jobmanager(cluster, now),
            Self::TaskManager => of_taskmanager(cluster, now),
        }
    }

    fn list(self, cluster: &Cluster, now: i64) -> Answer {
        let log = self.lines(cluster, now);
        let written = log
            .iter()
            .map(|(at, _)| *at)
            .max()
            .unwrap_or(cluster.started);
        Ok(json!({"logs": [
            {"name": self.stdout(), "size": 0, "mtime": cluster.started},
            {"name": self.log(), "size": text(log).len(), "mtime": written},
        ]})
        .into())
    }

    /// A file by its name; `None` where there is no such file.
    fn file(self, cluster: &Cluster, name: &str, now: i64) -> Option<Reply> {
        // Directories, which reach the handler when they are encoded twice, are dropped.
        match name.rsplit('/').next() {
            Some(name) if name == self.log() => Some(Reply::text(text(self.lines(cluster, now)))),
            Some(name) if name == self.stdout() => Some(Reply::text("")),
            _ => None,
        }
    }
}

/// GET /jobmanager/logs
pub(super) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    Writer::JobManager.list(cluster, request.now)
}

/// GET /jobmanager/log
pub(super) fn log(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_jobmanager(cluster, Writer::JobManager.log(), request.now)
}

/// GET /jobmanager/stdout
pub(super) fn stdout(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_jobmanager(cluster, Writer::JobManager.stdout(), request.now)
}

/// GET /jobmanager/logs/:filename
pub(super) fn file(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_jobmanager(cluster, request.path("filename"), request.now)
}

/// GET /taskmanagers/:taskmanagerid/logs
pub(super) fn taskmanager_list(cluster: &mut Cluster, request: &Request) -> Answer {
    taskmanager::required(request)?;
    Writer::TaskManager.list(cluster, request.now)
}

/// GET /taskmanagers/:taskmanagerid/log
pub(super) fn taskmanager_log(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_taskmanager(cluster, request, Writer::TaskManager.log())
}

/// GET /taskmanagers/:taskmanagerid/stdout
pub(super) fn taskmanager_stdout(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_taskmanager(cluster, request, Writer::TaskManager.stdout())
}

/// GET /taskmanagers/:taskmanagerid/logs/:filename
pub(super) fn taskmanager_file(cluster: &mut Cluster, request: &Request) -> Answer {
    file_of_taskmanager(cluster, request, request.path("filename"))
}

/// A file that the JobManager does not have, of whatever kind.
pub(super) fn no_file_of_jobmanager() -> Failure {
    let line = "This file does not exist in JobManager log dir.";
    Failure::line(StatusCode::NOT_FOUND, line).same_origin()
}

/// A file that the TaskManager does not have: it is missed only when it is to be transferred.
pub(super) fn no_file_of_taskmanager(name: &str) -> Failure {
    Failure::unhandled(format!(
        "org.apache.flink.util.FlinkException: Failed to transfer file from TaskExecutor {}.",
        taskmanager::ID
    ))
    .caused_by(format!(
        "java.io.FileNotFoundException: The file {name} does not exist on the TaskExecutor."
    ))
}

fn file_of_jobmanager(cluster: &Cluster, name: &str, now: i64) -> Answer {
    Writer::JobManager
        .file(cluster, name, now)
        .ok_or_else(no_file_of_jobmanager)
}

fn file_of_taskmanager(cluster: &Cluster, request: &Request, name: &str) -> Answer {
    taskmanager::to_transfer_from(request)?;
    Writer::TaskManager
        .file(cluster, name, request.now)
        .ok_or_else(|| no_file_of_taskmanager(name))
}

/// The lines with their times, oldest first.
fn of_jobmanager(cluster: &Cluster, now: i64) -> Vec<(i64, String)> {
    let entry = "org.apache.flink.runtime.entrypoint.ClusterEntrypoint       ";
    let graph = "org.apache.flink.runtime.executiongraph.ExecutionGraph      ";
    let mut lines = vec![(
        cluster.started,
        format!(
            "{entry} [] -  Starting StandaloneSessionClusterEntrypoint (headwaters sandbox, Version: 1.20.5)"
        ),
    )];
    for job in &cluster.jobs {
        let mut before = Status::Initializing;
        for (status, at) in job.timeline.past(now).skip(1) {
            let (name, id, from, to) = (&job.name, &job.id, before.name(), status.name());
            lines.push((
                at,
                format!("{graph} [] - Job {name} ({id}) switched from state {from} to {to}."),
            ));
            before = status;
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    lines
}

fn of_taskmanager(cluster: &Cluster, now: i64) -> Vec<(i64, String)> {
    let runner = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner     ";
    let task = "org.apache.flink.runtime.taskmanager.Task                   ";
    let mut lines = vec![(
        cluster.started,
        format!("{runner} [] -  Starting TaskManager (headwaters sandbox, Version: 1.20.5)"),
    )];
    for job in &cluster.jobs {
        for (index, vertex) in job.vertices().iter().enumerate() {
            let width = job.width(index);
            for subtask in 0..width {
                let name = format!("{} ({}/{width})#0", vertex.name, subtask + 1);
                let life = task::life(job, index, subtask);
                let states: Vec<_> = life.past(now).collect();
                for (before, (state, at)) in states.iter().zip(states.iter().skip(1)) {
                    let (from, to) = (before.0.name(), state.name());
                    lines.push((
                        *at,
                        format!("{task} [] - {name} switched from {from} to {to}."),
                    ));
                }
            }
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    lines
}

fn text(lines: Vec<(i64, String)>) -> String {
    lines
        .into_iter()
        .map(|(at, line)| format!("{} INFO  {line}\n", date::of_log(at)))
        .collect()
}
