//! Where the two clients send different requests, and why.

use std::collections::{BTreeMap, BTreeSet};

/// Who sends a request that the other does not send.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sender {
    Python,
    Here,
}

use Sender::{Here, Python};

/// A difference: the call, the sender, the request and the reason. A star at the end of the call or of the request stands for anything.
type Difference = (&'static str, Sender, &'static str, &'static str);

const INSTANCE: &str = "/streams/rest/instances/StreamsInstance";

const DIFFERENCES: [Difference; 23] = [
    ("sc.*", Python, "GET /streams/rest/resources", ROOT),
    ("build.*", Python, "GET /streams/rest/resources", ROOT),
    (
        "sc.*",
        Python,
        "GET /streams-resource/instances/StreamsInstance",
        ROOT,
    ),
    (
        "build.*",
        Python,
        "GET /streams-build-resource/instances/StreamsInstance/",
        ROOT,
    ),
    (
        "sc.get_resources()",
        Here,
        "GET /streams/rest/resources",
        "in Cloud Pak for Data Python asks the root of the instance, here it is that beside the collections",
    ),
    (
        "sc.get_instances() with a wrong password",
        Here,
        "GET /streams/rest/instances",
        "the first request is refused, which in Python is that for the root",
    ),
    (
        "sc.get_domain*",
        Here,
        "GET /streams/rest/domains",
        NONE_OF_FIVE,
    ),
    (
        "sc.get_installations()",
        Here,
        "GET /streams/rest/installations",
        NONE_OF_FIVE,
    ),
    (
        "sc.get_instance('*",
        Python,
        "GET /streams/rest/instances",
        ONE,
    ),
    (
        "sc.get_instance('*",
        Here,
        "GET /streams/rest/instances?id=*",
        ONE,
    ),
    ("instance.get_job(*", Python, "GET {instance}/jobs", ONE),
    ("instance.get_job(*", Here, "GET {instance}/jobs?id=*", ONE),
    (
        "instance.submit_job(*",
        Python,
        "GET {instance}/jobs",
        "the answer to the submission has the id: fewer requests",
    ),
    (
        "instance.submit_job(*",
        Python,
        "GET {instance}/jobs/*",
        "version 1.12 reads the job that it has found in the list",
    ),
    (
        "job.get_job_group()",
        Here,
        "GET {instance}/jobgroups/default",
        "Python takes a link that begins with http:// for a name",
    ),
    ("sc.get_resources()", Python, "POST /oidc/token?*", TOKEN),
    (
        "sc.get_resources()",
        Here,
        "POST /identity/token as application/x-www-form-urlencoded",
        TOKEN,
    ),
    (
        "Instance.of_endpoint(url)",
        Python,
        r#"POST /streams/rest/accesstokens {"audience":"streams"}"#,
        AUDIENCE,
    ),
    (
        "Instance.of_endpoint(url)",
        Here,
        r#"POST /streams/rest/accesstokens {"audience":["streams"]}"#,
        AUDIENCE,
    ),
    (
        "build.get_resources()",
        Here,
        "GET /streams/rest/resources?verbose=false",
        "the query has the default; the path alone is that of the root of Streams",
    ),
    (
        "service.cancel_job(job_name)",
        Here,
        "GET /v2/streaming_analytics/*",
        BY_NAME,
    ),
    (
        "service.cancel_job(job_name)",
        Here,
        "DELETE /v2/streaming_analytics/*",
        BY_NAME,
    ),
    (
        "view.fetch_tuples(20) of trades",
        Here,
        "GET {instance}/views/2/viewitems",
        "Python's thread has begun before",
    ),
];

const ROOT: &str =
    "Python is led to each collection by the root; here the paths are known: fewer requests";
const ONE: &str = "a server that filters sends one element, where Python looks through all of them";
const NONE_OF_FIVE: &str = "Python sees in the root of Streams 5 that it has none, and gives None";
const TOKEN: &str =
    "the service has two ways to its tokens; here the API key is in the body, not in the URL";
const AUDIENCE: &str = "Streams takes one audience or a list, as the Java client sends it";
const BY_NAME: &str = "Python means to do this, and fails in version 2 before it sends anything";

/// Calls that give one element: Python sends nothing where it has asked for the element in the last two seconds.
const CACHED: [&str; 16] = [
    "allocation.get_resource()",
    "exported.get_operator_output_port()",
    "instance.get_domain()",
    "instance.get_published_topics()",
    "job.get_domain()",
    "job.get_instance()",
    "operator.get_host()",
    "operator.get_job()",
    "operator.get_pe()",
    "pe.get_host()",
    "pe.get_job()",
    "pe.get_resource()",
    "pe.get_resource_allocation()",
    "view.get_domain()",
    "view.get_instance()",
    "view.get_job()",
];

/// Whether it is a request that depends on the time: of an element that Python may know, or by the thread with which Python follows a
/// view from `start_data_fetch` until some time after `stop_data_fetch`.
fn is_by_chance(call: &str, sender: Sender, request: &str) -> bool {
    match sender {
        Here => CACHED.contains(&call) && request.starts_with("GET "),
        Python => {
            let is_meanwhile = call.starts_with("view.") || call == "each once, none left out";
            is_meanwhile && request.ends_with("/viewitems")
        }
    }
}

/// Collects what differs.
#[derive(Debug, Default)]
pub struct Differences {
    used: BTreeSet<usize>,
    unexplained: Vec<String>,
}

fn fits(pattern: &str, text: &str) -> bool {
    let pattern = pattern.replace("{instance}", INSTANCE);
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => text == pattern,
    }
}

/// How often each request was sent. A GET that is repeated counts once: how often a client polls is its own affair.
fn counted(requests: Vec<String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for request in requests {
        let is_get = request.starts_with("GET ");
        let count = counted.entry(request).or_default();
        *count = if is_get { 1 } else { *count + 1 };
    }
    counted
}

/// The requests that one has sent more often than the other.
fn surplus<'a>(
    one: &'a BTreeMap<String, usize>,
    other: &'a BTreeMap<String, usize>,
) -> impl Iterator<Item = &'a String> {
    let more =
        |(request, count): &(&String, &usize)| other.get(*request).is_none_or(|own| own < *count);
    one.iter().filter(more).map(|(request, _)| request)
}

impl Differences {
    /// Compares what both have sent for a call, each request as often as it was sent.
    pub fn add(&mut self, called: &str, call: &str, python: Vec<String>, here: Vec<String>) {
        let (python, here) = (counted(python), counted(here));
        let only_python = surplus(&python, &here).map(|request| (Python, request));
        let only_here = surplus(&here, &python).map(|request| (Here, request));
        for (sender, request) in only_python.chain(only_here) {
            if is_by_chance(call, sender, request) {
                continue;
            }
            let mut known = DIFFERENCES.iter();
            let explained = known.position(|(of, by, what, _)| {
                fits(of, call) && *by == sender && fits(what, request)
            });
            match explained {
                Some(index) => drop(self.used.insert(index)),
                None => self
                    .unexplained
                    .push(format!("{called}: {sender:?} {request}")),
            }
        }
    }

    /// Something else that should not be.
    pub fn fail(&mut self, what: String) {
        self.unexplained.push(what);
    }

    /// Fails when there is a difference without a reason, or a reason without a difference.
    pub fn end(self) {
        assert!(
            self.unexplained.is_empty(),
            "\n{}",
            self.unexplained.join("\n")
        );
        for (index, difference) in DIFFERENCES.iter().enumerate() {
            assert!(
                self.used.contains(&index),
                "there is no such difference: {difference:?}"
            );
        }
    }
}

#[test]
fn what_is_done_twice_is_a_difference_and_a_repeated_question_is_none() {
    let requests = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let once = requests(&["GET /jobs", "POST /jobs", "DELETE /jobs/1"]);
    let twice: Vec<String> = requests(&["GET /jobs", "GET /jobs", "POST /jobs", "POST /jobs"]);
    let mut differences = Differences::default();
    differences.add("f", "f", once, twice);
    assert_eq!(
        differences.unexplained,
        ["f: Python DELETE /jobs/1", "f: Here POST /jobs"]
    );
}
