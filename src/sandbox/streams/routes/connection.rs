//! Connections of operators and of PEs.

use crate::sandbox::streams::model::connection::{self as model, End, PeEnd};
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, connection};

/// Whether an end of a connection between operators is in the scope of the query, where `side` names its port.
fn has(domain: &Domain, request: &Request, end: End, side: &str) -> bool {
    let job = domain.instance.jobs.get(&end.job);
    let operator = job.and_then(|job| job.application.operators.get(end.operator));
    let pe = job.and_then(|job| job.pe_of(end.operator));
    let port = format!("{side}port.restid");
    request.has_in_scope("job.restid", &end.job.to_string())
        && operator.is_some_and(|found| request.has_in_scope("operator.restid", &found.name))
        && pe.is_some_and(|pe| request.has_in_scope("pe.restid", &pe.id.to_string()))
        && request.has_in_scope(&port, &end.port.to_string())
}

/// Whether the query wants ports of this side, or of any.
fn wants(request: &Request, side: &str) -> bool {
    let other = match side {
        "input" => "outputport.restid",
        _ => "inputport.restid",
    };
    request.query(other).is_none()
}

/// GET /instances/{instance}/operatorconnections
pub(crate) fn of_operators(domain: &mut Domain, request: &Request) -> Answer {
    let connections = model::of_operators(&domain.instance).into_iter();
    let connections = connections.filter(|connection| {
        let source = wants(request, "output") && has(domain, request, connection.source, "output");
        source || wants(request, "input") && has(domain, request, connection.target, "input")
    });
    let connections =
        connections.map(|found| connection::of_operators(&domain.instance, &found, &request.links));
    Ok(Collection::new("connections", "operatorConnectionList", connections).reply(request))
}

/// GET /instances/{instance}/operatorconnections/{connection}
pub(crate) fn of_operator(domain: &mut Domain, request: &Request) -> Answer {
    let mut connections = model::of_operators(&domain.instance).into_iter();
    let found = connections.find(|connection| connection.id() == request.place(0));
    let found = found.ok_or_else(|| request.not_found())?;
    let found = connection::of_operators(&domain.instance, &found, &request.links);
    Ok(element(found, request))
}

/// Whether an end of a connection between PEs is in the scope of the query.
fn has_pe(request: &Request, end: PeEnd, side: &str) -> bool {
    request.has_in_scope("job.restid", &end.job.to_string())
        && request.has_in_scope("pe.restid", &end.pe.to_string())
        && request.has_in_scope(&format!("{side}port.restid"), &end.port.to_string())
}

/// GET /instances/{instance}/peconnections
pub(crate) fn of_pes(domain: &mut Domain, request: &Request) -> Answer {
    let instance = &domain.instance;
    let connections = model::of_pes(instance).into_iter();
    let connections = connections.filter(|connection| {
        let source = wants(request, "output") && has_pe(request, connection.source, "output");
        source || wants(request, "input") && has_pe(request, connection.target, "input")
    });
    let connections =
        connections.map(|found| connection::of_pes(instance, &found, &request.links, request.now));
    Ok(Collection::new("connections", "peConnectionList", connections).reply(request))
}

/// GET /instances/{instance}/peconnections/{connection}
pub(crate) fn of_pe(domain: &mut Domain, request: &Request) -> Answer {
    let instance = &domain.instance;
    let mut connections = model::of_pes(instance).into_iter();
    let found = connections.find(|connection| connection.id() == request.place(0));
    let found = found.ok_or_else(|| request.not_found())?;
    let found = connection::of_pes(instance, &found, &request.links, request.now);
    Ok(element(found, request))
}
