//! What the Python client sends, this client sends: row by row of its published table, on one sandbox.
//!
//! `tests/witness/run` installs the Python client and names its interpreter in `WITNESS_PYTHON`.

mod flowthings;
mod joule;
mod streams;

use std::{
    env, fmt,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use headwaters::{
    Config, Operation, Retry, Upload,
    dynamic::Arguments,
    flink::{Flink, OPERATIONS},
    sandbox::{self, Exchange},
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// Lines that send nothing, and why.
const SILENT: [(&str, &str); 4] = [
    (
        "taskmanager.all()",
        "the published name, which Python has not",
    ),
    (
        "jars.run(id, parallelism=-1)",
        "refused by Python, as it should",
    ),
    (
        "jobs.get_execution_results(id)",
        "the published name, which Python has not",
    ),
    ("jobs.get_vertex(id, vertex)", "makes a handle"),
];

/// Lines whose last request is not that of their row, and why.
const ASTRAY: [(&str, &str); 2] = [
    ("job_vertex.subtasks.accumulators()", "calls row 49"),
    (
        "job_vertex.subtasks.get_attempt_accumulators(0, 0)",
        "calls that of one attempt",
    ),
];

/// Lines whose requests are not to be copied, and why.
const WRONG: [(&str, &str); 1] = [(
    "job_vertex.metrics()",
    "all names in one URL, longer than Flink takes",
)];

/// Lines that the server answers otherwise when the same is asked again.
const ONCE: [&str; 5] = [
    "jobs.stop(id, directory)",
    "jobs.terminate(id)",
    "delete_dataset(id)",
    "jars.delete(id)",
    "delete_cluster()",
];

/// The Python client, which makes its next call when told to.
struct Witness {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What Python says of a call.
#[derive(Debug, Deserialize)]
struct Line {
    row: String,
    rest: String,
    python: String,
}

impl Witness {
    fn start(url: &str) -> Self {
        let python = env::var("WITNESS_PYTHON").expect("WITNESS_PYTHON has flink-rest-client");
        let mut process = Command::new(python)
            .args(["tests/witness/flink/rows.py", "--step", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            input,
            output,
        }
    }

    /// Lets it make its next call; nothing when there is none.
    fn next(&mut self) -> Option<Line> {
        // It may have ended, and then its pipe is closed.
        let _ = self.input.write_all(b"\n");
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap())
    }
}

/// It does not outlive a test that fails.
impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A request as Flink reads it.
#[derive(PartialEq)]
struct Request {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    body: Value,
    upload: bool,
}

impl From<&Exchange> for Request {
    fn from(exchange: &Exchange) -> Self {
        let url = Url::parse(&format!("http://sandbox{}", exchange.target)).unwrap();
        let mut query: Vec<_> = url.query_pairs().into_owned().collect();
        query.sort();
        let path = url.path().strip_prefix("/v1").unwrap();
        Self {
            method: exchange.method.clone(),
            // Flink decodes twice.
            path: decoded(&decoded(path)),
            query,
            // Flink reads no body as one without members.
            body: match &exchange.body[..] {
                [] => json!({}),
                body => serde_json::from_slice(body).unwrap(),
            },
            upload: exchange.headers.iter().any(|(name, value)| {
                name == "content-type" && value.starts_with("multipart/form-data")
            }),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {:?} {}",
            self.method, self.path, self.query, self.body
        )?;
        f.write_str(if self.upload { " upload" } else { "" })
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

impl Request {
    /// The operation, and what stands in its path.
    fn operation(&self) -> (&'static Operation, Vec<(&'static str, &str)>) {
        OPERATIONS
            .iter()
            .filter(|operation| operation.method == self.method)
            .filter_map(|operation| Some((operation, matched(operation.path, &self.path)?)))
            // `/jobs/metrics` rather than `/jobs/{jobid}`.
            .min_by_key(|(_, values)| values.len())
            .unwrap_or_else(|| panic!("no operation for {self:?}"))
    }

    fn arguments(&self, values: &[(&str, &str)]) -> Arguments {
        let query = self
            .query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let arguments: Arguments = values.iter().copied().chain(query).collect();
        if self.upload {
            arguments.with_file(Upload::bytes("readings.jar", "not looked into"))
        } else if self.body == json!({}) {
            arguments
        } else {
            arguments.with_body(self.body.to_string())
        }
    }
}

/// The parameters of a path that fits the template.
fn matched<'a>(template: &'static str, path: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    if template.len() != path.len() {
        return None;
    }
    let mut values = Vec::new();
    for (expected, segment) in template.into_iter().zip(path) {
        match expected.strip_prefix('{') {
            Some(name) => values.push((name.trim_end_matches('}'), segment)),
            None if expected == segment => {}
            None => return None,
        }
    }
    Some(values)
}

/// A REST line without the names of its parameters, which Python and Flink do not share.
fn unnamed(method: &str, path: &str) -> String {
    let path: Vec<_> = path
        .split('/')
        .map(|segment| {
            if segment.starts_with([':', '{']) {
                ":"
            } else {
                segment
            }
        })
        .collect();
    format!("{method} {}", path.join("/"))
}

fn listed(list: &[(&str, &str)], line: &Line) -> bool {
    list.iter().any(|(python, _)| *python == line.python)
}

#[tokio::test]
#[ignore = "needs flink-rest-client: tests/witness/run"]
async fn each_call_of_the_python_client_is_the_same_request_here() {
    let cluster = sandbox::Flink::builder().demo(true).start().await.unwrap();
    let config = Config::new().with_retry(Retry::none());
    let flink = Flink::with_config(cluster.url(), config).unwrap();
    let mut witness = Witness::start(cluster.url());
    let mut rows = Vec::new();

    loop {
        cluster.clear_journal();
        let Some(line) = witness.next() else { break };
        if line.row == "setup" {
            continue;
        }
        rows.extend(line.row.trim_end_matches('b').parse::<u32>());
        let sent = cluster.journal();
        assert_eq!(sent.is_empty(), listed(&SILENT, &line), "{line:?}");
        if let Some(last) = sent.last() {
            let operation = Request::from(last).operation().0;
            // A helper may stand for several requests.
            let rest = line.rest.rsplit(", ").next().unwrap();
            let (method, path) = rest.split_once(' ').unwrap();
            let same = unnamed(method, path) == unnamed(operation.method, operation.path);
            assert_eq!(same, !listed(&ASTRAY, &line), "{line:?}: {operation:?}");
        }
        if line.python == "delete_cluster()" {
            cluster.listen_again().await.unwrap();
        }
        if listed(&WRONG, &line) {
            continue;
        }
        for exchange in &sent {
            let theirs = Request::from(exchange);
            let (operation, values) = theirs.operation();
            cluster.clear_journal();
            let answer = flink.call(operation.id, theirs.arguments(&values)).await;
            let ours: Vec<Request> = cluster.journal().iter().map(Request::from).collect();
            assert_eq!(ours, [theirs], "{line:?}: {answer:?}");
            if !ONCE.contains(&line.python.as_str()) {
                let succeeded = exchange.status.is_some_and(|status| status < 300);
                assert_eq!(answer.is_ok(), succeeded, "{line:?}: {answer:?}");
            }
        }
    }

    assert!(
        witness.process.wait().unwrap().success(),
        "rows.py is astonished"
    );
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows, (1..=49).collect::<Vec<_>>());
}
