//! The one TaskManager: what is told of it, and whether a path names it.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        job::Job,
        jvm,
        taskmanager::{ID, SEGMENT_SIZE, SEGMENTS, SLOTS, segments_used},
    },
    wire::{Answer, error::Failure, request::Request},
};

const MIB: i64 = 1024 * 1024;

const UNKNOWN: &str =
    "org.apache.flink.runtime.resourcemanager.exceptions.UnknownTaskExecutorException";

/// GET /taskmanagers
pub(crate) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(json!({"taskmanagers": [info(cluster, request.now)]}).into())
}

/// GET /taskmanagers/:taskmanagerid
pub(crate) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    known(request).map_err(Failure::unhandled)?;
    let now = request.now;
    let mut members = info(cluster, now);
    let running = cluster
        .jobs
        .iter()
        .filter(|job| job.has_graph(now) && !job.is_over(now));
    let slot = |job: &Job| json!({"jobId": job.id, "resource": slots(1)});
    let allocated: Vec<Value> = running
        .flat_map(|job| (0..job.slots()).map(move |_| slot(job)))
        .take(SLOTS as usize)
        .collect();
    let fetched = !cluster.first_asked(ID.to_owned());
    members.insert("allocatedSlots".to_owned(), json!(allocated));
    members.insert("metrics".to_owned(), metrics(cluster, fetched, now));
    Ok(Value::Object(members).into())
}

/// GET /jobs/:jobid/taskmanagers/:taskmanagerid/log-url, which is not checked
pub(crate) fn log_url(cluster: &mut Cluster, request: &Request) -> Answer {
    request.id("jobid")?;
    let (url, id) = (&cluster.url, request.path("taskmanagerid"));
    Ok(json!({"url": format!("{url}/#/task-manager/{id}/logs")}).into())
}

/// Whether the path names it; the exception if it does not.
pub(crate) fn known(request: &Request) -> Result<(), String> {
    match request.path("taskmanagerid") {
        ID => Ok(()),
        other => Err(format!(
            "{UNKNOWN}: No TaskExecutor registered under {other}."
        )),
    }
}

/// The same for routes that foresee it.
pub(crate) fn required(request: &Request) -> Result<(), Failure> {
    known(request).map_err(|cause| {
        let id = request.path("taskmanagerid");
        Failure::rest(
            StatusCode::NOT_FOUND,
            format!("Could not find TaskExecutor {id}"),
        )
        .caused_by(cause)
    })
}

/// The same for routes that transfer a file.
pub(crate) fn to_transfer_from(request: &Request) -> Result<(), Failure> {
    known(request).map_err(|cause| {
        let id = request.path("taskmanagerid");
        Failure::not_found(format!(
            "Failed to transfer file from TaskExecutor {id} because it was unknown."
        ))
        .caused_by(cause)
    })
}

/// `TaskManagerInfo`.
fn info(cluster: &Cluster, now: i64) -> Map<String, Value> {
    let free = SLOTS - cluster.slots_taken(now);
    let members = [
        ("id", json!(ID)),
        (
            "path",
            json!("pekko.tcp://flink@localhost:34163/user/rpc/taskmanager_0"),
        ),
        ("dataPort", json!(34399)),
        ("jmxPort", json!(-1)),
        // Despite its name a point in time.
        (
            "timeSinceLastHeartbeat",
            json!(now - (now - cluster.started) % 10_000),
        ),
        ("slotsNumber", json!(SLOTS)),
        ("freeSlots", json!(free)),
        ("totalResource", slots(SLOTS)),
        ("freeResource", slots(free)),
        (
            "hardware",
            json!({
                "cpuCores": 2,
                "physicalMemory": 24_000 * MIB,
                "freeMemory": 400 * MIB,
                "managedMemory": 256 * MIB,
            }),
        ),
        (
            "memoryConfiguration",
            json!({
                "frameworkHeap": 128 * MIB,
                "taskHeap": 512 * MIB,
                "frameworkOffHeap": 128 * MIB,
                "taskOffHeap": 0,
                "networkMemory": SEGMENTS * SEGMENT_SIZE,
                "managedMemory": 256 * MIB,
                "jvmMetaspace": 256 * MIB,
                "jvmOverhead": 192 * MIB,
                "totalFlinkMemory": 1152 * MIB,
                "totalProcessMemory": 1600 * MIB,
            }),
        ),
    ];
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// `ResourceProfile` of so many slots, memory in MiB.
fn slots(count: i32) -> Value {
    json!({
        "cpuCores": f64::from(count),
        "taskHeapMemory": 64 * count,
        "taskOffHeapMemory": 0,
        "managedMemory": 32 * count,
        "networkMemory": 16 * count,
        "extendedResources": {},
    })
}

/// `TaskManagerMetrics`: zeros until they have been fetched.
fn metrics(cluster: &Cluster, fetched: bool, now: i64) -> Value {
    let number = |name: &str| match fetched {
        true => jvm::number(name, now - cluster.started),
        false => 0,
    };
    let segments = |count: i64| if fetched { count } else { 0 };
    let used = segments(segments_used(cluster.slots_taken(now)));
    let total = segments(SEGMENTS);
    let collector = |name: &str| {
        json!({
            "name": name,
            "count": number(&format!("GarbageCollector.{name}.Count")),
            "time": number(&format!("GarbageCollector.{name}.Time")),
        })
    };
    let collectors = ["All", "G1_Young_Generation", "G1_Old_Generation"];
    json!({
        "heapUsed": number("Memory.Heap.Used"),
        "heapCommitted": number("Memory.Heap.Committed"),
        "heapMax": number("Memory.Heap.Max"),
        "nonHeapUsed": number("Memory.NonHeap.Used"),
        "nonHeapCommitted": number("Memory.NonHeap.Committed"),
        "nonHeapMax": number("Memory.NonHeap.Max"),
        "directCount": number("Memory.Direct.Count"),
        "directUsed": number("Memory.Direct.MemoryUsed"),
        "directMax": number("Memory.Direct.TotalCapacity"),
        "mappedCount": number("Memory.Mapped.Count"),
        "mappedUsed": number("Memory.Mapped.MemoryUsed"),
        "mappedMax": number("Memory.Mapped.TotalCapacity"),
        "memorySegmentsAvailable": total - used,
        "memorySegmentsTotal": total,
        "nettyShuffleMemorySegmentsAvailable": total - used,
        "nettyShuffleMemorySegmentsUsed": used,
        "nettyShuffleMemorySegmentsTotal": total,
        "nettyShuffleMemoryAvailable": (total - used) * SEGMENT_SIZE,
        "nettyShuffleMemoryUsed": used * SEGMENT_SIZE,
        "nettyShuffleMemoryTotal": total * SEGMENT_SIZE,
        "garbageCollectors": collectors.into_iter().filter(|_| fetched).map(collector).collect::<Vec<_>>(),
    })
}
