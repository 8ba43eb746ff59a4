//! What a JVM tells of itself: its threads, how it was started.

use serde_json::{Value, json};

use super::taskmanager;
use crate::sandbox::flink::{
    model::cluster::Cluster,
    wire::{Answer, error::Failure, request::Request},
};

/// The threads that a dump shows, with their states. Names are not unique.
const THREADS: [(&str, &str); 7] = [
    ("main", "WAITING"),
    ("Reference Handler", "RUNNABLE"),
    ("Finalizer", "WAITING"),
    ("Signal Dispatcher", "RUNNABLE"),
    ("flink-scheduler-1", "TIMED_WAITING"),
    ("flink-metrics-scheduler-1", "TIMED_WAITING"),
    ("flink-metrics-scheduler-1", "TIMED_WAITING"),
];

/// GET /jobmanager/thread-dump
pub(crate) fn threads_of_jobmanager(_: &mut Cluster, _: &Request) -> Answer {
    Ok(thread_dump().into())
}

/// GET /taskmanagers/:taskmanagerid/thread-dump
pub(crate) fn threads_of_taskmanager(_: &mut Cluster, request: &Request) -> Answer {
    taskmanager::known(request).map_err(Failure::unhandled)?;
    Ok(thread_dump().into())
}

fn thread_dump() -> Value {
    let thread = |(index, (name, state)): (usize, &(&str, &str))| {
        let id = index + 1;
        json!({
            "threadName": name,
            "stringifiedThreadInfo": format!(
                "\"{name}\" Id={id} {state}\n\tat java.base@17.0.15/java.lang.Thread.run(Thread.java:840)\n\n"
            ),
        })
    };
    let threads: Vec<Value> = THREADS.iter().enumerate().map(thread).collect();
    json!({"threadInfos": threads})
}

/// GET /jobs/:jobid/jobmanager/environment, whose job is not checked
pub(crate) fn environment_of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    request.id("jobid")?;
    environment(cluster, request)
}

/// GET /jobmanager/environment
pub(crate) fn environment(_: &mut Cluster, _: &Request) -> Answer {
    Ok(json!({
        "jvm": {
            "version": "OpenJDK 64-Bit Server VM - Debian - 17/17.0.15+6-Debian-1deb12u1",
            "arch": "amd64",
            "options": ["-Xmx600m", "--add-opens=java.base/java.util=ALL-UNNAMED"],
        },
        "classpath": ["/opt/flink/lib/flink-dist-1.20.5.jar", "/opt/flink/lib/log4j-core-2.24.3.jar"],
    })
    .into())
}
