//! Counts, averages and so on over the drops of a flow.

use crate::sandbox::flowthings::model::aggregation::Aggregation;
use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::wire::{Answer, reply::Reply, request::Request};

/// POST /drop/{flowId}/aggregate
pub(super) fn aggregate(platform: &mut Platform, request: &Request, flow: &str) -> Answer {
    let time = platform.time();
    let contents = platform.drops(&request.caller, flow)?;
    let aggregation = Aggregation::read(request.body()?, &platform.effort)?;
    let rows = aggregation.rows(contents.iter(), time, &platform.effort)?;
    Ok(Reply::of(rows.into()))
}
