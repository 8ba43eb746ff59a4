//! A request as Joule reads it: a query of single values, a body that is a JSON object.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::error::Failure;
use super::python::integer;
use crate::sandbox::joule::model::{bounds::Bounds, time::Micros};

/// What a handler gets.
#[derive(Debug)]
pub(crate) struct Request {
    /// The time at which the request is answered; one for all times in the answer.
    pub(crate) now: Micros,
    headers: HeaderMap,
    query: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn new(now: Micros, parts: Parts, body: Bytes) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        Self {
            now,
            headers: parts.headers,
            query: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A query parameter; of several of that name the first.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every query parameter of that name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.query.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// A query parameter that must be an integer, if it is there.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i128>, Failure> {
        let refused = || Failure::bad_request(format!("parameter {name} must be an int"));
        let parsed = |text| integer(text).ok_or_else(refused);
        self.query(name).map(parsed).transpose()
    }

    /// `start` and `end`.
    pub(crate) fn bounds(&self) -> Result<Bounds, Failure> {
        let (start, end) = (self.integer("start")?, self.integer("end")?);
        if let (Some(start), Some(end)) = (start, end)
            && start >= end
        {
            return Err(Failure::bad_request("[start] must be before [end]"));
        }
        let saturated = |bound: i128| {
            let limit = if bound < 0 { Micros::MIN } else { Micros::MAX };
            Micros::try_from(bound).unwrap_or(limit)
        };
        Ok(Bounds {
            start: start.map(saturated),
            end: end.map(saturated),
        })
    }

    /// `start` and `end`, where both must be in years that Python has.
    pub(crate) fn bounds_in_years(&self) -> Result<Bounds, Failure> {
        Ok(self.bounds()?.in_years()?)
    }

    /// The body, which has to be JSON; 400 if it is not.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Failure> {
        self.require_json()?;
        let body = serde_json::from_slice(&self.body);
        object(body.map_err(|_| Failure::bad_request("invalid json"))?)
    }

    /// The body, on a route that is not prepared for one that is no JSON.
    pub(crate) fn trusted_json(&self) -> Result<Map<String, Value>, Failure> {
        self.require_json()?;
        let body = serde_json::from_slice(&self.body);
        object(
            body.map_err(|error| {
                Failure::uncaught(format!("json.decoder.JSONDecodeError: {error}"))
            })?,
        )
    }

    fn require_json(&self) -> Result<(), Failure> {
        let content_type = self
            .header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default();
        if essence.trim().eq_ignore_ascii_case("application/json") {
            return Ok(());
        }
        Err(Failure::bad_request(
            "content-type must be application/json",
        ))
    }
}

fn object(body: Value) -> Result<Map<String, Value>, Failure> {
    match body {
        Value::Object(members) => Ok(members),
        _ => Err(Failure::uncaught("TypeError: the body is no object")),
    }
}
