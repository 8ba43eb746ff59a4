//! The JobManager: how it is configured, and where the web UI shows its logs.

use serde_json::{Value, json};

use crate::sandbox::flink::{
    model::{
        checkpoint::DEFAULT_DIRECTORY, checkpoint_coordinator::INTERVAL, cluster::Cluster,
        taskmanager,
    },
    wire::{Answer, reply::Reply, request::Request},
};

/// GET /jobmanager/config
pub(crate) fn config(cluster: &mut Cluster, _: &Request) -> Answer {
    let port = cluster.url.rsplit(':').next().unwrap_or_default();
    let scheduler = if cluster.adaptive {
        "Adaptive"
    } else {
        "Default"
    };
    let entries = [
        ("rest.address", "localhost".to_owned()),
        ("rest.bind-address", "localhost".to_owned()),
        ("rest.port", port.to_owned()),
        ("rest.flamegraph.enabled", "true".to_owned()),
        ("rest.profiling.enabled", "true".to_owned()),
        ("jobmanager.rpc.address", "localhost".to_owned()),
        ("jobmanager.scheduler", scheduler.to_owned()),
        ("jobmanager.failure-enrichers", "com.acme.Labels".to_owned()),
        (
            "taskmanager.numberOfTaskSlots",
            taskmanager::SLOTS.to_string(),
        ),
        ("parallelism.default", "1".to_owned()),
        ("execution.checkpointing.interval", INTERVAL.to_string()),
        (
            "execution.checkpointing.savepoint-dir",
            DEFAULT_DIRECTORY.to_owned(),
        ),
        ("web.upload.dir", cluster.upload_dir.clone()),
        // Flink hides the values of keys that look like secrets.
        ("security.ssl.rest.key-password", "******".to_owned()),
    ];
    let entries = entries.map(|(key, value)| json!({"key": key, "value": value}));
    Ok(Value::from(entries.to_vec()).into())
}

/// GET /jobs/:jobid/jobmanager/config: a job is not known to have one of its own, and is not checked
pub(crate) fn config_of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    request.id("jobid")?;
    config(cluster, request)
}

/// GET /jobs/:jobid/jobmanager/log-url
pub(crate) fn log_url(cluster: &mut Cluster, request: &Request) -> Answer {
    request.id("jobid")?;
    Ok(json!({"url": format!("{}/#/job-manager/logs", cluster.url)}).into())
}

/// PATCH /jobs/:jobid/clientHeartbeat
pub(crate) fn heartbeat(_: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("JobClientHeartbeatRequestBody")?;
    body.required("expiredTimestamp", "long")?;
    request.id("jobid")?;
    Ok(Reply::accepted(json!({})))
}
