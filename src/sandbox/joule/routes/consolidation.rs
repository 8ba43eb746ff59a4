//! Consolidation and decimation: how a stream is put in order.

use serde_json::json;

use super::address;
use crate::sandbox::joule::{
    model::{interval, node::Node},
    wire::{Answer, error::Failure, python::integer, reply::Reply, request::Request},
};

/// POST /data/consolidate.json
pub(crate) fn consolidate(node: &mut Node, request: &Request) -> Answer {
    let stream = address::data_stream(node, request)?;
    let bounds = request.bounds_in_years()?;
    let Some(max_gap) = request.query("max_gap") else {
        return Err(Failure::bad_request("specify max_gap as us integer"));
    };
    let max_gap = integer(max_gap).filter(|gap| *gap > 0);
    let max_gap = max_gap.ok_or_else(|| Failure::bad_request("max_gap must be postive integer"))?;
    let closed = match stream.content.store() {
        Some(store) => interval::consolidate(store, bounds, max_gap)?,
        None => 0,
    };
    Ok(json!({"num_consolidated": closed}).into())
}

/// POST /data/decimate.json; also of streams that are not decimated when they are written
pub(crate) fn decimate(node: &mut Node, request: &Request) -> Answer {
    if let Some(store) = address::data_stream(node, request)?.content.store() {
        // The levels are dropped before it shows that there are no rows.
        store.rebuild()?;
        if store.bounds().is_some() {
            return Ok(Reply::ok());
        }
    }
    Err(Failure::uncaught(
        "TypeError: cannot unpack non-iterable NoneType object",
    ))
}

/// DELETE /data/decimate.json
pub(crate) fn drop_decimations(node: &mut Node, request: &Request) -> Answer {
    if let Some(store) = address::data_stream(node, request)?.content.store() {
        store.levels.clear();
    }
    Ok(Reply::ok())
}
