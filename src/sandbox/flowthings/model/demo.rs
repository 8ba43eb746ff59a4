//! What a sandbox has to show: a greenhouse.

use serde_json::{Value, json};

use super::drop::content;
use super::kind::Kind;
use super::platform::Platform;
use super::value::text;

/// Fills the account: two flows, a track from one to the other, twenty-four readings.
pub(crate) fn fill(platform: &mut Platform, account: &str) {
    let identity = platform.all(Kind::Identity).next();
    let identity = identity.map(|identity| text(identity, "id").to_owned());
    let Some(caller) = identity.and_then(|id| platform.identity(&id)) else {
        return;
    };
    let path = format!("/{account}/greenhouse");
    let alerts = format!("{path}/alerts");
    let mut make = |kind: Kind, model: Value| platform.create(&caller, kind, &model).ok();
    let flow = make(
        Kind::Flow,
        json!({
            "path": path,
            "displayName": "Greenhouse",
            "description": "Readings of the greenhouse",
            "filter": "EXISTS elems.temperature",
        }),
    );
    make(Kind::Flow, json!({"path": alerts, "displayName": "Alerts"}));
    make(
        Kind::Track,
        json!({
            "source": path,
            "destination": [alerts],
            "filter": "elems.temperature > 30",
            "description": "Alerts",
        }),
    );
    let flow = flow.map(|flow| text(&flow, "id").to_owned());
    for hour in 0..24_i32 {
        // Coldest at midnight, hottest at noon.
        let temperature = 33.0 - 1.5 * f64::from((hour - 12).abs());
        let vent = if temperature > 25.0 { "open" } else { "closed" };
        let elems = json!({"hour": hour, "temperature": temperature, "vent": vent});
        if let (Some(flow), Ok(content)) = (&flow, content(&json!({"elems": elems}))) {
            let _ = platform.write(&caller, flow, content);
        }
    }
}
