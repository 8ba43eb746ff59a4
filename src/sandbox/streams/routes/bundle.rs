//! Bundles: applications as files.

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::collection::element;
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::request::{Body, Request};
use crate::sandbox::streams::wire::{Answer, bundle};
use axum::http::StatusCode;

/// POST /instances/{instance}/applicationbundles
pub(crate) fn upload(domain: &mut Domain, request: &Request) -> Answer {
    match request.body {
        Body::Bundle(0) => return Err(Failure::bad_body("the bundle is empty")),
        Body::Bundle(_) => {}
        _ => {
            let text = "The content type has to be application/x-jar.";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Failure::new(status, "CDISW5014E", text));
        }
    }
    let id = format!("bundleId:{}", domain.ids.hex32());
    let name = format!("sandbox::Bundle{}", domain.instance.bundles.len());
    let json = bundle::to_json(&id, &request.links);
    domain.instance.bundles.insert(id, name);
    Ok(json.into())
}

/// GET /instances/{instance}/applicationbundles/{application_bundle}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let id = request.place(0);
    if !domain.instance.bundles.contains_key(id) {
        return Err(request.not_found());
    }
    Ok(element(bundle::to_json(id, &request.links), request))
}
