//! What a real JobManager answered, passed through the client: nothing is lost, nothing is misunderstood.
//!
//! `tests/captures/README.md` tells where the exchanges come from.

use std::{
    collections::BTreeSet,
    io::Write as _,
    sync::{Arc, Mutex},
};

use headwaters::{
    Config, Error, Operation, Result, Retry, Upload,
    dynamic::{Answer, Arguments},
    flink::{Flink, OPERATIONS},
    url::form_urlencoded,
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    equal::difference,
    recording_server::{Reply, Seen, RecordingServer},
};

/// Routes that the client leaves out on purpose: the internal one of the collect sink, which takes serialised Java, and two of
/// YARN's proxy, where a GET cancels a job.
const LEFT_OUT: [(&str, &str); 3] = [
    ("POST", "/jobs/{jobid}/coordinators/{operatorid}"),
    ("GET", "/jobs/{jobid}/yarn-cancel"),
    ("GET", "/jobs/{jobid}/yarn-stop"),
];

/// Where Flink says that a thing does not exist under a status that says something else.
const NOT_FOUND: [&str; 9] = [
    "adaptive_put_unknown_job",
    "jar_delete_again",
    "jar_plan_missing_jar",
    "jar_run_missing_jar",
    "resource_requirements_finished",
    "taskmanager_details_unknown",
    "taskmanager_thread_dump_unknown",
    "unknown_job_resource_requirements",
    "unknown_job_status",
];

/// One request and its answer, as they went over the wire.
#[derive(Clone, Deserialize)]
struct Exchange {
    name: String,
    method: String,
    target: String,
    /// The JSON body.
    request: Option<Value>,
    /// The name of the file that was uploaded.
    file: Option<String>,
    status: u16,
    content_type: Option<String>,
    /// JSON, or a text.
    #[serde(default)]
    body: Value,
}

fn exchanges() -> Vec<Exchange> {
    let lines = include_str!("../captures/flink-1.20.5.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

impl Exchange {
    fn path(&self) -> &str {
        let path = self.target.split('?').next().unwrap();
        path.strip_prefix("/v1").unwrap_or(path)
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Whether it went to this route; where it did, the values of the route's parameters.
    fn parameters(&self, method: &str, template: &str) -> Option<Vec<(String, String)>> {
        let (template, path) = (template.split('/'), self.path().split('/'));
        if method != self.method || template.clone().count() != path.clone().count() {
            return None;
        }
        let mut values = Vec::new();
        for (part, segment) in template.zip(path) {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                Some(name) => values.push((name.to_owned(), decoded(segment))),
                None if part == segment => {}
                None => return None,
            }
        }
        Some(values)
    }

    /// The operation, and the values of its path parameters. Where two fit, the one with fewer parameters is meant.
    fn operation(&self) -> Option<(&'static Operation, Vec<(String, String)>)> {
        let fitting = OPERATIONS.iter().filter_map(|operation| {
            Some((
                operation,
                self.parameters(operation.method, operation.path)?,
            ))
        });
        fitting.min_by_key(|(_, values)| values.len())
    }

    fn arguments(&self, path: Vec<(String, String)>) -> Arguments {
        let query = form_urlencoded::parse(self.query().as_bytes()).into_owned();
        let arguments: Arguments = path.into_iter().chain(query).collect();
        match (&self.request, &self.file) {
            (Some(request), _) => arguments.with_body(request.to_string()),
            (None, Some(file)) => arguments.with_file(Upload::bytes(file, "jar")),
            (None, None) => arguments,
        }
    }

    fn reply(&self) -> Reply {
        let body = match &self.body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        let reply = Reply::new(self.status, body);
        match self.content_type.as_deref() {
            Some("text/plain") => reply.with("content-type", "text/plain"),
            Some(json) => {
                assert_eq!(json, "application/json; charset=UTF-8", "{}", self.name);
                reply.with("content-type", "application/json; charset=UTF-8")
            }
            None => reply,
        }
    }

    /// What is wrong with the request that the client made of it.
    fn request_difference(&self, received: &Seen) -> Option<String> {
        let segments = |path: &str| path.split('/').map(decoded).collect::<Vec<_>>();
        let path = received.target.split('?').next().unwrap();
        let path = path.strip_prefix("/v1").unwrap();
        if received.method.as_str() != self.method || segments(path) != segments(self.path()) {
            return Some(format!(
                "it was sent as {} {}",
                received.method, received.target
            ));
        }
        match &self.request {
            // A query parameter with a twin in the body travels there.
            Some(request) if self.query().is_empty() => match received.body.is_empty() {
                true => difference(&json!({}), request),
                false => difference(&received.json(), request),
            },
            _ => None,
        }
    }

    /// What is wrong with what the client made of the answer.
    async fn answer_difference(&self, answer: Result<Answer>) -> Option<String> {
        match answer {
            Ok(_) if self.status >= 300 => Some("it is no error".to_owned()),
            Ok(Answer::Json(value)) => difference(&value.to_value().unwrap(), &self.body),
            Ok(Answer::Empty) => difference(&json!({}), &self.body),
            Ok(Answer::Bytes(stream)) => {
                let bytes = stream.into_bytes(1 << 20).await.unwrap();
                let text = self.body.as_str().unwrap_or_default();
                (bytes != text).then(|| "other bytes".to_owned())
            }
            Err(error) if self.status < 300 => Some(error.report()),
            Err(error) => self.error_difference(&error),
        }
    }

    fn error_difference(&self, error: &Error) -> Option<String> {
        let status = self.status;
        let not_found = status == 404 || NOT_FOUND.contains(&self.name.as_str());
        let predicates = [
            ("is_bad_request", error.is_bad_request(), status == 400),
            ("is_not_found", error.is_not_found(), not_found),
            ("is_conflict", error.is_conflict(), status == 409),
            ("is_server_error", error.is_server_error(), status >= 500),
            ("is_retryable", error.is_retryable(), status == 503),
            ("is_request", error.is_request(), false),
            ("is_decode", error.is_decode(), false),
        ];
        if let Some((name, is, _)) = predicates.iter().find(|(_, is, should)| is != should) {
            return Some(format!("{name} is {is}: {error}"));
        }
        if error.status().map(|status| status.as_u16()) != Some(status) {
            return Some(format!("the status is {:?}", error.status()));
        }
        let errors = self.body["errors"].as_array();
        let mut texts = errors.into_iter().flatten().filter_map(Value::as_str);
        match (texts.next_back(), error.messages().first()) {
            (None, None) => None,
            (Some(text), Some(message)) if says(text, message) => None,
            (text, message) => Some(format!("{message:?} of {text:?}")),
        }
    }
}

/// Whether the message is the first line of Flink's text, without the Java classes in front.
fn says(text: &str, message: &str) -> bool {
    let text = text
        .strip_prefix("<Exception on server side:\n")
        .unwrap_or(text);
    let line = text.lines().next().unwrap_or_default().trim();
    let is_class = |word: &str| word.contains('.') && !word.contains(char::is_whitespace);
    let classes = line.strip_suffix(message);
    let only_classes = |classes: &str| classes.split_terminator(": ").all(is_class);
    let is_whole = message
        .split_once(": ")
        .is_none_or(|(word, _)| !is_class(word));
    !message.is_empty() && is_whole && classes.is_some_and(only_classes)
}

/// Flink decodes path segments twice.
fn decoded(segment: &str) -> String {
    let once = percent_decode_str(segment).decode_utf8().unwrap();
    percent_decode_str(&once)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

/// Plays the JobManager's part, one exchange after the other.
struct Stage {
    flink: Flink,
    stub: RecordingServer,
    next: Arc<Mutex<Option<Exchange>>>,
}

impl Stage {
    async fn new() -> Self {
        let next: Arc<Mutex<Option<Exchange>>> = Arc::default();
        let played = next.clone();
        let stub = RecordingServer::answering(move |_| played.lock().unwrap().as_ref().unwrap().reply()).await;
        let config = Config::new().with_retry(Retry::none());
        let flink = Flink::with_config(stub.url(), config).unwrap();
        Self { flink, stub, next }
    }

    /// Makes the call of the exchange; says what differs from it.
    async fn play(&self, exchange: &Exchange) -> Option<String> {
        let Some((operation, path)) = exchange.operation() else {
            return Some("no operation of the table".to_owned());
        };
        *self.next.lock().unwrap() = Some(exchange.clone());
        let answer = self
            .flink
            .call(operation.id, exchange.arguments(path))
            .await;
        match self.stub.take_seen().as_slice() {
            [received] => match exchange.request_difference(received) {
                None => exchange.answer_difference(answer).await,
                difference => difference,
            },
            _ => Some(format!(
                "not sent once: {:?}",
                answer.err().map(|error| error.report())
            )),
        }
        .map(|difference| format!("{}: {difference}", operation.id))
    }
}

#[tokio::test]
async fn every_captured_exchange_passes_through_its_typed_call() {
    let stage = Stage::new().await;
    let (mut successes, mut errors, mut left_out) = (0, 0, 0);
    let mut operations = BTreeSet::new();
    let mut differences = Vec::new();
    for exchange in exchanges() {
        let is_left_out =
            |(method, path): &(&str, &str)| exchange.parameters(method, path).is_some();
        if LEFT_OUT.iter().any(is_left_out) {
            left_out += 1;
            continue;
        }
        operations.extend(exchange.operation().map(|(operation, _)| operation.id));
        match exchange.status {
            ..300 => successes += 1,
            300.. => errors += 1,
        }
        if let Some(difference) = stage.play(&exchange).await {
            differences.push(format!("{} {}", exchange.name, difference));
        }
    }
    // Past the test harness, which keeps what a test prints.
    let _ = writeln!(
        std::io::stderr(),
        "captures of Flink 1.20.5: {successes} successes and {errors} errors of {} operations, {left_out} left out, {} differ",
        operations.len(),
        differences.len()
    );
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
