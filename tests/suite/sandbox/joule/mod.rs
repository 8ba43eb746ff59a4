//! The Joule sandbox against what jouled 1.0.1 answered: statuses, bytes and texts are those of a real node.

mod annotations;
mod connections;
mod decimation;
mod events;
mod extremes;
mod faults;
mod filters;
mod folders;
mod masters;
mod modules;
mod node;
mod reads;
mod special;
mod streams;
mod subscriptions;
mod writes;

use headwaters::sandbox::Joule;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, http};

/// A time late enough to survive Python's floating point: 21 September 2026.
const T: i64 = 1_790_000_000_000_000;

/// A request with the node's key.
fn request(node: &Joule, method: &str, path: &str) -> RequestBuilder {
    let method: Method = method.parse().unwrap();
    let url = format!("{}{path}", node.url());
    http().request(method, url).header("X-API-KEY", node.key())
}

/// Status and body; text where the body is no JSON.
async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, json)
}

async fn get(node: &Joule, path: &str) -> Answer {
    answer(request(node, "GET", path)).await
}

async fn delete(node: &Joule, path: &str) -> Answer {
    answer(request(node, "DELETE", path)).await
}

async fn post(node: &Joule, path: &str, body: Value) -> Answer {
    answer(request(node, "POST", path).json(&body)).await
}

async fn put(node: &Joule, path: &str, body: Value) -> Answer {
    answer(request(node, "PUT", path).json(&body)).await
}

/// A failure whose text is this.
fn failed(status: u16, text: &str) -> Answer {
    (status, json!(text))
}

/// What a client sends to create a data stream.
fn description(name: &str, layout: &str) -> Value {
    let (datatype, width) = layout.split_once('_').unwrap();
    let element = |index: usize| {
        json!({
            "id": null, "name": format!("e{index}"), "units": "", "plottable": true, "display_type": "continuous",
            "offset": 0, "scale_factor": 1.0, "default_max": null, "default_min": null,
        })
    };
    json!({
        "id": null, "name": name, "description": "", "datatype": datatype, "keep_us": -1, "decimate": true,
        "is_configured": false, "is_source": false, "is_destination": false,
        "elements": (0..width.parse().unwrap()).map(element).collect::<Value>(),
    })
}

/// A node with a data stream /a/s of that layout.
async fn with_stream(layout: &str) -> Joule {
    let node = Joule::start().await.unwrap();
    let body = json!({"stream": description("s", layout), "dest_path": "/a"});
    assert_eq!(post(&node, "/stream.json", body).await.0, 200);
    node
}

/// Rows of one float32 element each.
fn rows(rows: impl IntoIterator<Item = (i64, f32)>) -> Vec<u8> {
    let row = |(time, value): (i64, f32)| [&time.to_le_bytes()[..], &value.to_le_bytes()].concat();
    rows.into_iter().flat_map(row).collect()
}

/// The break between two intervals of such rows.
const TOKEN: [u8; 12] = [0; 12];

/// Writes to /a/s.
async fn write(node: &Joule, rows: impl Into<reqwest::Body>) -> Answer {
    answer(request(node, "POST", "/data?path=/a/s").body(rows)).await
}

/// Layout, level and bytes of a read of /a/s that must succeed.
async fn read(node: &Joule, query: &str) -> (String, String, Vec<u8>) {
    let response = request(node, "GET", &format!("/data?path=/a/s{query}"));
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), 200, "{query}");
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    // Without rows too.
    assert_eq!(header("transfer-encoding"), "chunked");
    let (layout, level) = (header("joule-layout"), header("joule-decimation"));
    (layout, level, response.bytes().await.unwrap().to_vec())
}
