//! Consolidation and decimation: how a stream is put in order.

use serde_json::json;

use super::data_stream::DataStream;
use super::error::Failure;
use super::interval;
use super::node::Node;
use super::reply::{Answer, Reply};
use super::request::{Request, integer};

/// POST /data/consolidate.json
pub(super) fn consolidate(node: &mut Node, request: &Request) -> Answer {
    let stream = DataStream::of(node, request)?;
    let bounds = request.bounds_in_years()?;
    let Some(max_gap) = request.query("max_gap") else {
        return Err(Failure::bad_request("specify max_gap as us integer"));
    };
    let max_gap = integer(max_gap).filter(|gap| *gap > 0);
    let max_gap = max_gap.ok_or_else(|| Failure::bad_request("max_gap must be postive integer"))?;
    let mut closed = 0;
    if let Some(store) = stream.content.store() {
        let intervals = interval::within(store, bounds)?;
        for ((_, end), (start, _)) in intervals.iter().zip(intervals.iter().skip(1)) {
            // Rows a µs apart have a break between them that is no gap.
            if start > end && i128::from(start - end) <= max_gap {
                store.breaks.remove(end);
                closed += 1;
            }
        }
    }
    Ok(json!({"num_consolidated": closed}).into())
}

/// POST /data/decimate.json; also of streams that are not decimated when they are written
pub(super) fn decimate(node: &mut Node, request: &Request) -> Answer {
    if let Some(store) = DataStream::of(node, request)?.content.store() {
        // The levels are dropped before it shows that there are no rows.
        store.rebuild().map_err(Failure::uncaught)?;
        if store.bounds().is_some() {
            return Ok(Reply::ok());
        }
    }
    Err(Failure::uncaught(
        "TypeError: cannot unpack non-iterable NoneType object",
    ))
}

/// DELETE /data/decimate.json
pub(super) fn drop_decimations(node: &mut Node, request: &Request) -> Answer {
    if let Some(store) = DataStream::of(node, request)?.content.store() {
        store.levels.clear();
    }
    Ok(Reply::ok())
}
