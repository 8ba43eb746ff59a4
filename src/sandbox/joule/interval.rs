//! Intervals: runs of rows without a break, and how they come to be shorter.

use serde_json::json;

use super::data_stream::DataStream;
use super::error::Failure;
use super::node::Node;
use super::reply::{Answer, Reply};
use super::request::{Bounds, Request};
use super::source::Source;
use super::store::{Interval, Store};

/// The intervals in the bounds, where absent bounds are those of the rows.
pub(super) fn within(store: &Store, bounds: Bounds) -> Result<Vec<Interval>, Failure> {
    let rows = store.bounds();
    let Some(start) = bounds.start.or(rows.map(|(start, _)| start)) else {
        return Ok(Vec::new());
    };
    let Some(end) = bounds.end.or(rows.map(|(_, end)| end)) else {
        return Err(Failure::uncaught(
            "TypeError: unsupported operand type(s) for +: 'NoneType' and 'datetime.timedelta'",
        ));
    };
    Ok(store.intervals(start, end))
}

/// GET /data/intervals.json
pub(super) fn list(node: &mut Node, request: &Request) -> Answer {
    let bounds = request.bounds_in_years();
    let intervals = match &DataStream::of(node, request)?.content {
        Source::Empty | Source::Sink(_) => Vec::new(),
        Source::Stored(store) => within(store, bounds?)?,
        Source::Synthetic(synthetic) => {
            let (first, last) = synthetic.bounds();
            let bounds = bounds?;
            let start = bounds.start.map_or(first, |start| start.max(first));
            let end = bounds.end.map_or(last + 1, |end| end.min(last + 1));
            Vec::from_iter((start < end).then_some((start, end)))
        }
    };
    Ok(json!(intervals).into())
}

/// DELETE /data; also of streams that are locked
pub(super) fn remove(node: &mut Node, request: &Request) -> Answer {
    let stream = DataStream::of(node, request)?;
    let bounds = request.bounds_in_years()?;
    if let Some(store) = stream.content.store() {
        store.remove(bounds.start, bounds.end);
    }
    Ok(Reply::ok())
}
