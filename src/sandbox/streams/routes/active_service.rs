//! Active services.

use serde_json::Value;

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::host::Host;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::host::Side;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, active_service};

fn all(domain: &Domain, side: Side, request: &Request) -> Vec<Value> {
    let in_scope = |host: &Host| {
        request.has_in_scope("resource.restid", &host.name)
            && request.has_in_scope("host.restid", &host.name)
    };
    active_service::all(
        &domain.hosts,
        in_scope,
        side,
        domain.created,
        &request.links,
    )
}

fn list(domain: &Domain, side: Side, request: &Request) -> Answer {
    let all = all(domain, side, request);
    Ok(Collection::new("activeServices", "activeServiceList", all).reply(request))
}

/// GET /domains/{domain}/activeservices
pub(crate) fn list_of_domain(domain: &mut Domain, request: &Request) -> Answer {
    list(domain, Side::Domain, request)
}

/// GET /domains/{domain}/activeservices/{service}
pub(crate) fn get_of_domain(domain: &mut Domain, request: &Request) -> Answer {
    one(
        all(domain, Side::Domain, request),
        request.place(0),
        request,
    )
}

/// GET /instances/{instance}/activeservices
pub(crate) fn list_of_instance(domain: &mut Domain, request: &Request) -> Answer {
    list(domain, Side::Instance, request)
}

/// GET /instances/{instance}/resourceallocations/{resource_allocation}/activeservices
pub(crate) fn list_of_allocation(domain: &mut Domain, request: &Request) -> Answer {
    let all = of_allocation(domain, request);
    Ok(Collection::new("activeServices", "activeServiceList", all).reply(request))
}

/// GET /instances/{instance}/resourceallocations/{resource_allocation}/activeservices/{active_service}
pub(crate) fn get_of_allocation(domain: &mut Domain, request: &Request) -> Answer {
    one(of_allocation(domain, request), request.place(1), request)
}

/// The services on the host that the path names.
fn of_allocation(domain: &Domain, request: &Request) -> Vec<Value> {
    let is_on = |host: &Host| host.name == request.place(0);
    let (started, links) = (domain.created, &request.links);
    active_service::all(&domain.hosts, is_on, Side::Instance, started, links)
}

/// The one with this id.
fn one(all: Vec<Value>, id: &str, request: &Request) -> Answer {
    let mut all = all.into_iter();
    let found = all.find(|service| service.get("restid").is_some_and(|restid| restid == id));
    let service = found.ok_or_else(|| request.not_found())?;
    Ok(element(service, request))
}
