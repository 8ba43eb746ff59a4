//! The ZooKeeper ensemble, in which a domain keeps its state.

use serde_json::{Value, json};

use super::links::{Links, encoded};
use super::version;
use crate::sandbox::streams::model::domain::Domain;

pub(crate) fn ensemble(domain: &Domain, links: &Links) -> Value {
    let own = links.domain(format_args!("/zookeeperensembles/{}", encoded(&domain.id)));
    json!({
        "resourceType": "zooKeeperEnsemble",
        "name": domain.id,
        "restid": domain.id,
        "self": own,
        "status": "running",
        "nodes": format!("{own}/nodes"),
        "domain": links.domain(""),
    })
}

pub(crate) fn node(domain: &Domain, links: &Links) -> Value {
    let ensemble = links.domain(format_args!("/zookeeperensembles/{}", encoded(&domain.id)));
    let host = domain.hosts.first().map(|host| host.name.as_str());
    json!({
        "resourceType": "zooKeeperNode",
        "name": format!("{}:2181", host.unwrap_or_default()),
        "restid": "1",
        "self": format!("{ensemble}/nodes/1"),
        "status": "running",
        "mode": "standalone",
        "host": host,
        "clientPort": 2181,
        "connectionCount": 12,
        "averageRequestLatency": 0,
        "minimumRequestLatency": 0,
        "maximumRequestLatency": 41,
        "outstandingRequestsCount": 0,
        "packetsReceivedCount": 48_210,
        "packetsSentCount": 48_211,
        "znodeCount": 1204,
        "lastZooKeeperTransactionId": "0x2f1",
        "version": format!("3.4.12 ({})", version::FOUR),
        "ensemble": ensemble,
        "domain": links.domain(""),
    })
}
