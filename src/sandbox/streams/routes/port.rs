//! Ports of operators.

use super::operator;
use crate::sandbox::streams::model::connection;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::operator::{InputPort, OutputPort};
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::pe_port::Side;
use crate::sandbox::streams::wire::port::Place;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, pe_port, port, tuple_attribute};

/// A port of the operator that the path names.
fn place<'a>(domain: &'a Domain, request: &Request, port: usize) -> Result<Place<'a>, Failure> {
    let (job, at, operator) = operator::named(domain, request)?;
    Ok(Place {
        instance: &domain.instance,
        job,
        operator,
        at,
        port,
    })
}

/// The number of the port that the path names.
fn number(request: &Request) -> Result<usize, Failure> {
    let number = usize::try_from(request.number(2)?);
    number.map_err(|_| request.not_found())
}

fn named_input<'a>(
    domain: &'a Domain,
    request: &Request,
) -> Result<(Place<'a>, &'a InputPort), Failure> {
    let number = number(request)?;
    let place = place(domain, request, number)?;
    let port = place.operator.inputs.get(number);
    Ok((place, port.ok_or_else(|| request.not_found())?))
}

fn named_output<'a>(
    domain: &'a Domain,
    request: &Request,
) -> Result<(Place<'a>, &'a OutputPort), Failure> {
    let number = number(request)?;
    let place = place(domain, request, number)?;
    let port = place.operator.outputs.get(number);
    Ok((place, port.ok_or_else(|| request.not_found())?))
}

/// GET /instances/{instance}/jobs/{job}/operators/{operator}/inputports
pub(crate) fn inputs(domain: &mut Domain, request: &Request) -> Answer {
    let place = place(domain, request, 0)?;
    let ports = place.operator.inputs.iter().enumerate();
    let ports =
        ports.map(|(at, found)| port::input(Place { port: at, ..place }, found, &request.links));
    Ok(Collection::new("inputPorts", "operatorInputPortList", ports).reply(request))
}

/// GET .../inputports/{port}
pub(crate) fn input(domain: &mut Domain, request: &Request) -> Answer {
    let (place, found) = named_input(domain, request)?;
    Ok(element(port::input(place, found, &request.links), request))
}

/// GET /instances/{instance}/jobs/{job}/operators/{operator}/outputports
pub(crate) fn outputs(domain: &mut Domain, request: &Request) -> Answer {
    let place = place(domain, request, 0)?;
    let ports = place.operator.outputs.iter().enumerate();
    let ports =
        ports.map(|(at, found)| port::output(Place { port: at, ..place }, found, &request.links));
    Ok(Collection::new("outputPorts", "operatorOutputPortList", ports).reply(request))
}

/// GET .../outputports/{port}
pub(crate) fn output(domain: &mut Domain, request: &Request) -> Answer {
    let (place, found) = named_output(domain, request)?;
    Ok(element(port::output(place, found, &request.links), request))
}

/// GET .../outputports/{port}/tupleattributes
pub(crate) fn tuple_attributes(domain: &mut Domain, request: &Request) -> Answer {
    let (_, found) = named_output(domain, request)?;
    Ok(tuple_attribute::list(&found.schema).reply(request))
}

/// GET .../inputports/{input_port}/peinputports
pub(crate) fn pe_inputs(domain: &mut Domain, request: &Request) -> Answer {
    let (place, _) = named_input(domain, request)?;
    let end = connection::pe_end(place.instance, place.end(), Job::pe_inputs);
    let ports = end.into_iter();
    let ports = ports.map(|end| pe_port::to_json(Side::Input, end, &request.links));
    Ok(Collection::new("inputPorts", "peInputPortList", ports).reply(request))
}

/// GET .../outputports/{output_port}/peoutputports
pub(crate) fn pe_outputs(domain: &mut Domain, request: &Request) -> Answer {
    let (place, _) = named_output(domain, request)?;
    let end = connection::pe_end(place.instance, place.end(), Job::pe_outputs);
    let ports = end.into_iter();
    let ports = ports.map(|end| pe_port::to_json(Side::Output, end, &request.links));
    Ok(Collection::new("outputPorts", "peOutputPortList", ports).reply(request))
}
