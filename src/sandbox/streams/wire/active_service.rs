//! Active services: the processes of the product itself.

use serde_json::{Value, json};

use super::host::Side;
use super::links::{Links, encoded};
use crate::sandbox::streams::model::host::Host;
use crate::sandbox::streams::model::time::Millis;

/// Services of a side: their types, and whether they are of every host that runs jobs.
fn types(side: Side) -> &'static [(&'static str, bool)] {
    match side {
        Side::Domain => &[
            ("aas", false),
            ("auditlog", false),
            ("controller", true),
            ("jmx", false),
            ("sws", false),
        ],
        Side::Instance => &[
            ("app", false),
            ("hc", true),
            ("sam", false),
            ("sch", false),
            ("srm", false),
            ("view", false),
        ],
    }
}

/// The services of a side that are on the hosts that are wanted, by type.
pub(crate) fn all(
    hosts: &[Host],
    is_wanted: impl Fn(&Host) -> bool,
    side: Side,
    started: Millis,
    links: &Links,
) -> Vec<Value> {
    let mut services = Vec::new();
    for (place, (kind, is_everywhere)) in types(side).iter().enumerate() {
        for (at, host) in hosts.iter().enumerate() {
            if host.runs_jobs == *is_everywhere && is_wanted(host) {
                let process = 900 + 10 * place + at;
                services.push(to_json(host, kind, side, process, started, links));
            }
        }
    }
    services
}

fn to_json(
    host: &Host,
    kind: &str,
    side: Side,
    process: usize,
    started: Millis,
    links: &Links,
) -> Value {
    let restid = format!("{kind}-{}", host.name);
    let name = encoded(&host.name);
    let own = encoded(&restid);
    let (own, instance, allocation) = match side {
        Side::Domain => (
            links.domain(format_args!("/activeservices/{own}")),
            Value::Null,
            Value::Null,
        ),
        Side::Instance => {
            let allocation = links.instance(format_args!("/resourceallocations/{name}"));
            (
                format!("{allocation}/activeservices/{own}"),
                links.instance("").into(),
                allocation.into(),
            )
        }
    };
    json!({
        "resourceType": "activeService",
        "restid": restid,
        "self": own,
        "type": kind,
        "status": "running",
        "processId": process.to_string(),
        "leader": !host.runs_jobs,
        "startTime": started,
        "domain": links.domain(""),
        "instance": instance,
        "resource": links.domain(format_args!("/resources/{name}")),
        "resourceAllocation": allocation,
    })
}
