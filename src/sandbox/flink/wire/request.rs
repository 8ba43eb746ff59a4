//! A request as Flink reads it: decoded path parameters, a query of comma lists.

use std::collections::HashMap;
use std::str::FromStr;

use bytes::Bytes;

use super::error::Failure;
use super::id;
use super::json_body::JsonBody;
use super::percent::{Plus, decode};
use super::upload::{Files, Form};

/// What a handler gets.
#[derive(Debug)]
pub(crate) struct Request {
    /// The time at which the request is answered, ms since the epoch; one for all times in the answer.
    pub(crate) now: i64,
    path: Vec<(&'static str, String)>,
    query: HashMap<String, String>,
    body: Bytes,
    /// The files of a form; none where the request is no form.
    pub(crate) files: Files,
}

impl Request {
    pub(crate) fn new(
        now: i64,
        path: Vec<(&'static str, String)>,
        query: &str,
        form: Form,
    ) -> Result<Self, String> {
        Ok(Self {
            now,
            path,
            query: parse_query(query)?,
            body: form.request,
            files: form.files,
        })
    }

    /// A path parameter as it is; empty where the route has none of that name.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.path
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }

    /// A path parameter that is an id of 32 hex digits, in lower case.
    pub(crate) fn id(&self, name: &str) -> Result<String, Failure> {
        let value = self.path(name);
        id::parse(value).ok_or_else(|| Failure::parameter("path", name, value))
    }

    /// A path parameter that is a number.
    pub(crate) fn number<N: FromStr>(&self, name: &str) -> Result<N, Failure> {
        let value = self.path(name);
        value
            .parse()
            .map_err(|_| Failure::parameter("path", name, value))
    }

    /// A path parameter that is the index of a subtask.
    pub(crate) fn subtask(&self) -> Result<i32, Failure> {
        let name = "subtaskindex";
        match self.number(name)? {
            index @ 0.. => Ok(index),
            _ => Err(Failure::parameter("path", name, self.path(name))),
        }
    }

    /// A query parameter, repeats joined by commas.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A query parameter that must be a single value.
    pub(crate) fn single(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.list(name) {
            Some(list) if list.len() > 1 => Err(Failure::bad_request(format!(
                "Expected only one value [{}].",
                list.join(", ")
            ))),
            _ => Ok(self.query(name)),
        }
    }

    /// A query parameter that is a comma list. Nothing is trimmed: `a, b` asks for ` b`.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        self.query(name).map(|list| list.split(',').collect())
    }

    /// A query parameter whose values must be understood, one by one.
    pub(crate) fn parsed<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<Vec<T>>, Failure> {
        let item =
            |value: &str| parse(value).ok_or_else(|| Failure::parameter("query", name, value));
        self.list(name)
            .map(|list| list.into_iter().map(item).collect())
            .transpose()
    }

    /// A query parameter that is a number; of several the first counts.
    pub(crate) fn query_number(&self, name: &str) -> Result<Option<i32>, Failure> {
        Ok(self
            .parsed(name, |value| value.parse().ok())?
            .and_then(|list| list.first().copied()))
    }

    /// Checks that a body for which nobody asked could be one, as Flink does on every route.
    pub(crate) fn without_body(&self) -> Result<(), Failure> {
        self.body("EmptyRequestBody").map(drop)
    }

    /// The body, for a handler whose Java class of requests has this simple name.
    pub(crate) fn body(&self, class: &'static str) -> Result<JsonBody, Failure> {
        JsonBody::parse(class, &self.body)
    }
}

/// Repeated keys are joined with commas, as Flink does before it splits.
fn parse_query(query: &str) -> Result<HashMap<String, String>, String> {
    let mut parsed: HashMap<String, String> = HashMap::new();
    for pair in query.split(['&', ';']).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(value, Plus::Space)?;
        parsed
            .entry(decode(key, Plus::Space)?)
            .and_modify(|list| list.extend([",", value.as_str()]))
            .or_insert(value);
    }
    Ok(parsed)
}
