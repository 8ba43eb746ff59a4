//! Validation of rows before they are sent: a node reports what is wrong with them only at the end.

use std::marker::PhantomData;

use super::{
    columns::Columns,
    decoder::is_break,
    layout::{ElementType, Layout},
    pass::Pass,
    rows::{Element, element},
};
use crate::joule::Timestamp;

/// The first row that cannot be written.
#[derive(Debug)]
pub(super) struct InvalidRow {
    /// Its index.
    pub(super) row: usize,
    pub(super) reason: String,
}

/// Checks rows that follow one at `last`.
pub(super) fn validate(layout: Layout, bytes: &[u8], last: Option<i64>) -> Result<(), InvalidRow> {
    match layout.element_type() {
        ElementType::Float64 => validate_as::<f64>(layout, bytes, last),
        ElementType::Float32 => validate_as::<f32>(layout, bytes, last),
        ElementType::Int64 | ElementType::Uint64 => validate_as::<i64>(layout, bytes, last),
        ElementType::Int32 | ElementType::Uint32 => validate_as::<i32>(layout, bytes, last),
        ElementType::Int16 | ElementType::Uint16 => validate_as::<i16>(layout, bytes, last),
        ElementType::Int8 | ElementType::Uint8 => validate_as::<i8>(layout, bytes, last),
    }
}

/// Of elements of this type, or of another one of its size that has no NaN either.
fn validate_as<T: Element>(
    layout: Layout,
    bytes: &[u8],
    mut last: Option<i64>,
) -> Result<(), InvalidRow> {
    let all_valid = AllValid {
        last: last.unwrap_or(i64::MIN),
        of: PhantomData::<T>,
    };
    if T::pass(all_valid, bytes, layout.width()) {
        return Ok(());
    }
    let rows = bytes.chunks_exact(layout.row_size());
    for (index, row) in rows.enumerate() {
        let timestamp = i64::read(row);
        let reason = if last.is_some_and(|last| timestamp <= last) {
            not_after(timestamp)
        } else if !is_storable(timestamp) {
            not_storable(timestamp)
        } else if is_break(row) {
            LIKE_A_BREAK.to_owned()
        } else if (0..layout.width()).any(|index| element::<T>(row, index).is_nan()) {
            not_a_number(timestamp)
        } else {
            last = Some(timestamp);
            continue;
        };
        return Err(InvalidRow { row: index, reason });
    }
    Ok(())
}

/// Whether all rows are certainly valid: found out without a branch for each, since nearly always they are.
struct AllValid<T> {
    last: i64,
    of: PhantomData<T>,
}

impl<T: Element> Pass for AllValid<T> {
    type Output = bool;

    #[inline(always)]
    fn over<'a>(self, rows: impl Iterator<Item = &'a [u8]> + Clone, width: usize) -> bool {
        let mut first = rows.clone().map(i64::read);
        let mut last = self.last;
        let mut doubtful = false;
        for row in rows {
            let timestamp = i64::read(row);
            doubtful |= timestamp <= last;
            last = timestamp;
            for index in 0..width {
                doubtful |= element::<T>(row, index).is_nan();
            }
        }
        let Some(first) = first.next() else {
            return true;
        };
        // Only a row at time zero is like a break.
        let passes_zero = first <= 0 && last >= 0;
        !doubtful && !passes_zero && is_storable(first) && is_storable(last)
    }
}

const LIKE_A_BREAK: &str = "a row at time zero with only zeros cannot be told from a break";

fn not_after(timestamp: i64) -> String {
    format!("the timestamp {timestamp} does not come after the one before")
}

/// A node answers 500 to other times, and a row before them breaks its stream permanently.
fn is_storable(timestamp: i64) -> bool {
    Timestamp::from_micros(timestamp).is_storable()
}

fn not_storable(timestamp: i64) -> String {
    format!("the timestamp {timestamp} is not in the years 1 to 9999")
}

fn not_a_number(timestamp: i64) -> String {
    format!("an element at {timestamp} is not a number")
}

impl<T: Element> Columns<T> {
    /// Checks rows that follow one at `last`; the error is the reason.
    pub(super) fn validate(&self, last: Option<i64>) -> Result<(), String> {
        let length = self.len();
        if self.elements.iter().any(|column| column.len() != length) {
            return Err("the columns are not equally long".to_owned());
        }
        let times = self.timestamps.as_slice();
        let first = times
            .first()
            .filter(|first| last.is_some_and(|last| **first <= last));
        let late = || {
            let pairs = times.iter().zip(times.iter().skip(1));
            pairs.into_iter().find(|(before, after)| after <= before)
        };
        if let Some(late) = first.or_else(|| Some(late()?.1)) {
            return Err(not_after(*late));
        }
        let ends = [times.first(), times.last()];
        if let Some(end) = ends.into_iter().flatten().find(|end| !is_storable(**end)) {
            return Err(not_storable(*end));
        }
        let is_zero = |index: usize| {
            self.elements
                .iter()
                .all(|column| column.get(index).is_some_and(|value| value.is_zero()))
        };
        if self.timestamps.binary_search(&0).is_ok_and(is_zero) {
            return Err(LIKE_A_BREAK.to_owned());
        }
        let is_nan = |value: &T| value.is_nan();
        let has_nan = |column: &&Vec<T>| {
            column
                .iter()
                .fold(false, |found, value| found | is_nan(value))
        };
        let nan = self.elements.iter().find(has_nan);
        let nan = nan.and_then(|column| column.iter().position(is_nan));
        match nan.and_then(|row| self.timestamps.get(row)) {
            Some(timestamp) => Err(not_a_number(*timestamp)),
            None => Ok(()),
        }
    }
}
