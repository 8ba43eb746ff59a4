//! Tokens: of an instance, and of IBM Cloud.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::flavour::Flavour;
use crate::sandbox::streams::model::time::SECOND;
use crate::sandbox::streams::wire::Answer;
use crate::sandbox::streams::wire::credentials::Credentials;
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::request::Request;

/// What is asked for with the key of an application.
const GRANT: &str = "urn:ibm:params:oauth:grant-type:apikey";

/// POST /accesstokens; a token does not get another one, but in Cloud Pak for Data nobody has anything else
pub(crate) fn of_instance(domain: &mut Domain, request: &Request) -> Answer {
    let credentials = request.header("authorization").and_then(Credentials::parse);
    let is_basic = matches!(credentials, Some(Credentials::Basic { .. }));
    if !is_basic && domain.flavour != Flavour::Cp4d {
        return Err(Failure::unauthorized(domain.flavour));
    }
    let body = request.json()?;
    let is_streams = |audience: &Value| audience == "streams";
    let is_known = match body.get("audience") {
        Some(Value::Array(audiences)) => audiences.iter().any(is_streams),
        Some(audience) => is_streams(audience),
        None => false,
    };
    if !is_known {
        return Err(Failure::bad_body("the audience is not streams"));
    }
    let (token, expires) = domain.tokens.give(&mut domain.ids, request.now);
    Ok(json!({"accessToken": token, "expireTime": expires / SECOND}).into())
}

/// POST /oidc/token and /identity/token: with parameters in the query, or in a form
pub(crate) fn of_cloud(domain: &mut Domain, request: &Request) -> Answer {
    let form = request.form();
    let parameter = |name: &str| {
        let mut form = form.iter();
        let in_form = form.find(|(key, _)| key == name);
        request
            .query(name)
            .or_else(|| in_form.map(|(_, value)| value.as_str()))
    };
    if parameter("grant_type") != Some(GRANT) {
        return Err(refused("BXNIM0111E", "The grant type is not supported"));
    }
    let Some(key) = parameter("apikey") else {
        return Err(refused("BXNIM0109E", "Property missing or empty: apikey"));
    };
    if key != domain.service.api_key {
        return Err(refused("BXNIM0415E", "Provided API key could not be found"));
    }
    let (token, expires) = domain.tokens.give(&mut domain.ids, request.now);
    Ok(json!({
        "access_token": token,
        "refresh_token": "not_supported",
        "token_type": "Bearer",
        "expires_in": domain.tokens.lifetime / SECOND,
        "expiration": expires / SECOND,
        "scope": "ibm openid",
    })
    .into())
}

fn refused(code: &str, message: &str) -> Failure {
    let body = json!({"errorCode": code, "errorMessage": message});
    Failure::object(StatusCode::BAD_REQUEST, body)
}
