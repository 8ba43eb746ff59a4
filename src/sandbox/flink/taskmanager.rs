//! The one TaskManager.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::reply::Answer;
use super::request::Request;

/// A resource id is no hex: any string.
pub(super) const ID: &str = "localhost:34163-cc81b6";
pub(super) const HOST: &str = "localhost";
/// Its data port, by which tasks are placed.
pub(super) const ENDPOINT: &str = "localhost:34399";
pub(super) const SLOTS: i32 = 8;

const MIB: i64 = 1024 * 1024;

/// GET /taskmanagers
pub(super) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let free = SLOTS - cluster.slots_taken(request.now);
    Ok(json!({"taskmanagers": [{
        "id": ID,
        "path": "pekko.tcp://flink@localhost:34163/user/rpc/taskmanager_0",
        "dataPort": 34399,
        "jmxPort": -1,
        // Despite its name a point in time.
        "timeSinceLastHeartbeat": request.now - (request.now - cluster.started) % 10_000,
        "slotsNumber": SLOTS,
        "freeSlots": free,
        "totalResource": slots(SLOTS),
        "freeResource": slots(free),
        "hardware": {
            "cpuCores": 2,
            "physicalMemory": 24_000 * MIB,
            "freeMemory": 400 * MIB,
            "managedMemory": 256 * MIB,
        },
        "memoryConfiguration": {
            "frameworkHeap": 128 * MIB,
            "taskHeap": 512 * MIB,
            "frameworkOffHeap": 128 * MIB,
            "taskOffHeap": 0,
            "networkMemory": 128 * MIB,
            "managedMemory": 256 * MIB,
            "jvmMetaspace": 256 * MIB,
            "jvmOverhead": 192 * MIB,
            "totalFlinkMemory": 1152 * MIB,
            "totalProcessMemory": 1600 * MIB,
        },
    }]})
    .into())
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
