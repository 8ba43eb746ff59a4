//! Jobs.

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::parallel_region::{self, WIDEST};
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::reply::Reply;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, job, log, overlay};

/// The job that the path names.
pub(super) fn named<'a>(domain: &'a Domain, request: &Request) -> Result<&'a Job, Failure> {
    let job = domain.instance.jobs.get(&request.number(0)?);
    job.ok_or_else(|| request.not_found())
}

/// GET /instances/{instance}/jobs
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let name = |place: usize| {
        domain
            .hosts
            .get(place)
            .map_or("", |host| host.name.as_str())
    };
    let is_on = |job: &Job, parameter: &str| {
        let mut pes = job.pes.iter();
        request.query(parameter).is_none()
            || pes.any(|pe| request.has_in_scope(parameter, name(pe.host)))
    };
    let jobs = domain.instance.jobs.values();
    let jobs = jobs.filter(|job| is_on(job, "host.restid") && is_on(job, "resource.restid"));
    let jobs = jobs.map(|job| job::to_json(job, &request.links, request.now));
    Ok(Collection::new("jobs", "jobList", jobs).reply(request))
}

/// GET /instances/{instance}/jobs/{job}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let job = named(domain, request)?;
    let job = job::to_json(job, &request.links, request.now);
    Ok(element(job, request))
}

/// DELETE /instances/{instance}/jobs/{job}
pub(crate) fn cancel(domain: &mut Domain, request: &Request) -> Answer {
    match domain.instance.cancel(request.number(0)?) {
        Some(_) => Ok(Reply::nothing()),
        None => Err(request.not_found()),
    }
}

/// PATCH /instances/{instance}/jobs/{job}; parallel regions get other widths
pub(crate) fn update(domain: &mut Domain, request: &Request) -> Answer {
    let id = request.number(0)?;
    let body = request.json()?;
    let job = named(domain, request)?;
    let overlays = body.get("jobConfigurationOverlay");
    let overlays = overlays.and_then(|overlays| overlays.as_object());
    let overlays =
        overlays.ok_or_else(|| Failure::bad_body("jobConfigurationOverlay is missing"))?;
    let widths = overlay::widths(overlays)?;
    // All of them, or none.
    for (region, width) in &widths {
        if !(1..=WIDEST).contains(width) || parallel_region::first(job, region).is_none() {
            let why = format!("there is no parallel region {region} of width {width}");
            return Err(Failure::bad_body(&why));
        }
    }
    for (region, width) in widths {
        domain.instance.set_width(id, &region, width);
    }
    get(domain, request)
}

/// GET /instances/{instance}/jobs/{job}/applicationlogtrace
pub(crate) fn logs(domain: &mut Domain, request: &Request) -> Answer {
    let archive = log::archive(named(domain, request)?);
    let archive = archive.map_err(|error| Failure::conflict(error.to_string()))?;
    Ok(Reply::bytes("application/x-compressed", archive))
}
