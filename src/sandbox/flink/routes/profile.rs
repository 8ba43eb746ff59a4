//! Profiles of a JVM: started, listed, read.

use serde_json::{Value, json};

use super::{log, taskmanager};
use crate::sandbox::flink::{
    model::{cluster::Cluster, profile::Profile, taskmanager::ID},
    wire::{Answer, error::Failure, profile, reply::Reply, request::Request},
};

const JOB_MANAGER: &str = "JobManager";

/// GET /jobmanager/profiler
pub(crate) fn list_of_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    list(cluster, JOB_MANAGER, request.now)
}

/// POST /jobmanager/profiler
pub(crate) fn start_on_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    start(cluster, JOB_MANAGER, request)
}

/// GET /jobmanager/profiler/:filename
pub(crate) fn file_of_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    file(cluster, JOB_MANAGER, request).ok_or_else(log::no_file_of_jobmanager)
}

/// GET /taskmanagers/:taskmanagerid/profiler
pub(crate) fn list_of_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    taskmanager::required(request)?;
    list(cluster, ID, request.now)
}

/// POST /taskmanagers/:taskmanagerid/profiler
pub(crate) fn start_on_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    if let Err(unknown) = taskmanager::known(request) {
        request.body("ProfilingRequestBody")?;
        return Err(Failure::unhandled(unknown));
    }
    start(cluster, ID, request)
}

/// GET /taskmanagers/:taskmanagerid/profiler/:filename
pub(crate) fn file_of_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    taskmanager::to_transfer_from(request)?;
    file(cluster, ID, request).ok_or_else(|| log::no_file_of_taskmanager(request.path("filename")))
}

fn list(cluster: &Cluster, whose: &str, now: i64) -> Answer {
    let profiles: Vec<Value> = cluster
        .profiles_of(whose)
        .map(|profile| profile::to_json(profile, now))
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
    if cluster
        .profiles_of(whose)
        .any(|profile| now < profile.ends())
    {
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
    let started = profile::to_json(&profile, now);
    cluster.profiles.push(profile);
    Ok(started.into())
}

fn file(cluster: &Cluster, whose: &str, request: &Request) -> Option<Reply> {
    let name = request.path("filename");
    let profile = cluster
        .profiles_of(whose)
        .find(|profile| profile.ends() <= request.now && profile.file() == name)?;
    // A page, but Flink calls it plain text.
    Some(Reply::text(format!(
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n</head>\n<body>\n\
         <h1>{} profile of {}</h1>\n</body>\n</html>\n",
        profile.mode, profile.whose
    )))
}
