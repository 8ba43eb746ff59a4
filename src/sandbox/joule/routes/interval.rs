//! Intervals: listed, and how they come to be shorter.

use serde_json::json;

use super::address;
use crate::sandbox::joule::{
    model::{interval, node::Node, source::Source},
    wire::{Answer, reply::Reply, request::Request},
};

/// GET /data/intervals.json
pub(crate) fn list(node: &mut Node, request: &Request) -> Answer {
    let bounds = request.bounds_in_years();
    let intervals = match &address::data_stream(node, request)?.content {
        Source::Empty | Source::Sink(_) => Vec::new(),
        Source::Stored(store) => interval::within(store, bounds?)?,
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
pub(crate) fn remove(node: &mut Node, request: &Request) -> Answer {
    let stream = address::data_stream(node, request)?;
    let bounds = request.bounds_in_years()?;
    if let Some(store) = stream.content.store() {
        store.remove(bounds.start, bounds.end);
    }
    Ok(Reply::ok())
}
