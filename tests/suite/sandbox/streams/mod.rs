//! The sandbox of IBM Streams: statuses, members and texts are those of the product's documentation, its recorded answers, and
//! what its client for Python takes.

mod cloud_pak;
mod collections;
mod configurations;
mod controls;
mod crawl;
mod credentials;
mod errors;
mod jobs;
mod logs;
mod metrics;
mod service;
mod shapes;
mod submission;
mod toolkits;
mod topics;
mod views;

use headwaters::sandbox::{Flavour, Streams};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, http};

/// A server with two jobs that have run for an hour.
async fn demo(flavour: Flavour) -> Streams {
    let streams = Streams::builder().demo(true).flavour(flavour);
    streams.start().await.unwrap()
}

/// A request by the user, to a URL or to a path below the instance.
fn request(streams: &Streams, method: &str, target: &str) -> RequestBuilder {
    let method: Method = method.parse().unwrap();
    let request = http().request(method, url(streams, target));
    request.basic_auth(streams.user(), Some(streams.password()))
}

fn url(streams: &Streams, target: &str) -> String {
    match target.starts_with("http://") {
        true => target.to_owned(),
        false => format!(
            "{}/streams/rest/instances/StreamsInstance{target}",
            streams.origin()
        ),
    }
}

/// Status and body; text where the body is no JSON.
async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, json)
}

async fn get(streams: &Streams, target: &str) -> Answer {
    answer(request(streams, "GET", target)).await
}

/// The body of an answer that must be 200.
async fn ok(streams: &Streams, target: &str) -> Value {
    let (status, body) = get(streams, target).await;
    assert_eq!(status, 200, "{target}: {body}");
    body
}

async fn send(streams: &Streams, method: &str, target: &str, body: Value) -> Answer {
    answer(request(streams, method, target).json(&body)).await
}

/// A member of each element of a list.
fn all<'a>(list: &'a Value, key: &str, member: &str) -> Vec<&'a str> {
    let elements = list[key].as_array().unwrap().iter();
    elements
        .map(|element| element[member].as_str().unwrap())
        .collect()
}

/// The values of metrics by their names, and when they were collected.
async fn metrics(streams: &Streams, target: &str) -> (Value, i64) {
    let list = ok(streams, target).await;
    let all = list["metrics"].as_array().unwrap();
    let values = all.iter().map(|metric| {
        let name = metric["name"].as_str().unwrap().to_owned();
        (name, metric["value"].clone())
    });
    let time = all
        .first()
        .map(|metric| metric["lastTimeRetrieved"].as_i64().unwrap());
    (values.collect(), time.unwrap_or_default())
}
