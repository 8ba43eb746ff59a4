//! Instances: there is one.

use serde_json::json;

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, instance};

/// GET /instances
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let all = [instance::to_json(
        &domain.instance,
        &request.links,
        request.now,
    )];
    Ok(Collection::new("instances", "instanceList", all).reply(request))
}

/// GET /instances/{instance}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let instance = instance::to_json(&domain.instance, &request.links, request.now);
    Ok(element(instance, request))
}

/// GET /instances/{instance}/properties/{property}
pub(crate) fn property(_: &mut Domain, request: &Request) -> Answer {
    let origin = &request.links.origin;
    let value = match request.place(0) {
        "sws.consoleUrl" => format!("{origin}/streams/console"),
        _ => return Err(request.not_found()),
    };
    Ok(json!({"value": value}).into())
}
