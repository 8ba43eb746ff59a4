//! Scripts that are tried.

use serde_json::{Value, json};

use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::wire::{Answer, reply::Reply, request::Request};

/// POST /track/simulate and /api-task/simulate: the builder's function is given the drop of the one, the source of the other
pub(super) fn simulate(platform: &mut Platform, request: &Request, service: &str) -> Answer {
    if !request.caller.is_master() {
        return Err(Refusal::forbidden("running", "scripts"));
    }
    let body = request.body()?;
    let js = body.get("js").and_then(Value::as_str);
    let js = js.ok_or(Refusal::missing("js"))?;
    let input = match service {
        "track" => Some(body.get("drop").ok_or(Refusal::missing("drop"))?),
        _ => body.get("source"),
    };
    let none = "The sandbox runs no JavaScript: give its builder a function";
    let script = platform.script.as_ref();
    let script = script.ok_or(Refusal::NotCarried(none.to_owned()))?;
    let made = script.run(js, input.unwrap_or(&Value::Null));
    let drops = match made.map_err(Refusal::Invalid)? {
        Value::Null | Value::Bool(false) => json!([]),
        Value::Object(drop) if drop.contains_key("elems") => json!([drop]),
        made => made,
    };
    Ok(Reply::of(json!({"drops": drops, "log": []})))
}
