//! Drops of flows that are named by their path, and of several flows at once.

use serde_json::{Map, Value};

use super::drop;
use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::model::value::text;
use crate::sandbox::flowthings::wire::{Answer, reply::Reply, request::Request};

/// GET /drop?path=
pub(super) fn find(platform: &mut Platform, request: &Request) -> Answer {
    let path = request.query("path").ok_or(Refusal::missing("path"))?;
    let flow = platform.flow_at(path)?.to_owned();
    drop::find(platform, request, &flow)
}

/// POST /drop, where each drop names the path of its flow
pub(super) fn create(platform: &mut Platform, request: &Request) -> Answer {
    drop::write(platform, request, |platform, model| {
        let path = text(model, "path");
        match path.is_empty() {
            true => Err(Refusal::missing("path")),
            false => platform.flow_at(path).map(str::to_owned),
        }
    })
}

/// MGET /drop: of several flows, each with parameters of its own, which go before those of the request; ids that no flow has are left
/// out, unless none of them has one
pub(super) fn find_in_many(platform: &mut Platform, request: &Request) -> Answer {
    let queries = request.body()?.as_array();
    let queries = queries.ok_or(Refusal::invalid("The body is not a list of flows"))?;
    let mut found = Map::new();
    for query in queries {
        let flow = query.get("flowId").and_then(Value::as_str);
        let flow = flow.ok_or(Refusal::missing("flowId"))?;
        let mut parameters = parameters(query.get("params"))?;
        parameters.extend_from_slice(&request.query);
        let one = Request {
            caller: request.caller.clone(),
            query: parameters,
            body: None,
        };
        match drop::find(platform, &one, flow) {
            Ok(reply) => {
                found.insert(flow.to_owned(), reply.body().clone());
            }
            Err(Refusal::NotFound) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    if found.is_empty() && !queries.is_empty() {
        return Err(Refusal::NotFound);
    }
    Reply::of(found.into()).referring(platform, request)
}

/// Parameters that stand in JSON, as those of a query.
pub(super) fn parameters(params: Option<&Value>) -> Result<Vec<(String, String)>, Refusal> {
    let members = match params {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(params) => params.as_object(),
    };
    let members = members.ok_or(Refusal::invalid("The parameters are not an object"))?;
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items = items.iter().filter_map(Value::as_str);
            items.collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    };
    let members = members.iter().filter(|(_, value)| !value.is_null());
    Ok(members
        .map(|(name, value)| (name.clone(), text(value)))
        .collect())
}
