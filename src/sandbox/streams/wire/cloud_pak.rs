//! Cloud Pak for Data, as far as clients of Streams ask it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::error::Failure;
use super::home;
use super::links::encoded;
use crate::sandbox::streams::model::domain::Domain;

/// The service instance in which Streams runs, by the paths at which it is found.
pub(crate) fn service_instance(domain: &Domain) -> Value {
    let name = &domain.instance.id;
    let place = encoded(name);
    json!({
        "_messageCode_": "success",
        "message": "Successfully retrieved the service instance",
        "requestObj": {
            "ID": domain.service.number,
            "ServiceInstanceDisplayName": name,
            "ServiceInstanceType": "streams",
            "ServiceInstanceNamespace": "zen",
            "CreateArguments": {
                "metadata": {"instance": {"id": name}},
                "connection-info": {
                    "externalRestEndpoint": format!("/streams-rest/instances/{place}"),
                    "externalBuildEndpoint": format!("/streams-build/instances/{place}/"),
                },
            },
        },
    })
}

/// An error that is none of Streams.
pub(crate) fn refused(status: StatusCode, message: &str) -> Failure {
    Failure::object(status, home::of_cloud_pak(status, message))
}
