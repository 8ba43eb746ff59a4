//! Why rows cannot be written: checked before they are sent, since a node tells it only at the end.

use super::{
    columns::{BLOCK, Columns},
    decoder::is_token,
    layout::Layout,
    rows::Element,
};

/// The first row that cannot follow the one before, and why.
pub(super) fn unfit(
    layout: Layout,
    bytes: &[u8],
    mut last: Option<i64>,
) -> Option<(usize, String)> {
    let size = layout.row_size();
    let rows_at_once = (BLOCK / size).max(1);
    for (block, bytes) in bytes.chunks(rows_at_once * size).enumerate() {
        // In two passes, since the second takes several rows at once. What it takes are those that the first let through.
        let mut fit = bytes.len();
        let mut reason = None;
        // All is well as a rule, which is found out without a branch for each row.
        let mut before = last.unwrap_or(i64::MIN);
        let mut doubtful = false;
        for row in bytes.chunks_exact(size) {
            let timestamp = i64::read(row);
            doubtful |= (timestamp <= before) | (timestamp == 0);
            before = timestamp;
        }
        let looked_at = if doubtful { bytes } else { &[] };
        if !doubtful {
            last = Some(before);
        }
        for (index, row) in looked_at.chunks_exact(size).enumerate() {
            let timestamp = i64::read(row);
            let late = last.is_some_and(|last| timestamp <= last);
            if late || is_token(row) {
                fit = index * size;
                reason = Some(if late {
                    not_after(timestamp)
                } else {
                    LIKE_A_BREAK.to_owned()
                });
                break;
            }
            last = Some(timestamp);
        }
        let rows = bytes.get(..fit).unwrap_or_default();
        if layout.has_nan(rows) {
            let is_nan = |row: &[u8]| layout.has_nan(row);
            let index = rows.chunks_exact(size).position(is_nan)?;
            fit = index * size;
            reason = rows.get(fit..).map(i64::read).map(not_a_number);
        }
        if let Some(reason) = reason {
            return Some((block * rows_at_once + fit / size, reason));
        }
    }
    None
}

const LIKE_A_BREAK: &str = "a row at time zero with only zeros cannot be told from a break";

fn not_after(timestamp: i64) -> String {
    format!("the timestamp {timestamp} does not come after the one before")
}

fn not_a_number(timestamp: i64) -> String {
    format!("an element at {timestamp} is not a number")
}

impl<T: Element> Columns<T> {
    /// Why not every row can follow `last`.
    pub(super) fn unfit(&self, last: Option<i64>) -> Option<String> {
        let length = self.len();
        if self.elements.iter().any(|column| column.len() != length) {
            return Some("the columns are not equally long".to_owned());
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
            return Some(not_after(*late));
        }
        let is_zero = |index: usize| {
            self.elements
                .iter()
                .all(|column| column.get(index).is_some_and(|value| value.is_zero()))
        };
        if self.timestamps.binary_search(&0).is_ok_and(is_zero) {
            return Some(LIKE_A_BREAK.to_owned());
        }
        let is_nan = |value: &T| value.is_nan();
        let has_nan = |column: &&Vec<T>| {
            column
                .iter()
                .fold(false, |found, value| found | is_nan(value))
        };
        let nan = self
            .elements
            .iter()
            .find(has_nan)?
            .iter()
            .position(is_nan)?;
        self.timestamps.get(nan).copied().map(not_a_number)
    }
}
