//! Histograms: how many events began when, where there are too many to list.

use super::bounds::Bounds;
use super::database_error::DatabaseError;
use super::event::Event;
use super::records::Records;
use super::time::{Micros, SECOND, through_float};

/// Into how many buckets the time is divided, about.
const BUCKETS: i64 = 100;

/// Where buckets are counted from: Monday, 3 January 2000.
const ORIGIN: Micros = 946_857_600 * SECOND;

/// Below this width, in µs, Python writes the width in a way that the database does not read.
const NARROWEST: Micros = 100;

/// How many events began in a span of time.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) start: Micros,
    pub(crate) end: Micros,
    pub(crate) count: u64,
}

/// The counts of those `events` among `all` of a stream that begin in the bounds, both included.
pub(crate) fn of<'a>(
    all: &Records<Event>,
    events: impl Iterator<Item = &'a Event>,
    bounds: Bounds,
) -> Result<Vec<Bucket>, DatabaseError> {
    let first = all.iter().map(|event| event.start).min();
    let last = all.iter().map(|event| event.end).max();
    let (Some(start), Some(end)) = (bounds.start.or(first), bounds.end.or(last)) else {
        return Ok(Vec::new());
    };
    let width =
        (end.saturating_sub(start) as f64 / (BUCKETS - 1) as f64).round_ties_even() as Micros;
    if width < NARROWEST {
        return Err(DatabaseError::NoInterval);
    }
    let bucket = |time: Micros| time.saturating_sub(ORIGIN).div_euclid(width);
    let (low, high) = (bucket(start), bucket(end));
    let mut counts = vec![0_u64; usize::try_from(high - low + 1).unwrap_or_default()];
    for event in events.filter(|event| (start..=end).contains(&event.start)) {
        let index = usize::try_from(bucket(event.start) - low).unwrap_or_default();
        if let Some(count) = counts.get_mut(index) {
            *count += 1;
        }
    }
    let time = |bucket: i64| through_float(ORIGIN.saturating_add(bucket.saturating_mul(width)));
    Ok((low..=high)
        .zip(counts)
        .map(|(bucket, count)| Bucket {
            start: time(bucket),
            // Where the last one ends nobody tells.
            end: time((bucket + 1).min(high)),
            count,
        })
        .collect())
}
