//! Intervals: runs of rows without a break.

use super::bounds::Bounds;
use super::store::{Interval, Store};

/// That a range has a start, but no end, since there are no rows.
#[derive(Debug)]
pub(crate) struct NoEnd;

/// The intervals in the bounds, where absent bounds are those of the rows.
pub(crate) fn within(store: &Store, bounds: Bounds) -> Result<Vec<Interval>, NoEnd> {
    let rows = store.bounds();
    let Some(start) = bounds.start.or(rows.map(|(start, _)| start)) else {
        return Ok(Vec::new());
    };
    let end = bounds.end.or(rows.map(|(_, end)| end)).ok_or(NoEnd)?;
    Ok(store.intervals(start, end))
}

/// Joins the intervals in the bounds that are at most this many µs apart, and tells how many gaps were closed.
pub(crate) fn consolidate(
    store: &mut Store,
    bounds: Bounds,
    max_gap: i128,
) -> Result<usize, NoEnd> {
    let intervals = within(store, bounds)?;
    let mut closed = 0;
    for ((_, end), (start, _)) in intervals.iter().zip(intervals.iter().skip(1)) {
        // Rows a µs apart have a break between them that is no gap.
        if start > end && i128::from(*start) - i128::from(*end) <= max_gap {
            store.breaks.remove(end);
            closed += 1;
        }
    }
    Ok(closed)
}
