//! Rows, columns, slices and iterators are the same bytes.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::{Body, Result, call::BoxFuture, joule::calls::DataRead};

/// Rows of one interval.
type Interval<T> = Vec<(i64, Vec<T>)>;

/// How rows can be handed to a writer.
#[derive(Clone, Copy, Debug)]
enum Form {
    Rows,
    Columns,
    Slices,
    Iterator,
}

/// Timestamp and elements, little-endian and packed.
fn encoded<T: Element>(interval: &Interval<T>, to_bytes: fn(T) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (timestamp, elements) in interval {
        bytes.extend(timestamp.to_le_bytes());
        bytes.extend(elements.iter().copied().flat_map(to_bytes));
    }
    bytes
}

/// What goes over the wire when these intervals are written in this form.
async fn written<T: Element>(
    layout: Layout,
    intervals: &[Interval<T>],
    to_bytes: fn(T) -> Vec<u8>,
    form: Form,
    cache: usize,
) -> Result<Bytes> {
    let sent = Arc::new(Mutex::new(Bytes::new()));
    let wire = Arc::clone(&sent);
    let send = |body: Body| -> BoxFuture<Result<()>> {
        Box::pin(async move {
            let body = reqwest::Response::from(http::Response::new(body));
            *wire.lock().unwrap() = body.bytes().await.unwrap();
            Ok(())
        })
    };
    let mut writer = PipeWriter::open(DataRead::OPERATION, layout, send).with_cache(cache);
    for interval in intervals {
        match form {
            Form::Rows => {
                let rows = Rows::new(layout, encoded(interval, to_bytes)).unwrap();
                writer.write(&rows).await?;
            }
            Form::Columns => {
                let mut columns = Columns::new(layout.width());
                for (timestamp, elements) in interval {
                    columns.timestamps.push(*timestamp);
                    for (column, element) in columns.elements.iter_mut().zip(elements) {
                        column.push(*element);
                    }
                }
                writer.write_columns(&columns).await?;
            }
            Form::Slices => {
                for (timestamp, elements) in interval {
                    writer.write_row(*timestamp, elements).await?;
                }
            }
            Form::Iterator => {
                let rows = interval.iter();
                let rows = rows.map(|(timestamp, elements)| (*timestamp, elements.iter().copied()));
                writer.write_rows(rows).await?;
            }
        }
        writer.close_interval().await?;
    }
    writer.close().await?;
    Ok(std::mem::take(&mut *sent.lock().unwrap()))
}

/// Intervals whose timestamps increase, the width of their rows, and a cache.
fn intervals<T: std::fmt::Debug>(
    element: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = (usize, Vec<Interval<T>>, usize)> {
    (1..14_usize, 0..40_usize).prop_flat_map(move |(width, cache)| {
        let row = (1..1_000_i64, prop::collection::vec(element.clone(), width));
        // Some are longer than what is looked at or turned into rows at once.
        let length = prop_oneof![4 => 0..9_usize, 1 => 300..700_usize];
        let interval =
            length.prop_flat_map(move |length| prop::collection::vec(row.clone(), length));
        let intervals = prop::collection::vec(interval, 0..4).prop_map(|mut intervals| {
            let mut now = -2_000;
            for row in intervals.iter_mut().flatten() {
                now += row.0;
                // A row of zero bytes is a break.
                row.0 = if now == 0 { 1 } else { now };
                now = row.0;
            }
            intervals
        });
        (Just(width), intervals, Just(cache))
    })
}

macro_rules! same_bytes {
    ($($name:ident: $type:ty, $element:expr;)*) => {$(
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(24))]
            #[test]
            fn $name((width, intervals, cache) in intervals::<$type>($element)) {
                let layout = Layout::new(<$type>::TYPE, width).unwrap();
                let to_bytes = |element: $type| element.to_le_bytes().to_vec();
                let mut expected = Vec::new();
                for interval in intervals.iter().filter(|interval| !interval.is_empty()) {
                    expected.extend(encoded(interval, to_bytes));
                    expected.resize(expected.len() + layout.row_size(), 0);
                }
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                for form in [Form::Rows, Form::Columns, Form::Slices, Form::Iterator] {
                    let sent = runtime.block_on(written(layout, &intervals, to_bytes, form, cache));
                    prop_assert!(sent.unwrap() == expected, "{form:?}");
                }
            }
        }
    )*};
}

same_bytes! {
    every_form_gives_the_same_float64: f64, -1e300..1e300_f64;
    every_form_gives_the_same_float32: f32, -1e30..1e30_f32;
    every_form_gives_the_same_int64: i64, any::<i64>();
    every_form_gives_the_same_int32: i32, any::<i32>();
    every_form_gives_the_same_int16: i16, any::<i16>();
    every_form_gives_the_same_int8: i8, any::<i8>();
    every_form_gives_the_same_uint64: u64, any::<u64>();
    every_form_gives_the_same_uint32: u32, any::<u32>();
    every_form_gives_the_same_uint16: u16, any::<u16>();
    every_form_gives_the_same_uint8: u8, any::<u8>();
}

/// Rows in which the one at `bad` is invalid, with a float64 each.
fn rows_with(bad: usize, row: (i64, f64)) -> Vec<(i64, [f64; 1])> {
    let mut rows: Vec<(i64, [f64; 1])> = (1..=2_000).map(|time| (time, [0.5])).collect();
    rows[bad] = (row.0, [row.1]);
    rows
}

/// A writer whose node takes everything.
fn writer() -> PipeWriter {
    let layout = "float64_1".parse().unwrap();
    PipeWriter::open(DataRead::OPERATION, layout, |body| {
        Box::pin(async {
            let body = reqwest::Response::from(http::Response::new(body));
            body.bytes()
                .await
                .map(drop)
                .map_err(|error| panic!("{error}"))
        })
    })
}

#[tokio::test]
async fn the_rows_before_the_one_that_is_refused_are_taken() {
    for bad in [0, 1, 255, 256, 257, 1_999] {
        for (row, reason) in [
            ((bad as i64 + 1, f64::NAN), "is not a number"),
            ((i64::MIN, 0.5), "does not come after"),
        ] {
            if bad == 0 && row.0 == i64::MIN {
                continue;
            }
            let mut writer = writer();
            let error = writer.write_rows(rows_with(bad, row)).await.unwrap_err();
            assert!(error.to_string().contains(reason), "{bad}: {error}");
            assert_eq!(writer.rows(), bad as u64);
            writer.write_row(bad as i64 + 1, &[0.5]).await.unwrap();
            assert_eq!(writer.close().await.unwrap(), bad as u64 + 1);
        }
    }
}

#[tokio::test]
async fn the_first_of_two_faults_is_told() {
    let mut writer = writer();
    let rows = [(1, [0.5]), (2, [f64::NAN]), (1, [0.5])];
    let error = writer.write_rows(rows).await.unwrap_err();
    assert!(
        error.to_string().contains("at 2 is not a number"),
        "{error}"
    );
    let error = writer
        .write_rows([(-1, [0.5]), (0, [0.0])])
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("-1 does not come after"),
        "{error}"
    );
}
