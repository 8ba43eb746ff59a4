//! What a JVM measures of itself, and what its process reports besides.

use super::cluster::Cluster;
use super::measurement::Measurement;
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

/// The value of a metric, without `Status.JVM.`, of a JVM that has been up for so many ms. The heap fills and is
/// emptied every ten seconds.
pub(crate) fn number(name: &str, up: i64) -> i64 {
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
pub(crate) fn of_jobmanager(cluster: &Cluster, now: i64) -> Vec<Measurement> {
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
pub(crate) fn of_taskmanager(cluster: &Cluster, now: i64) -> Vec<Measurement> {
    let used = taskmanager::segments_used(cluster.slots_taken(now));
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
