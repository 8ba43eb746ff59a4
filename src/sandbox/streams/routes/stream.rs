//! Streams that jobs give to each other.

use serde_json::Value;

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::port::Place;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, stream};

/// Every port of a side, as far as `ports` tells it to be wanted.
fn all<'a>(domain: &'a Domain, ports: impl Fn(Place<'a>) -> Vec<usize>) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    for job in domain.instance.jobs.values() {
        for (at, operator) in job.application.operators.iter().enumerate() {
            let place = Place {
                instance: &domain.instance,
                job,
                operator,
                at,
                port: 0,
            };
            let ports = ports(place).into_iter();
            places.extend(ports.map(|port| Place { port, ..place }));
        }
    }
    places
}

fn exports(domain: &Domain, request: &Request) -> Vec<Value> {
    let places = all(domain, |place| {
        let ports = place.operator.outputs.iter().enumerate();
        let ports = ports.filter(|(_, port)| port.export.is_some());
        ports.map(|(at, _)| at).collect()
    });
    let places = places.into_iter();
    places
        .map(|place| stream::exported(place, &request.links))
        .collect()
}

fn imports(domain: &Domain, request: &Request) -> Vec<Value> {
    let places = all(domain, |place| {
        let ports = place.operator.inputs.iter().enumerate();
        let ports = ports.filter(|(_, port)| port.import.is_some());
        ports.map(|(at, _)| at).collect()
    });
    let places = places.into_iter();
    places
        .map(|place| stream::imported(place, &request.links))
        .collect()
}

/// The stream whose `self` the path is.
fn one(streams: Vec<Value>, request: &Request) -> Answer {
    let own = format!("{}{}", request.links.origin, request.path);
    let mut streams = streams.into_iter();
    let found = streams.find(|stream| stream.get("self").is_some_and(|link| *link == own));
    let found = found.ok_or_else(|| request.not_found())?;
    Ok(element(found, request))
}

/// GET /instances/{instance}/exportedstreams
pub(crate) fn exported(domain: &mut Domain, request: &Request) -> Answer {
    let all = exports(domain, request);
    Ok(Collection::new("exportedStreams", "exportedStreamList", all).reply(request))
}

/// GET /instances/{instance}/exportedstreams/{stream}
pub(crate) fn exported_one(domain: &mut Domain, request: &Request) -> Answer {
    one(exports(domain, request), request)
}

/// GET /instances/{instance}/importedstreams
pub(crate) fn imported(domain: &mut Domain, request: &Request) -> Answer {
    let all = imports(domain, request);
    Ok(Collection::new("importedStreams", "importedStreamList", all).reply(request))
}

/// GET /instances/{instance}/importedstreams/{stream}
pub(crate) fn imported_one(domain: &mut Domain, request: &Request) -> Answer {
    one(imports(domain, request), request)
}
