//! Operators.

use serde_json::Value;

use super::job;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::operator::Operator;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, operator};

/// The operator that the path names, with its job and its place there.
pub(super) fn named<'a>(
    domain: &'a Domain,
    request: &Request,
) -> Result<(&'a Job, usize, &'a Operator), Failure> {
    let job = job::named(domain, request)?;
    let found = job.operator(request.place(1));
    let (at, operator) = found.ok_or_else(|| request.not_found())?;
    Ok((job, at, operator))
}

/// GET /instances/{instance}/operators
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let mut found: Vec<(&Job, usize, &Operator)> = Vec::new();
    for job in domain.instance.jobs.values() {
        if !request.has_in_scope("job.restid", &job.id.to_string()) {
            continue;
        }
        let is_wanted = |pe: u64| request.has_in_scope("pe.restid", &pe.to_string());
        let pes: Vec<bool> = job.pes.iter().map(|pe| is_wanted(pe.id)).collect();
        for (at, operator) in job.application.operators.iter().enumerate() {
            if pes.get(operator.pe) == Some(&true) {
                found.push((job, at, operator));
            }
        }
    }
    found.sort_by_cached_key(|(_, _, operator)| operator.name.to_lowercase());
    let operators: Vec<Value> = found
        .into_iter()
        .map(|(job, at, found)| operator::to_json(domain, job, at, found, &request.links))
        .collect();
    Ok(Collection::new("operators", "operatorList", operators).reply(request))
}

/// GET /instances/{instance}/jobs/{job}/operators/{operator}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let (job, at, found) = named(domain, request)?;
    let operator = operator::to_json(domain, job, at, found, &request.links);
    Ok(element(operator, request))
}
