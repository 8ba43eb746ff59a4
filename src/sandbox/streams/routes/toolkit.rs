//! Toolkits of the build service.

use serde_json::{Value, json};

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::toolkit::Toolkit;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::reply::Reply;
use crate::sandbox::streams::wire::request::{Body, Request};
use crate::sandbox::streams::wire::{Answer, toolkit};

/// The toolkit that the path names.
fn named<'a>(domain: &'a Domain, request: &Request) -> Result<&'a Toolkit, Failure> {
    let mut toolkits = domain.toolkits.iter();
    let found = toolkits.find(|toolkit| toolkit.id() == request.place(0));
    found.ok_or_else(|| request.not_found())
}

/// GET /toolkits
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let toolkits = domain.toolkits.iter();
    let toolkits = toolkits.map(|found| toolkit::to_json(found, &request.links));
    Ok(Collection::new("toolkits", "toolkitList", toolkits).reply(request))
}

/// GET /toolkits/{toolkit}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let found = named(domain, request)?;
    Ok(element(toolkit::to_json(found, &request.links), request))
}

/// GET /toolkits/{toolkit}/index
pub(crate) fn index(domain: &mut Domain, request: &Request) -> Answer {
    let index = named(domain, request)?.index.clone();
    Ok(Reply::bytes("text/xml;charset=utf-8", index))
}

/// POST /toolkits; one that is there already is not replaced, and not told
pub(crate) fn upload(domain: &mut Domain, request: &Request) -> Answer {
    let Body::Whole(archive) = &request.body else {
        return Err(Failure::bad_body("it is not a zip archive"));
    };
    if request.header("content-type") != Some("application/zip") {
        return Err(Failure::bad_body("its content type is not application/zip"));
    }
    let brought = toolkit::unpack(archive.clone())?;
    let is_known = domain
        .toolkits
        .iter()
        .any(|known| known.id() == brought.id());
    let mut told: Vec<Value> = Vec::new();
    if !is_known {
        told.push(toolkit::to_json(&brought, &request.links));
        domain.toolkits.push(brought);
    }
    Ok(json!({"toolkits": told, "resourceType": "toolkitList", "total": told.len()}).into())
}

/// DELETE /toolkits/{toolkit}
pub(crate) fn delete(domain: &mut Domain, request: &Request) -> Answer {
    let id = named(domain, request)?.id();
    domain.toolkits.retain(|toolkit| toolkit.id() != id);
    Ok(Reply::nothing())
}
