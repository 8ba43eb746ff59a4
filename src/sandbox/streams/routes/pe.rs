//! PEs.

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::pe::Pe;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::reply::Reply;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, log, pe};

/// The PE that the path names, with its job and its place there.
pub(super) fn named<'a>(
    domain: &'a Domain,
    request: &Request,
) -> Result<(&'a Job, usize, &'a Pe), Failure> {
    let found = domain.instance.pe(request.number(0)?);
    found.ok_or_else(|| request.not_found())
}

fn is_verbose(request: &Request) -> bool {
    request.query("verbose") == Some("true")
}

/// GET /instances/{instance}/pes
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let mut found: Vec<(&Job, usize, &Pe)> = Vec::new();
    for job in domain.instance.jobs.values() {
        if !request.has_in_scope("job.restid", &job.id.to_string()) {
            continue;
        }
        for (at, pe) in job.pes.iter().enumerate() {
            let host = domain.hosts.get(pe.host).map_or("", |host| &host.name);
            if request.has_in_scope("host.restid", host)
                && request.has_in_scope("resource.restid", host)
            {
                found.push((job, at, pe));
            }
        }
    }
    let (links, now) = (&request.links, request.now);
    let pes = found.into_iter().map(|(job, at, found)| {
        pe::to_json(domain, job, at, found, links, now, is_verbose(request))
    });
    Ok(Collection::new("pes", "peList", pes).reply(request))
}

/// GET /instances/{instance}/pes/{pe}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let (job, at, found) = named(domain, request)?;
    let (links, now) = (&request.links, request.now);
    let pe = pe::to_json(domain, job, at, found, links, now, is_verbose(request));
    Ok(element(pe, request))
}

/// GET /instances/{instance}/pes/{pe}/consolelog
pub(crate) fn console_log(domain: &mut Domain, request: &Request) -> Answer {
    let (job, at, pe) = named(domain, request)?;
    Ok(Reply::bytes(
        "text/plain;charset=utf-8",
        log::console(job, at, pe),
    ))
}

/// GET /instances/{instance}/pes/{pe}/applicationtrace
pub(crate) fn trace(domain: &mut Domain, request: &Request) -> Answer {
    let (job, at, pe) = named(domain, request)?;
    Ok(Reply::bytes(
        "text/plain;charset=utf-8",
        log::trace(job, at, pe),
    ))
}
