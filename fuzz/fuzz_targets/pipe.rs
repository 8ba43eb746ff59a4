//! Any bytes, in any layout, cut anywhere: the pipe decoder finds the same intervals, loses nothing and never panics.
#![no_main]

use arbitrary::Arbitrary;
use bytes::Bytes;
use headwaters::joule::{Element, ElementType, Layout, Rows, decode};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Body<'a> {
    element_type: u8,
    width: u8,
    /// Lengths of the chunks; what is left comes as one.
    cuts: Vec<u8>,
    bytes: &'a [u8],
}

const TYPES: [ElementType; 10] = [
    ElementType::Float64,
    ElementType::Float32,
    ElementType::Int64,
    ElementType::Int32,
    ElementType::Int16,
    ElementType::Int8,
    ElementType::Uint64,
    ElementType::Uint32,
    ElementType::Uint16,
    ElementType::Uint8,
];

fuzz_target!(|body: Body| {
    let element_type = TYPES[usize::from(body.element_type) % TYPES.len()];
    let layout = Layout::new(element_type, 1 + usize::from(body.width) % 16).unwrap();
    let size = layout.row_size();

    let mut rest = Bytes::copy_from_slice(body.bytes);
    let mut chunks: Vec<Bytes> = Vec::new();
    for cut in body.cuts {
        chunks.push(rest.split_to(usize::from(cut).min(rest.len())));
    }
    chunks.push(rest);
    let (pieces, whole) = decode(layout, chunks);

    let is_break = |row: &[u8]| row.iter().all(|byte| *byte == 0);
    let mut again = Vec::new();
    for (rows, ends_interval) in &pieces {
        assert!(!rows.is_empty() || *ends_interval, "a piece says nothing");
        assert!(
            !rows.as_bytes().chunks(size).any(is_break),
            "a break among rows"
        );
        same_by_rows_and_columns(rows);
        again.extend_from_slice(rows.as_bytes());
        if *ends_interval {
            again.resize(again.len() + size, 0);
        }
    }
    let end = body.bytes.len() - body.bytes.len() % size;
    assert_eq!(
        again,
        body.bytes[..end],
        "rows and breaks are not the bytes"
    );
    assert_eq!(whole, end == body.bytes.len());

    let (at_once, _) = decode(layout, [Bytes::copy_from_slice(body.bytes)]);
    assert_eq!(
        joined(&pieces),
        joined(&at_once),
        "the cuts made a difference"
    );
});

/// The bytes of each interval; the last is empty when a break ends the body.
fn joined(pieces: &[(Rows, bool)]) -> Vec<Vec<u8>> {
    let mut intervals = vec![Vec::new()];
    for (rows, ends_interval) in pieces {
        intervals
            .last_mut()
            .unwrap()
            .extend_from_slice(rows.as_bytes());
        if *ends_interval {
            intervals.push(Vec::new());
        }
    }
    intervals
}

fn same_by_rows_and_columns(rows: &Rows) {
    match rows.layout().element_type() {
        ElementType::Float64 => same::<f64, 8>(rows, f64::to_le_bytes),
        ElementType::Float32 => same::<f32, 4>(rows, f32::to_le_bytes),
        ElementType::Int64 => same::<i64, 8>(rows, i64::to_le_bytes),
        ElementType::Int32 => same::<i32, 4>(rows, i32::to_le_bytes),
        ElementType::Int16 => same::<i16, 2>(rows, i16::to_le_bytes),
        ElementType::Int8 => same::<i8, 1>(rows, i8::to_le_bytes),
        ElementType::Uint64 => same::<u64, 8>(rows, u64::to_le_bytes),
        ElementType::Uint32 => same::<u32, 4>(rows, u32::to_le_bytes),
        ElementType::Uint16 => same::<u16, 2>(rows, u16::to_le_bytes),
        ElementType::Uint8 => same::<u8, 1>(rows, u8::to_le_bytes),
        other => panic!("no row is of {other:?}"),
    }
}

/// Rows and columns are made of the bytes, to the bit: one that is no number too.
fn same<T: Element, const N: usize>(rows: &Rows, to_bytes: fn(T) -> [u8; N]) {
    let columns = rows.columns::<T>().unwrap();
    assert_eq!(columns.len(), rows.len());
    let (mut by_row, mut by_column) = (Vec::new(), Vec::new());
    for (index, row) in rows.iter::<T>().unwrap().enumerate() {
        by_row.extend(row.timestamp().to_le_bytes());
        by_row.extend(row.elements().flat_map(to_bytes));
        by_column.extend(columns.timestamps[index].to_le_bytes());
        by_column.extend(
            columns
                .elements
                .iter()
                .flat_map(|column| to_bytes(column[index])),
        );
    }
    assert_eq!(by_row, **rows.as_bytes());
    assert_eq!(by_column, **rows.as_bytes());
}
