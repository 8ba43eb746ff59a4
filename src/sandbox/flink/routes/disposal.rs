//! Disposal: a savepoint is deleted with its files.

use super::operation;
use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        operation::{Cause, Ends, Kind},
    },
    wire::{Answer, error::Failure, reply::Reply, request::Request},
};

/// POST /savepoint-disposal
pub(crate) fn dispose(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("SavepointDisposalRequest")?;
    let path = body.text("savepoint-path")?.ok_or_else(|| {
        Failure::bad_request("Field savepoint-path must not be omitted or be null.")
    })?;
    let now = request.now;
    let ends = match cluster.stored(&path, now) {
        _ if path.is_empty() => Ends::Badly(now, Cause::EmptyPointer),
        None => Ends::Badly(now, Cause::NoSavepoint(path)),
        Some(checkpoint) => {
            cluster.dispose(checkpoint.path, now);
            Ends::Well(now)
        }
    };
    let reply = operation::start(cluster, Kind::Disposal, None, None, ends);
    Ok(Reply::from(reply))
}

/// GET /savepoint-disposal/:triggerid
pub(crate) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let trigger = request.id("triggerid")?;
    operation::status(cluster, Kind::Disposal, None, trigger, request.now)
}
