//! The sandboxes against what real servers answered: statuses, members and texts are theirs. Here is Flink 1.20.5.

mod bodies;
mod checkpoints;
mod datasets;
mod faults;
mod flowthings;
mod jars;
mod job_graphs;
mod jobs;
mod joule;
mod metrics;
mod processes;
mod requirements;
mod restart;
mod savepoints;
mod server;
mod streams;
mod uploads;
mod vertices;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use headwaters::sandbox::Flink;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// An id that nothing has.
const NONE: &str = "00000000000000000000000000000000";

/// What Flink calls its handled errors.
const REST: &str = "org.apache.flink.runtime.rest.handler.RestHandlerException";
const NOT_FOUND: &str = "org.apache.flink.runtime.rest.NotFoundException";

/// Status and body; text where the body is no JSON.
type Answer = (u16, Value);

/// A stranger's client: no part of the crate's own. It is made once, which takes long, and opens a connection for each request: one
/// that is kept would end with the test that opened it.
fn http() -> reqwest::Client {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
        // Without one reqwest refuses to be made; a second one is refused in turn.
        #[cfg(feature = "rustls")]
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Flink answers 308 without saying where to.
        let none = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().redirect(none);
        client.pool_max_idle_per_host(0).build().unwrap()
    });
    CLIENT.clone()
}

async fn get_raw(url: impl reqwest::IntoUrl) -> reqwest::Result<reqwest::Response> {
    http().get(url).send().await
}

async fn send(flink: &Flink, method: &str, path: &str, body: Option<Value>) -> Answer {
    let url = format!("{}{path}", flink.url());
    let mut request = http().request(method.parse::<Method>().unwrap(), url);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

async fn get(flink: &Flink, path: &str) -> Answer {
    send(flink, "GET", path, None).await
}

async fn post(flink: &Flink, path: &str, body: Value) -> Answer {
    send(flink, "POST", path, Some(body)).await
}

/// The body of an answer that must be 200.
async fn ok(flink: &Flink, path: &str) -> Value {
    let (status, body) = get(flink, path).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// Asks until the body satisfies the condition, and returns it.
async fn until(flink: &Flink, path: &str, condition: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let body = ok(flink, path).await;
        if condition(&body) {
            return body;
        }
        assert!(Instant::now() < end, "{path} remains {body}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Uploads a jar of this name, and returns its id.
async fn upload(flink: &Flink, name: &str) -> String {
    let part = Part::bytes(vec![0; 100]).file_name(name.to_owned());
    let response = http()
        .post(format!("{}/jars/upload", flink.url()))
        .multipart(Form::new().part("jarfile", part))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], "success");
    let path = body["filename"].as_str().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

/// Runs a class, and returns the path of the job.
async fn run(flink: &Flink, class: &str, parallelism: i32) -> String {
    let jar = upload(flink, "readings.jar").await;
    let body = json!({"entryClass": class, "parallelism": parallelism});
    let (status, body) = post(flink, &format!("/jars/{jar}/run"), body).await;
    assert_eq!(status, 200, "{body}");
    format!("/jobs/{}", body["jobid"].as_str().unwrap())
}

async fn until_status(flink: &Flink, job: &str, wanted: &str) {
    until(flink, &format!("{job}/status"), |body| {
        body["status"] == wanted
    })
    .await;
}

/// Runs a class until all its tasks run, and returns the path of the job and the ids of its vertices.
async fn running(flink: &Flink, class: &str, parallelism: i32) -> (String, Vec<String>) {
    let job = run(flink, class, parallelism).await;
    let details = until(flink, &job, |body| body["status-counts"]["RUNNING"] == 3).await;
    let vertices = details["vertices"].as_array().unwrap().iter();
    let id = |vertex: &Value| vertex["id"].as_str().unwrap().to_owned();
    (job, vertices.map(id).collect())
}

/// The statistics of a job as soon as so many of its checkpoints are whole.
async fn checkpoints(flink: &Flink, job: &str, count: i64) -> Value {
    until(flink, &format!("{job}/checkpoints"), |body| {
        body["counts"]["completed"].as_i64() >= Some(count)
    })
    .await
}

/// The first lines of the errors: class and message, without the stack trace.
fn heads(body: &Value) -> Vec<&str> {
    let errors = body["errors"].as_array().unwrap().iter();
    errors
        .map(|error| error.as_str().unwrap().split("\n\tat").next().unwrap())
        .collect()
}

/// An error that a handler foresaw.
#[track_caller]
fn refused((status, body): Answer, expected: u16, head: &str) {
    assert_eq!((status, heads(&body)), (expected, vec![head]));
}

/// One that it did not: 500 and two strings.
#[track_caller]
fn tripped((status, body): Answer, head: &str) {
    let wrapped = format!("<Exception on server side:\n{head}");
    assert_eq!(
        (status, heads(&body)),
        (500, vec!["Internal server error.", &wrapped])
    );
    let trace = body["errors"][1].as_str().unwrap();
    assert!(trace.ends_with("\nEnd of exception on server side>"));
}

/// The causes in a stack trace.
fn causes(trace: &Value) -> Vec<&str> {
    let lines = trace.as_str().unwrap().lines();
    lines
        .filter_map(|line| line.strip_prefix("Caused by: "))
        .collect()
}

/// What differs in member names and JSON types. Of an array the first items are compared.
fn differences(at: &str, real: &Value, ours: &Value, found: &mut Vec<String>) {
    match (real, ours) {
        (Value::Object(real), Value::Object(ours)) => {
            let only = |these: &serde_json::Map<String, Value>,
                        those: &serde_json::Map<String, Value>| {
                let missing = these.keys().filter(|key| !those.contains_key(*key));
                missing.map(|key| format!("{at}.{key}")).collect::<Vec<_>>()
            };
            found.extend(only(real, ours).iter().map(|key| format!("missing {key}")));
            found.extend(only(ours, real).iter().map(|key| format!("extra {key}")));
            for (key, value) in real {
                if let Some(own) = ours.get(key) {
                    differences(&format!("{at}.{key}"), value, own, found);
                }
            }
        }
        (Value::Array(real), Value::Array(ours)) => {
            if let (Some(real), Some(ours)) = (real.first(), ours.first()) {
                differences(&format!("{at}[]"), real, ours, found);
            }
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() == other.is_f64() => {}
        (one, other)
            if !one.is_number() && std::mem::discriminant(one) == std::mem::discriminant(other) => {
        }
        (one, other) => found.push(format!("{at}: {other} instead of {one}")),
    }
}

/// The body has the members and the types of a real one.
#[track_caller]
fn alike(real: Value, ours: &Value) {
    let mut found = Vec::new();
    differences("", &real, ours, &mut found);
    assert!(found.is_empty(), "{found:#?}");
}
