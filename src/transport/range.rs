//! Numbers that a server takes.

use std::ops::RangeInclusive;

use crate::{Error, Operation, Result};

/// Refuses a number that the server cannot work with.
pub(crate) fn within(
    operation: &'static Operation,
    name: &str,
    number: Option<impl Into<i64>>,
    range: RangeInclusive<i64>,
) -> Result<()> {
    let Some(number) = number.map(Into::into) else {
        return Ok(());
    };
    let (side, bound) = if number < *range.start() {
        ("below", range.start())
    } else if number > *range.end() {
        ("above", range.end())
    } else {
        return Ok(());
    };
    let reason = format!("{name} is {number}, {side} {bound}");
    Err(Error::request(operation, reason))
}
