//! Rescaling as it was before resource requirements: disabled for years, and answered as long.

use axum::http::StatusCode;

use crate::sandbox::flink::{
    model::cluster::Cluster,
    wire::{Answer, error::Failure, request::Request},
};

/// PATCH /jobs/:jobid/rescaling; the parallelism must be a number, but need not be there
pub(crate) fn trigger(_: &mut Cluster, request: &Request) -> Answer {
    request.id("jobid")?;
    request.query_number("parallelism")?;
    Err(disabled())
}

/// GET /jobs/:jobid/rescaling/:triggerid
pub(crate) fn status(_: &mut Cluster, request: &Request) -> Answer {
    request.id("jobid")?;
    request.id("triggerid")?;
    Err(disabled())
}

fn disabled() -> Failure {
    Failure::rest(
        StatusCode::SERVICE_UNAVAILABLE,
        "Rescaling is temporarily disabled. See FLINK-12312.",
    )
}
