//! A request as Flink reads it: decoded path parameters, a query of comma lists.

use std::collections::HashMap;
use std::str::FromStr;

use bytes::Bytes;

use super::body::Body;
use super::error::Failure;
use super::id;
use super::upload::{Files, Form};

/// What a handler gets.
#[derive(Debug)]
pub(super) struct Request {
    /// The time at which the request is answered, ms since the epoch; one for all times in the answer.
    pub(super) now: i64,
    path: Vec<(&'static str, String)>,
    query: HashMap<String, String>,
    body: Bytes,
    /// The files of a form; none where the request is no form.
    pub(super) files: Files,
}

impl Request {
    pub(super) fn new(
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
    pub(super) fn path(&self, name: &str) -> &str {
        self.path
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }

    /// A path parameter that is an id of 32 hex digits, in lower case.
    pub(super) fn id(&self, name: &str) -> Result<String, Failure> {
        let value = self.path(name);
        id::parse(value).ok_or_else(|| Failure::parameter("path", name, value))
    }

    /// A path parameter that is a number.
    pub(super) fn number<N: FromStr>(&self, name: &str) -> Result<N, Failure> {
        let value = self.path(name);
        value
            .parse()
            .map_err(|_| Failure::parameter("path", name, value))
    }

    /// A path parameter that is the index of a subtask.
    pub(super) fn subtask(&self) -> Result<i32, Failure> {
        let name = "subtaskindex";
        match self.number(name)? {
            index @ 0.. => Ok(index),
            _ => Err(Failure::parameter("path", name, self.path(name))),
        }
    }

    /// A query parameter, repeats joined by commas.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A query parameter that must be a single value.
    pub(super) fn single(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.list(name) {
            Some(list) if list.len() > 1 => Err(Failure::bad_request(format!(
                "Expected only one value [{}].",
                list.join(", ")
            ))),
            _ => Ok(self.query(name)),
        }
    }

    /// A query parameter that is a comma list. Nothing is trimmed: `a, b` asks for ` b`.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        self.query(name).map(|list| list.split(',').collect())
    }

    /// A query parameter whose values must be understood, one by one.
    pub(super) fn parsed<T>(
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
    pub(super) fn query_number(&self, name: &str) -> Result<Option<i32>, Failure> {
        Ok(self
            .parsed(name, |value| value.parse().ok())?
            .and_then(|list| list.first().copied()))
    }

    /// Checks that a body for which nobody asked could be one, as Flink does on every route.
    pub(super) fn without_body(&self) -> Result<(), Failure> {
        self.body("EmptyRequestBody").map(drop)
    }

    /// The body, for a handler whose Java class of requests has this simple name.
    pub(super) fn body(&self, class: &'static str) -> Result<Body, Failure> {
        Body::parse(class, &self.body)
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

/// What a plus sign stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Plus {
    Itself,
    Space,
}

/// Percent-decoding with Netty's messages for what cannot be decoded.
pub(super) fn decode(text: &str, plus: Plus) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let Some(pair) = bytes.get(at + 1..at + 3) else {
                    return Err(format!(
                        "unterminated escape sequence at index {at} of: {text}"
                    ));
                };
                let Some(value) = hex_byte(pair) else {
                    return Err(format!(
                        "invalid hex byte '{}' at index {} of '{text}'",
                        String::from_utf8_lossy(pair),
                        at + 1
                    ));
                };
                decoded.push(value);
                at += 2;
            }
            b'+' if plus == Plus::Space => decoded.push(b' '),
            other => decoded.push(other),
        }
        at += 1;
    }
    Ok(String::from_utf8_lossy(&decoded).into_owned())
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(pair)
        .ok()
        .filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}
