//! Data sets: what batch jobs cached and left behind.

use serde_json::{Value, json};

use super::operation;
use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        operation::{Ends, Kind},
    },
    wire::{Answer, reply::Reply, request::Request},
};

/// GET /datasets
pub(crate) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let sets: Vec<Value> = cluster
        .data_sets(request.now)
        .map(|id| json!({"id": id, "isComplete": true}))
        .collect();
    Ok(json!({"dataSets": sets}).into())
}

/// DELETE /datasets/:datasetid
pub(crate) fn delete(cluster: &mut Cluster, request: &Request) -> Answer {
    let (id, now) = (request.id("datasetid")?, request.now);
    let done = cluster.delete_data_set(id, now);
    let reply = operation::start(cluster, Kind::Deletion, None, None, Ends::Well(done));
    Ok(Reply::accepted(reply))
}

/// GET /datasets/delete/:triggerid
pub(crate) fn delete_status(cluster: &mut Cluster, request: &Request) -> Answer {
    let trigger = request.id("triggerid")?;
    operation::status(cluster, Kind::Deletion, None, trigger, request.now)
}
