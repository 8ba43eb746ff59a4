//! Bundles: applications as files.

use axum::http::StatusCode;
use serde_json::json;

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::Answer;
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::request::{Body, Request};

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
    domain.instance.bundles.insert(id.clone(), name);
    Ok(json!({
        "resourceType": "applicationBundle",
        "bundleId": id,
        "self": request.links.instance(format_args!("/applicationbundles/{id}")),
    })
    .into())
}
