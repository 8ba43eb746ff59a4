//! Metrics, whoever has them.

use crate::sandbox::streams::model::connection;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::metric::collected;
use crate::sandbox::streams::model::owner::Owner;
use crate::sandbox::streams::wire::links::root;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, metric};

/// GET .../metrics
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let own = request.path.strip_suffix("/metrics");
    let owner = own.and_then(|own| owner(domain, own));
    let metrics = owner.and_then(|owner| collected(domain, owner, request.now));
    let metrics = metrics.ok_or_else(|| request.not_found())?;
    let link = format!("{}{}", request.links.origin, own.unwrap_or_default());
    Ok(metric::list(&metrics, &link).reply(request))
}

/// Whom a path leads to, if they can have metrics. It may leave out where the resources are.
pub(crate) fn owner(domain: &Domain, path: &str) -> Option<Owner> {
    let below = path.strip_prefix(root(domain.flavour)).unwrap_or(path);
    let segments = below.split('/').map(|segment| {
        let decoded = percent_encoding::percent_decode_str(segment);
        decoded.decode_utf8_lossy().into_owned()
    });
    let segments: Vec<String> = segments.collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    // "", "instances" or "domains", its name.
    let operator = |job: &str, name: &str| {
        let job = domain.instance.jobs.get(&job.parse().ok()?)?;
        Some((job.id, job.operator(name)?.0))
    };
    match segments.get(3..)? {
        ["hosts" | "resources", name] => {
            let place = domain.hosts.iter().position(|host| host.name == *name);
            Some(Owner::Host(place?))
        }
        ["jobs", job, "operators", name] => {
            operator(job, name).map(|(job, at)| Owner::Operator(job, at))
        }
        ["jobs", job, "operators", name, "inputports", port] => {
            let (job, at) = operator(job, name)?;
            Some(Owner::Input(job, at, port.parse().ok()?))
        }
        ["jobs", job, "operators", name, "outputports", port] => {
            let (job, at) = operator(job, name)?;
            Some(Owner::Output(job, at, port.parse().ok()?))
        }
        ["pes", pe] => Some(Owner::Pe(pe.parse().ok()?)),
        ["pes", pe, "inputports", port] => {
            Some(Owner::PeInput(pe.parse().ok()?, port.parse().ok()?))
        }
        ["pes", pe, "outputports", port] => {
            Some(Owner::PeOutput(pe.parse().ok()?, port.parse().ok()?))
        }
        ["peconnections", id] => {
            let connections = connection::of_pes(&domain.instance);
            let mut connections = connections.iter();
            let found = connections.find(|connection| connection.id() == *id);
            found.map(Owner::from)
        }
        _ => None,
    }
}
