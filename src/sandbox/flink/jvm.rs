//! What a JVM tells of itself: its metrics, its threads, how it was started.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::Failure;
use super::measurement::Measurement;
use super::reply::Answer;
use super::request::Request;
use super::taskmanager::{self, SEGMENT_SIZE, SEGMENTS};

/// Of any JVM; `Status.JVM.` goes before them.
const METRICS: [&str; 29] = [
    "CPU.Load",
    "CPU.Time",
    "ClassLoader.ClassesLoaded",
    "ClassLoader.ClassesUnloaded",
    "GarbageCollector.All.Count",
    "GarbageCollector.All.Time",
    "GarbageCollector.All.TimeMsPerSecond",
    "GarbageCollector.G1_Old_Generation.Count",
    "GarbageCollector.G1_Old_Generation.Time",
    "GarbageCollector.G1_Old_Generation.TimeMsPerSecond",
    "GarbageCollector.G1_Young_Generation.Count",
    "GarbageCollector.G1_Young_Generation.Time",
    "GarbageCollector.G1_Young_Generation.TimeMsPerSecond",
    "Memory.Direct.Count",
    "Memory.Direct.MemoryUsed",
    "Memory.Direct.TotalCapacity",
    "Memory.Heap.Committed",
    "Memory.Heap.Max",
    "Memory.Heap.Used",
    "Memory.Mapped.Count",
    "Memory.Mapped.MemoryUsed",
    "Memory.Mapped.TotalCapacity",
    "Memory.Metaspace.Committed",
    "Memory.Metaspace.Max",
    "Memory.Metaspace.Used",
    "Memory.NonHeap.Committed",
    "Memory.NonHeap.Max",
    "Memory.NonHeap.Used",
    "Threads.Count",
];

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

/// The value of a metric, without `Status.JVM.`, of a JVM that has been up for so many ms. The heap fills and is
/// emptied every ten seconds.
pub(super) fn number(name: &str, up: i64) -> i64 {
    let collections = up / 10_000 + 3;
    match name {
        "CPU.Time" => up * 20_000,
        "ClassLoader.ClassesLoaded" => 10_500,
        "GarbageCollector.All.Count" | "GarbageCollector.G1_Young_Generation.Count" => collections,
        "GarbageCollector.All.Time" | "GarbageCollector.G1_Young_Generation.Time" => {
            collections * 21
        }
        "Memory.Direct.Count" => 2065,
        "Memory.Direct.MemoryUsed" => 75_973_802,
        "Memory.Direct.TotalCapacity" => 75_973_801,
        "Memory.Heap.Used" => 34_871_928 + up % 10_000 * 1024,
        "Memory.Heap.Committed" => 73_400_320,
        "Memory.Heap.Max" => 419_430_400,
        "Memory.Metaspace.Used" => 56_000_000,
        "Memory.Metaspace.Committed" => 57_000_000,
        "Memory.Metaspace.Max" => 268_435_456,
        "Memory.NonHeap.Used" => 71_401_024,
        "Memory.NonHeap.Committed" => 73_728_000,
        "Memory.NonHeap.Max" => -1,
        "Threads.Count" => 63,
        _ => 0,
    }
}

/// What the JobManager reports.
pub(super) fn of_jobmanager(cluster: &Cluster, now: i64) -> Vec<Measurement> {
    let running = cluster.jobs.iter().filter(|job| !job.is_over(now)).count();
    let free = taskmanager::SLOTS - cluster.slots_taken(now);
    let own = [
        ("numRegisteredTaskManagers", "1".to_owned()),
        ("numRunningJobs", running.to_string()),
        ("taskSlotsAvailable", free.to_string()),
        ("taskSlotsTotal", taskmanager::SLOTS.to_string()),
    ];
    with(own, cluster, now)
}

/// What the TaskManager reports.
pub(super) fn of_taskmanager(cluster: &Cluster, now: i64) -> Vec<Measurement> {
    let used = taskmanager::segments_used(cluster, now);
    let free = SEGMENTS - used;
    let own = [
        ("Status.Flink.Memory.Managed.Total", 256 * 1024 * 1024),
        ("Status.Flink.Memory.Managed.Used", 0),
        ("Status.Network.AvailableMemorySegments", free),
        ("Status.Network.TotalMemorySegments", SEGMENTS),
        ("Status.Shuffle.Netty.AvailableMemory", free * SEGMENT_SIZE),
        ("Status.Shuffle.Netty.AvailableMemorySegments", free),
        ("Status.Shuffle.Netty.RequestedMemoryUsage", 0),
        ("Status.Shuffle.Netty.TotalMemory", SEGMENTS * SEGMENT_SIZE),
        ("Status.Shuffle.Netty.TotalMemorySegments", SEGMENTS),
        ("Status.Shuffle.Netty.UsedMemory", used * SEGMENT_SIZE),
        ("Status.Shuffle.Netty.UsedMemorySegments", used),
    ];
    with(
        own.map(|(name, value)| (name, value.to_string())),
        cluster,
        now,
    )
}

fn with<const N: usize>(own: [(&str, String); N], cluster: &Cluster, now: i64) -> Vec<Measurement> {
    let up = now - cluster.started;
    let of_jvm = METRICS.iter().map(|name| {
        let value = match *name {
            "CPU.Load" => "0.006578947368421052".to_owned(),
            name => number(name, up).to_string(),
        };
        (format!("Status.JVM.{name}"), value)
    });
    let own = own
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    of_jvm.chain(own).collect()
}

/// GET /jobmanager/thread-dump
pub(super) fn threads_of_jobmanager(_: &mut Cluster, _: &Request) -> Answer {
    Ok(thread_dump().into())
}

/// GET /taskmanagers/:taskmanagerid/thread-dump
pub(super) fn threads_of_taskmanager(_: &mut Cluster, request: &Request) -> Answer {
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
pub(super) fn environment_of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    request.id("jobid")?;
    environment(cluster, request)
}

/// GET /jobmanager/environment
pub(super) fn environment(_: &mut Cluster, _: &Request) -> Answer {
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
