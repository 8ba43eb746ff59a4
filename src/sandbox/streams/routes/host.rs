//! Hosts, resources and their allocations.

use serde_json::Value;

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::host::Host;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::host::Side;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, host, resource_allocation, version};

/// The host that the path names.
fn named<'a>(domain: &'a Domain, request: &Request) -> Result<&'a Host, Failure> {
    let name = request.place(0);
    let mut hosts = domain.hosts.iter();
    hosts
        .find(|host| host.name == name)
        .ok_or_else(|| request.not_found())
}

/// The hosts in the scope of the query: those of a job.
fn in_scope<'a>(domain: &'a Domain, request: &'a Request) -> impl Iterator<Item = &'a Host> {
    let hosts = domain.hosts.iter().enumerate();
    let runs = move |place: usize| {
        let is_there = |job: &Job| job.pes.iter().any(|pe| pe.host == place);
        let mut jobs = domain.instance.jobs.values();
        jobs.any(|job| request.has_in_scope("job.restid", &job.id.to_string()) && is_there(job))
    };
    let hosts =
        hosts.filter(move |(place, _)| request.query("job.restid").is_none() || runs(*place));
    hosts.map(|(_, host)| host)
}

fn list(domain: &Domain, side: Side, request: &Request) -> Answer {
    let hosts = in_scope(domain, request);
    let hosts = hosts.map(|host| host::to_json(host, side, &request.links));
    Ok(Collection::new("hosts", "hostList", hosts).reply(request))
}

/// GET /domains/{domain}/hosts
pub(crate) fn list_of_domain(domain: &mut Domain, request: &Request) -> Answer {
    list(domain, Side::Domain, request)
}

/// GET /domains/{domain}/hosts/{host}
pub(crate) fn get_of_domain(domain: &mut Domain, request: &Request) -> Answer {
    let host = named(domain, request)?;
    let host = host::to_json(host, Side::Domain, &request.links);
    Ok(element(host, request))
}

/// GET /instances/{instance}/hosts
pub(crate) fn list_of_instance(domain: &mut Domain, request: &Request) -> Answer {
    list(domain, Side::Instance, request)
}

/// GET /instances/{instance}/hosts/{host}
pub(crate) fn get_of_instance(domain: &mut Domain, request: &Request) -> Answer {
    let host = named(domain, request)?;
    let host = host::to_json(host, Side::Instance, &request.links);
    Ok(element(host, request))
}

/// GET /domains/{domain}/resources
pub(crate) fn resources(domain: &mut Domain, request: &Request) -> Answer {
    let hosts = domain.hosts.iter();
    let resources = hosts.map(|host| host::resource(host, &request.links));
    Ok(Collection::new("resources", "resourceList", resources).reply(request))
}

/// GET /domains/{domain}/resources/{resource}
pub(crate) fn resource(domain: &mut Domain, request: &Request) -> Answer {
    let resource = host::resource(named(domain, request)?, &request.links);
    Ok(element(resource, request))
}

/// GET /domains/{domain}/resources/{resource}/installations
pub(crate) fn installations(domain: &mut Domain, request: &Request) -> Answer {
    named(domain, request)?;
    let all = [version::installation()];
    Ok(Collection::new("installations", "installationList", all).reply(request))
}

/// GET /instances/{instance}/resourceallocations, and of the domain
pub(crate) fn allocations(domain: &mut Domain, request: &Request) -> Answer {
    let hosts = in_scope(domain, request);
    let hosts = hosts.filter(|host| request.has_in_scope("resource.restid", &host.name));
    let all: Vec<Value> = hosts
        .map(|host| resource_allocation::to_json(host, &request.links))
        .collect();
    Ok(Collection::new("resourceAllocations", "resourceAllocationList", all).reply(request))
}

/// GET /instances/{instance}/resourceallocations/{resource}
pub(crate) fn allocation(domain: &mut Domain, request: &Request) -> Answer {
    let host = named(domain, request)?;
    let allocation = resource_allocation::to_json(host, &request.links);
    Ok(element(allocation, request))
}
