//! Groups of jobs.

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, job_group};

/// GET /instances/{instance}/jobgroups
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let groups = domain.instance.groups.iter();
    let groups = groups.map(|name| job_group::to_json(name, &request.links));
    Ok(Collection::new("jobGroups", "jobGroupList", groups).reply(request))
}

/// GET /instances/{instance}/jobgroups/{group}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let name = domain.instance.groups.get(request.place(0));
    let name = name.ok_or_else(|| request.not_found())?;
    Ok(element(job_group::to_json(name, &request.links), request))
}
