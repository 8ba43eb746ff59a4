//! A request as Streams reads it.

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::error::Failure;
use super::form::Form;
use super::links::Links;
use crate::sandbox::streams::model::time::Millis;

/// What a handler gets.
#[derive(Debug)]
pub(crate) struct Request {
    /// The time at which the request is answered; one for all times in the answer.
    pub(crate) now: Millis,
    pub(crate) links: Links,
    /// The path as it came.
    pub(crate) path: String,
    /// What stands in the places of the path's template, decoded.
    pub(crate) places: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// What has come with a request.
#[derive(Debug)]
pub(crate) enum Body {
    Whole(Bytes),
    /// A bundle, of which only its length has been looked at.
    Bundle(u64),
    Form(Form),
}

impl Request {
    /// What stands in a place of the template, from 0.
    pub(crate) fn place(&self, index: usize) -> &str {
        self.places.get(index).map_or("", String::as_str)
    }

    /// A place where a number has to stand.
    pub(crate) fn number(&self, index: usize) -> Result<u64, Failure> {
        let text = self.place(index);
        text.parse().map_err(|_| Failure::not_an_id(text))
    }

    /// That there is nothing at the path.
    pub(crate) fn not_found(&self) -> Failure {
        Failure::not_found(&format!("{}{}", self.links.origin, self.path))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A query parameter; of several of that name the first.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let mut named = self.query.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether a thing is in the scope that the query sets, such as `job.restid=0,1`.
    pub(crate) fn has_in_scope(&self, name: &str, id: &str) -> bool {
        let wanted = self.query(name);
        wanted.is_none_or(|wanted| wanted.split(',').any(|wanted| wanted == id))
    }

    /// The body, which has to be a JSON object.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Failure> {
        let Body::Whole(body) = &self.body else {
            return Err(Failure::bad_body("it is not JSON"));
        };
        let content_type = self
            .header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Failure::bad_body(
                "its content type is not application/json",
            ));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(Failure::bad_body("it is not an object")),
            Err(error) => Err(Failure::bad_body(&error.to_string())),
        }
    }

    /// The members of a body that is a form of a web page.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        match &self.body {
            Body::Whole(body) => form_urlencoded::parse(body).into_owned().collect(),
            _ => Vec::new(),
        }
    }
}
