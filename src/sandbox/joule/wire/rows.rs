//! Rows, as JSON.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::sandbox::joule::model::layout::{Layout, is_token, time};

/// Rows as arrays, an array for each interval that has some, with commas between them.
pub(crate) fn to_json(layout: Layout, pieces: impl IntoIterator<Item = Bytes>) -> String {
    let mut text = String::new();
    let mut within = false;
    for piece in pieces {
        for row in piece.chunks_exact(layout.row_size()) {
            if is_token(row) {
                if within {
                    text.push(']');
                }
                within = false;
                continue;
            }
            let opening = match (within, text.is_empty()) {
                (true, _) => ", ",
                (false, true) => "[",
                (false, false) => ", [",
            };
            text.push_str(opening);
            within = true;
            write_row(layout, row, &mut text);
        }
    }
    if within {
        text.push(']');
    }
    text
}

fn write_row(layout: Layout, row: &[u8], text: &mut String) {
    // Writing into a string does not fail.
    if layout.datatype.is_float() {
        let _ = write!(text, "[{:?}", time(row) as f64);
        for number in layout.numbers(row) {
            let _ = match number {
                f64::INFINITY => write!(text, ", Infinity"),
                f64::NEG_INFINITY => write!(text, ", -Infinity"),
                number => write!(text, ", {number:?}"),
            };
        }
    } else {
        let _ = write!(text, "[{}", time(row));
        for integer in layout.integers(row) {
            let _ = write!(text, ", {integer}");
        }
    }
    text.push(']');
}
