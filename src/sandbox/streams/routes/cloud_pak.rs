//! Cloud Pak for Data: who calls, and where the instance is.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::Answer;
use crate::sandbox::streams::wire::cloud_pak::{refused, service_instance};
use crate::sandbox::streams::wire::request::Request;

/// POST /icp4d-api/v1/authorize
pub(crate) fn authorize(domain: &mut Domain, request: &Request) -> Answer {
    let body = request.json()?;
    let member = |name: &str| body.get(name).and_then(Value::as_str);
    let (user, password) = (member("username"), member("password"));
    if user != Some(&domain.user) || password != Some(&domain.password) {
        let message = "Incorrect username or password.";
        return Err(refused(StatusCode::UNAUTHORIZED, message));
    }
    let (token, _) = domain.tokens.give(&mut domain.ids, request.now);
    Ok(json!({"_messageCode_": "success", "message": "Success", "token": token}).into())
}

/// GET /zen-data/v2/serviceInstance/details
pub(crate) fn details(domain: &mut Domain, request: &Request) -> Answer {
    match request.query("displayName") {
        Some(name) if name == domain.instance.id => Ok(service_instance(domain).into()),
        _ => Err(refused(
            StatusCode::NOT_FOUND,
            "The service instance was not found.",
        )),
    }
}

/// POST /zen-data/v2/serviceInstance/token
pub(crate) fn token(domain: &mut Domain, request: &Request) -> Answer {
    let body = request.json()?;
    let id = match body.get("serviceInstanceId") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_u64(),
        None => None,
    };
    if id != Some(domain.service.number) {
        let message = "The service instance was not found.";
        return Err(refused(StatusCode::NOT_FOUND, message));
    }
    let (token, _) = domain.tokens.give(&mut domain.ids, request.now);
    Ok(json!({"AccessToken": token}).into())
}
