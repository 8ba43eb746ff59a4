//! Which rows a writer takes: as many as one who looks at each alone, in the order of the wire.

use headwaters::joule::{ElementType, PipeWriter, Rows, Timestamp};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// Why a row cannot follow one at `last`; none if it can.
fn why_not(layout: Layout, row: &[u8], last: Option<i64>) -> Option<&'static str> {
    let time = i64::from_le_bytes(row[..8].try_into().unwrap());
    let is_nan = match layout.element_type() {
        ElementType::Float64 => row[8..]
            .chunks(8)
            .any(|value| f64::from_le_bytes(value.try_into().unwrap()).is_nan()),
        ElementType::Float32 => row[8..]
            .chunks(4)
            .any(|value| f32::from_le_bytes(value.try_into().unwrap()).is_nan()),
        _ => false,
    };
    if last.is_some_and(|last| time <= last) {
        Some("come after the one before")
    } else if time < Timestamp::MIN.micros() || time > Timestamp::MAX.micros() {
        Some("in the years 1 to 9999")
    } else if row.iter().all(|byte| *byte == 0) {
        Some("told from a break")
    } else if is_nan {
        Some("not a number")
    } else {
        None
    }
}

/// A call: how it writes, the time of its first row, and the rows.
#[derive(Clone, Debug)]
struct Call {
    way: usize,
    first: i64,
    rows: Vec<Made>,
}

/// How far a row is from the one before, and what the elements are: zeros, but for one of them.
type Made = (i64, usize, u8);

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let ends = [Timestamp::MIN.micros(), Timestamp::MAX.micros()];
    let places = [i64::MIN, ends[0], 0, 0, 0, T0, ends[1], i64::MAX];
    let place = (
        select(places.to_vec()),
        prop_oneof![Just(0), -4..2_i64, -40..40_i64],
    );
    let row = |step| (step, 0..20_usize, 0..40_u8);
    let rows = prop_oneof![
        3 => vec(row(prop_oneof![40 => 1..3_i64, 1 => -1..1_i64].boxed()), 0..40),
        3 => vec(row((1..2_i64).boxed()), 0..6),
        1 => vec(row((1..3_i64).boxed()), 0..40),
        // More than is looked at together.
        1 => vec(row((1..3_i64).boxed()), 500..600),
    ];
    let call = (0..3_usize, place, any::<bool>(), rows);
    let call = call.prop_map(
        |(way, (place, distance), is_end, rows): (_, _, _, Vec<Made>)| {
            let length: i64 = rows.iter().skip(1).map(|(step, ..)| step).sum();
            let first = place.saturating_add(distance);
            let first = first.saturating_sub(if is_end { length } else { 0 });
            Call { way, first, rows }
        },
    );
    // In the order of time as a rule: a call that goes back is refused whole.
    vec(call, 1..6).prop_map(|mut calls| {
        calls.sort_by_key(|call| call.first);
        calls
    })
}

/// The bytes of the rows of a call.
fn bytes(layout: Layout, call: &Call) -> Vec<u8> {
    let size = layout.element_type().size();
    let nan = match layout.element_type() {
        ElementType::Float64 => f64::NAN.to_le_bytes().to_vec(),
        ElementType::Float32 => (-f32::NAN).to_le_bytes().to_vec(),
        _ => vec![0xff; size],
    };
    let mut time = call.first;
    let mut bytes = Vec::new();
    for (index, (step, place, kind)) in call.rows.iter().enumerate() {
        if index > 0 {
            time = time.saturating_add(*step);
        }
        bytes.extend(time.to_le_bytes());
        let elements = bytes.len();
        bytes.resize(elements + layout.width() * size, 0);
        let at = elements + place % layout.width() * size;
        match kind {
            0 => bytes[at..at + size].copy_from_slice(&nan),
            // The sign alone: -0.0 among floats.
            1..=5 => bytes[at + size - 1] = 0x80,
            6..=25 => {}
            _ => bytes[at] = 1,
        }
    }
    bytes
}

async fn write<T: Element>(pipe: &mut PipeWriter, way: usize, rows: &Rows) -> Result<()> {
    match way {
        0 => pipe.write(rows).await,
        1 => {
            let rows = rows.iter::<T>().unwrap();
            let rows = rows.map(|row| (row.timestamp(), row.elements()));
            pipe.write_rows(rows).await
        }
        _ => pipe.write_columns(&rows.columns::<T>().unwrap()).await,
    }
}

async fn write_typed(pipe: &mut PipeWriter, way: usize, rows: &Rows) -> Result<()> {
    match rows.layout().element_type() {
        ElementType::Float64 => write::<f64>(pipe, way, rows).await,
        ElementType::Float32 => write::<f32>(pipe, way, rows).await,
        ElementType::Int64 => write::<i64>(pipe, way, rows).await,
        ElementType::Int32 => write::<i32>(pipe, way, rows).await,
        ElementType::Int16 => write::<i16>(pipe, way, rows).await,
        ElementType::Int8 => write::<i8>(pipe, way, rows).await,
        ElementType::Uint64 => write::<u64>(pipe, way, rows).await,
        ElementType::Uint32 => write::<u32>(pipe, way, rows).await,
        ElementType::Uint16 => write::<u16>(pipe, way, rows).await,
        ElementType::Uint8 => write::<u8>(pipe, way, rows).await,
        other => panic!("{other:?} is new"),
    }
}

async fn check(layout: &'static str, calls: Vec<Call>) {
    let stub = writing(layout, Answer::default().body().then(stored()));
    let layout: Layout = layout.parse().unwrap();
    let mut pipe = node(stub.url()).data().write(7).await.unwrap();
    let (mut expected, mut last) = (Vec::new(), None);
    for call in &calls {
        let bytes = bytes(layout, call);
        let rows = Rows::new(layout, bytes.clone()).unwrap();
        let before = (expected.len(), last);
        let mut refused = None;
        for row in bytes.chunks(layout.row_size()) {
            refused = why_not(layout, row, last);
            if refused.is_some() {
                break;
            }
            last = Some(i64::from_le_bytes(row[..8].try_into().unwrap()));
            expected.extend(row);
        }
        // Only rows that come one by one are taken up to the first that is refused.
        if refused.is_some() && call.way != 1 {
            expected.truncate(before.0);
            last = before.1;
        }
        match (write_typed(&mut pipe, call.way, &rows).await, refused) {
            (Ok(()), None) => {}
            // Columns tell of what is wrong first in one of them.
            (Err(error), Some(_)) if call.way == 2 => assert!(error.is_request(), "{error}"),
            (Err(error), Some(reason)) => {
                assert!(error.is_request(), "{error}");
                assert!(error.to_string().ends_with(reason), "{reason}: {error}");
            }
            (outcome, refused) => panic!("{outcome:?}, and not {refused:?}"),
        }
        assert_eq!(pipe.rows() as usize, expected.len() / layout.row_size());
    }
    pipe.close().await.unwrap();
    if !expected.is_empty() {
        expected.resize(expected.len() + layout.row_size(), 0);
    }
    let [post] = <[_; 1]>::try_from(posts(&stub)).unwrap();
    assert!(post.body == expected, "other bytes than those of the rows");
}

/// Of each type, and of widths that rows are read by at once and one by one.
const LAYOUTS: [&str; 16] = [
    "float64_1",
    "float64_2",
    "float64_9",
    "float64_11",
    "float32_1",
    "float32_3",
    "float32_8",
    "float32_13",
    "int64_1",
    "int32_4",
    "int16_5",
    "int8_7",
    "uint64_2",
    "uint32_6",
    "uint16_10",
    "uint8_12",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_writer_takes_what_one_takes_who_looks_at_each_row_alone(layout in select(&LAYOUTS[..]), calls in calls()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(layout, calls));
    }
}
