//! Profiles of a JVM, by async-profiler: started for some seconds, then a page of HTML.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::date;
use super::error::Failure;
use super::log;
use super::reply::{Answer, Reply};
use super::request::Request;
use super::taskmanager;

/// How many are kept (`rest.profiling.history-size`).
const KEPT: usize = 10;

/// From the end of the sampling to that of the profile, in ms.
const WRITES_FOR: i64 = 100;

const JOB_MANAGER: &str = "JobManager";

/// A profile of one of the two JVMs.
#[derive(Debug)]
pub(super) struct Profile {
    whose: &'static str,
    mode: String,
    started: i64,
    /// The duration.
    seconds: i32,
}

impl Profile {
    fn ends(&self) -> i64 {
        self.started + i64::from(self.seconds) * 1000 + WRITES_FOR
    }

    fn file(&self) -> String {
        let stamp = date::of_file(self.ends());
        format!("{}_{}_{stamp}.html", self.whose, self.mode)
    }

    /// `ProfilingInfo`. The mode is there twice: the second is a getter that Flink forgot to hide.
    fn to_json(&self, now: i64) -> Value {
        let ended = Some(self.ends()).filter(|at| *at <= now);
        json!({
            "status": if ended.is_some() { "FINISHED" } else { "RUNNING" },
            "mode": self.mode,
            "triggerTime": self.started,
            "finishedTime": ended,
            "duration": self.seconds,
            "message": ended.map(|_| "Profiling Successful"),
            "outputFile": ended.map(|_| self.file()),
            "profilingMode": self.mode,
        })
    }
}

/// GET /jobmanager/profiler
pub(super) fn list_of_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    list(cluster, JOB_MANAGER, request.now)
}

/// POST /jobmanager/profiler
pub(super) fn start_on_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    start(cluster, JOB_MANAGER, request)
}

/// GET /jobmanager/profiler/:filename
pub(super) fn file_of_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    file(cluster, JOB_MANAGER, request).ok_or_else(log::no_file_of_jobmanager)
}

/// GET /taskmanagers/:taskmanagerid/profiler
pub(super) fn list_of_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    taskmanager::required(request)?;
    list(cluster, taskmanager::ID, request.now)
}

/// POST /taskmanagers/:taskmanagerid/profiler
pub(super) fn start_on_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    if let Err(unknown) = taskmanager::known(request) {
        request.body("ProfilingRequestBody")?;
        return Err(Failure::unhandled(unknown));
    }
    start(cluster, taskmanager::ID, request)
}

/// GET /taskmanagers/:taskmanagerid/profiler/:filename
pub(super) fn file_of_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    taskmanager::to_transfer_from(request)?;
    file(cluster, taskmanager::ID, request)
        .ok_or_else(|| log::no_file_of_taskmanager(request.path("filename")))
}

fn list(cluster: &Cluster, whose: &str, now: i64) -> Answer {
    let profiles: Vec<Value> = kept(cluster, whose)
        .map(|profile| profile.to_json(now))
        .collect();
    Ok(json!({"profilingList": profiles}).into())
}

fn start(cluster: &mut Cluster, whose: &'static str, request: &Request) -> Answer {
    let body = request.body("ProfilingRequestBody")?;
    let mode = body.constant(
        "mode",
        "org.apache.flink.runtime.rest.messages.ProfilingInfo$ProfilingMode",
        &["CPU", "WALL", "LOCK", "ITIMER", "ALLOC"],
    )?;
    let seconds = body.required("duration", "int")? as i32;
    let now = request.now;
    if !(1..=300).contains(&seconds) {
        return Err(Failure::unhandled(
            "java.lang.IllegalArgumentException: `duration` must be set between (0s, 300s].",
        ));
    }
    if kept(cluster, whose).any(|profile| now < profile.ends()) {
        return Err(Failure::unhandled(format!(
            "java.lang.IllegalStateException: {whose} is still under profiling."
        )));
    }
    let profile = Profile {
        whose,
        mode: mode.unwrap_or_else(|| "ITIMER".to_owned()),
        started: now,
        seconds,
    };
    let started = profile.to_json(now);
    cluster.profiles.push(profile);
    Ok(started.into())
}

fn file(cluster: &Cluster, whose: &str, request: &Request) -> Option<Reply> {
    let name = request.path("filename");
    let profile = kept(cluster, whose)
        .find(|profile| profile.ends() <= request.now && profile.file() == name)?;
    // A page, but Flink calls it plain text.
    Some(Reply::text(format!(
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n</head>\n<body>\n\
         <h1>{} profile of {}</h1>\n</body>\n</html>\n",
        profile.mode, profile.whose
    )))
}

/// Newest first.
fn kept<'a>(cluster: &'a Cluster, whose: &str) -> impl Iterator<Item = &'a Profile> {
    let profiles = cluster.profiles.iter().rev();
    profiles
        .filter(move |profile| profile.whose == whose)
        .take(KEPT)
}
