//! Disposal: a savepoint is deleted with its files.

use serde_json::Value;

use super::checkpoint;
use super::cluster::Cluster;
use super::error::{self, Failure};
use super::operation::{self, Ends, Kind};
use super::reply::{Answer, Reply};
use super::request::Request;

/// POST /savepoint-disposal
pub(super) fn dispose(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("SavepointDisposalRequest")?;
    let path = body.text("savepoint-path")?.ok_or_else(|| {
        Failure::bad_request("Field savepoint-path must not be omitted or be null.")
    })?;
    let now = request.now;
    let ends = match checkpoint::stored(cluster, &path, now) {
        _ if path.is_empty() => {
            let why = "java.lang.IllegalArgumentException: empty checkpoint pointer";
            Ends::Badly(now, vec![why.to_owned()])
        }
        None => {
            let head = format!(
                "org.apache.flink.util.FlinkException: Could not dispose savepoint {path}."
            );
            Ends::Badly(now, vec![head, error::no_savepoint(&path)])
        }
        Some(checkpoint) => {
            cluster.discarded.insert(checkpoint.path, now);
            Ends::Well(now)
        }
    };
    let reply: Value = operation::start(cluster, Kind::Disposal, None, None, ends);
    Ok(Reply::from(reply))
}

/// GET /savepoint-disposal/:triggerid
pub(super) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let trigger = request.id("triggerid")?;
    operation::status(cluster, Kind::Disposal, None, &trigger, request.now)
}
