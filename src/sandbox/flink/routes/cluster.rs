//! The cluster as a whole: what `/overview` and `/config` say of it, and its end.

use serde_json::json;

use crate::sandbox::flink::{
    model::{cluster::Cluster, status::Status, taskmanager},
    wire::{Answer, request::Request},
};

const FLINK_VERSION: &str = "1.20.5";
const FLINK_COMMIT: &str = "0980485";

/// GET /overview
pub(crate) fn overview(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let count = |wanted: fn(Status) -> bool| {
        cluster
            .jobs
            .iter()
            .filter(|job| wanted(job.status(now)))
            .count()
    };
    Ok(json!({
        "taskmanagers": 1,
        "slots-total": taskmanager::SLOTS,
        "slots-available": taskmanager::SLOTS - cluster.slots_taken(now),
        "jobs-running": count(|status| !status.is_terminal()),
        "jobs-finished": count(|status| status == Status::Finished),
        "jobs-cancelled": count(|status| status == Status::Canceled),
        "jobs-failed": count(|status| status == Status::Failed),
        "flink-version": FLINK_VERSION,
        "flink-commit": FLINK_COMMIT,
    })
    .into())
}

/// DELETE /cluster: the answer first, then the port is closed
pub(crate) fn shut_down(cluster: &mut Cluster, _: &Request) -> Answer {
    cluster.is_over = true;
    Ok(json!({}).into())
}

/// GET /config, the settings of the web UI
pub(crate) fn config(cluster: &mut Cluster, _: &Request) -> Answer {
    Ok(json!({
        "refresh-interval": 3000,
        "timezone-name": "Coordinated Universal Time",
        "timezone-offset": 0,
        "flink-version": FLINK_VERSION,
        "flink-revision": format!("{FLINK_COMMIT} @ 2026-06-08T09:21:06+02:00"),
        "features": {"web-submit": true, "web-cancel": true, "web-rescale": cluster.adaptive, "web-history": false},
    })
    .into())
}
