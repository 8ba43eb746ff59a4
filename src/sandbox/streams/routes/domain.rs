//! Domains, and the ensembles that keep their state.

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, domain, zookeeper};

/// GET /domains
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let all = [domain::to_json(domain, &request.links)];
    Ok(Collection::new("domains", "domainList", all).reply(request))
}

/// GET /domains/{domain}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    Ok(element(domain::to_json(domain, &request.links), request))
}

/// GET /zookeeperensembles
pub(crate) fn ensembles(domain: &mut Domain, request: &Request) -> Answer {
    let all = [zookeeper::ensemble(domain, &request.links)];
    Ok(Collection::new("zooKeeperEnsembles", "zooKeeperEnsembleList", all).reply(request))
}

/// GET /zookeeperensembles/{domain}
pub(crate) fn ensemble(domain: &mut Domain, request: &Request) -> Answer {
    let ensemble = zookeeper::ensemble(domain, &request.links);
    Ok(element(ensemble, request))
}

/// GET /zookeeperensembles/{domain}/nodes
pub(crate) fn nodes(domain: &mut Domain, request: &Request) -> Answer {
    let all = [zookeeper::node(domain, &request.links)];
    Ok(Collection::new("nodes", "zooKeeperNodeList", all).reply(request))
}

/// GET /zookeeperensembles/{domain}/nodes/{node}
pub(crate) fn node(domain: &mut Domain, request: &Request) -> Answer {
    match request.place(0) {
        "1" => Ok(element(zookeeper::node(domain, &request.links), request)),
        _ => Err(request.not_found()),
    }
}
