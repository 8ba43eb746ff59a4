//! Streams of either kind, as JSON.

use serde_json::Value;

use super::attributes::Invalid;
use super::error::Failure;
use crate::sandbox::joule::model::{kind::Kind, stream::Stream};

/// How streams of a kind are described in requests and answers.
pub(crate) trait Described: Kind {
    /// What Joule says of a move that names no stream.
    const NO_SOURCE: &'static str;
    /// Whether a change whose id is `null` has none; if not, it is the id of no stream.
    const NULL_IS_NO_ID: bool;

    /// From an object that must have every member.
    fn parse(value: &Value) -> Result<Self, Invalid>;

    /// Takes over the members that are there.
    fn update(&mut self, value: &Value) -> Result<(), Invalid>;

    /// The form in which a stream is not made.
    fn refused(why: String) -> Failure;

    /// All but `data_info`.
    fn to_json(stream: &Stream<Self>) -> Value;

    /// `data_info`
    fn info(stream: &Stream<Self>) -> Result<Value, Failure>;
}

/// A stream, with `data_info` or without.
pub(crate) fn to_json<F: Described>(stream: &Stream<F>, with_info: bool) -> Result<Value, Failure> {
    let mut json = F::to_json(stream);
    if with_info && let Value::Object(members) = &mut json {
        members.insert("data_info".to_owned(), F::info(stream)?);
    }
    Ok(json)
}
