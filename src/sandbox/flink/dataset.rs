//! Data sets: what batch jobs cached and left behind.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::operation::{self, Ends, Kind};
use super::reply::{Answer, Reply};
use super::request::Request;
use super::status::Status;

/// How long a deletion takes, in ms.
const TAKES: i64 = 100;

/// GET /datasets
pub(super) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let sets: Vec<Value> = present(cluster, request.now)
        .map(|id| json!({"id": id, "isComplete": true}))
        .collect();
    Ok(json!({"dataSets": sets}).into())
}

/// DELETE /datasets/:datasetid
pub(super) fn delete(cluster: &mut Cluster, request: &Request) -> Answer {
    let (id, now) = (request.id("datasetid")?, request.now);
    // An unknown one is gone already.
    let done = match present(cluster, now).any(|other| other == id) {
        true => now + TAKES,
        false => now,
    };
    cluster.discarded.insert(id, done);
    let reply = operation::start(cluster, Kind::Deletion, None, None, Ends::Well(done));
    Ok(Reply::accepted(reply))
}

/// GET /datasets/delete/:triggerid
pub(super) fn delete_status(cluster: &mut Cluster, request: &Request) -> Answer {
    let trigger = request.id("triggerid")?;
    operation::status(cluster, Kind::Deletion, None, &trigger, request.now)
}

/// Those that finished jobs have left and nobody has deleted.
fn present(cluster: &Cluster, now: i64) -> impl Iterator<Item = &str> {
    let finished = cluster
        .jobs
        .iter()
        .filter(move |job| job.status(now) == Status::Finished);
    finished
        .filter_map(|job| job.dataset.as_deref())
        .filter(move |id| !cluster.is_discarded(id, now))
}
