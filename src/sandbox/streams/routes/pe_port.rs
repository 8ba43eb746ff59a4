//! Ports of PEs.

use super::pe;
use crate::sandbox::streams::model::connection::PeEnd;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::wire::Answer;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::pe_port::{Side, to_json};
use crate::sandbox::streams::wire::request::Request;

/// How many ports of a side the PE has that the path names, with its job and itself.
fn count(domain: &Domain, request: &Request, side: Side) -> Result<(u64, u64, usize), Failure> {
    let (job, at, pe) = pe::named(domain, request)?;
    let ports = match side {
        Side::Input => Job::pe_inputs(job, at),
        Side::Output => Job::pe_outputs(job, at),
    };
    Ok((job.id, pe.id, ports.len()))
}

fn list(
    domain: &Domain,
    request: &Request,
    side: Side,
    key: &'static str,
    kind: &'static str,
) -> Answer {
    let (job, pe, count) = count(domain, request, side)?;
    let ports = (0..count).map(|port| to_json(side, PeEnd { job, pe, port }, &request.links));
    Ok(Collection::new(key, kind, ports).reply(request))
}

fn get(domain: &Domain, request: &Request, side: Side) -> Answer {
    let (job, pe, count) = count(domain, request, side)?;
    let port = usize::try_from(request.number(1)?).unwrap_or(usize::MAX);
    match port < count {
        true => Ok(element(
            to_json(side, PeEnd { job, pe, port }, &request.links),
            request,
        )),
        false => Err(request.not_found()),
    }
}

/// GET /instances/{instance}/pes/{pe}/inputports
pub(crate) fn inputs(domain: &mut Domain, request: &Request) -> Answer {
    list(
        domain,
        request,
        Side::Input,
        "inputPorts",
        "peInputPortList",
    )
}

/// GET /instances/{instance}/pes/{pe}/inputports/{port}
pub(crate) fn input(domain: &mut Domain, request: &Request) -> Answer {
    get(domain, request, Side::Input)
}

/// GET /instances/{instance}/pes/{pe}/outputports
pub(crate) fn outputs(domain: &mut Domain, request: &Request) -> Answer {
    list(
        domain,
        request,
        Side::Output,
        "outputPorts",
        "peOutputPortList",
    )
}

/// GET /instances/{instance}/pes/{pe}/outputports/{port}
pub(crate) fn output(domain: &mut Domain, request: &Request) -> Answer {
    get(domain, request, Side::Output)
}
