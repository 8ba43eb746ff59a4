use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use serde_json::Value;

use super::{Running, headwaters};

/// A sandbox in a process of its own, and the URL of its first line.
struct Sandbox {
    running: Running,
    flink: String,
}

impl Sandbox {
    fn start(arguments: &[&str]) -> Self {
        let mut running = Running::start([&["sandbox"], arguments].concat());
        let access: Value = serde_json::from_str(&running.line()).unwrap();
        let flink = access["flink"].as_str().unwrap().to_owned();
        Self { running, flink }
    }
}

#[cfg(unix)]
#[test]
fn it_serves_until_a_signal_and_ends_with_0() {
    for signal in ["-INT", "-TERM"] {
        let sandbox = Sandbox::start(&[]);
        let call = ["call", "flink", "cluster_overview", "--url", &sandbox.flink];
        assert_eq!(headwaters(call).json()["taskmanagers"], 1);
        sandbox.running.signal(signal);
        let (status, stderr) = sandbox.running.end();
        assert_eq!(status, Some(0), "{signal}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(
            headwaters(call)
                .failure()
                .contains("no connection was made")
        );
    }
}

#[cfg(unix)]
#[test]
fn it_has_demonstration_data() {
    let sandbox = Sandbox::start(&["--flink", "0"]);
    let url = sandbox.flink.as_str();
    let jobs = headwaters(["call", "flink", "jobs_overview", "--url", url]).json();
    let jobs = jobs["jobs"].as_array().unwrap();
    let states: BTreeSet<&str> = jobs
        .iter()
        .map(|job| job["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        BTreeSet::from(["CANCELED", "FAILED", "FINISHED", "RUNNING"])
    );
    let jars = headwaters(["call", "flink", "jars_list", "--url", url]).json();
    assert_eq!(jars["files"].as_array().unwrap().len(), 1);
    sandbox.running.signal("-TERM");
    sandbox.running.end();
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let told = headwaters(["sandbox", "--flink", &port]);
    let why = told.failure();
    assert!(
        why.starts_with(&format!("the flink sandbox cannot start on port {port}: ")),
        "{why}"
    );
}

#[cfg(unix)]
#[test]
fn a_joule_node_tells_its_key() {
    let mut running = Running::start(["sandbox", "--joule"]);
    let access: Value = serde_json::from_str(&running.line()).unwrap();
    assert!(access.get("flink").is_none());
    let address = access["joule"]
        .as_str()
        .unwrap()
        .trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let key = access["joule_key"].as_str().unwrap();
    let request = format!(
        "GET /modules.json HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("random numbers"), "{answer}");
    running.signal("-TERM");
    running.end();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_sandbox_of_the_command_does_not_grow_with_what_it_is_sent() {
    let mut sandbox = Running::start(["sandbox", "--flink", "0"]);
    let access: Value = serde_json::from_str(&sandbox.line()).unwrap();
    let url = format!("{}/nope", access["flink"].as_str().unwrap());
    // Without one reqwest refuses to be made; a second one is refused in turn.
    #[cfg(feature = "rustls")]
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let post = async |times: usize| {
        for _ in 0..times {
            let request = client.post(&url).body(vec![b'x'; 60_000]);
            request.send().await.unwrap();
        }
    };
    post(20).await;
    let before = super::joule::peak(sandbox.child.id());
    post(400).await;
    let grown = super::joule::peak(sandbox.child.id()) - before;
    assert!(grown < 8 << 20, "it grew by {grown} bytes");
    sandbox.signal("-TERM");
    assert_eq!(sandbox.end().0, Some(0));
}

#[cfg(unix)]
#[test]
fn streams_tells_what_a_client_needs_in_its_flavour() {
    for (flavour, more) in [
        ("on-prem4", None),
        ("standalone5", None),
        ("cp4d", Some("streams_ca")),
        ("sas1", Some("streams_vcap")),
        ("sas2", Some("streams_vcap")),
    ] {
        let mut running = Running::start(["sandbox", "--streams", "--streams-flavour", flavour]);
        let access: Value = serde_json::from_str(&running.line()).unwrap();
        let mut members: Vec<&str> = access
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        members.sort_unstable();
        let mut expected = vec![
            "streams",
            "streams_flavour",
            "streams_password",
            "streams_user",
        ];
        expected.extend(more);
        expected.sort_unstable();
        assert_eq!(members, expected);
        assert_eq!(access["streams_flavour"], flavour);
        let url = access["streams"].as_str().unwrap();
        assert_eq!(
            url.ends_with("/streams/rest/resources"),
            flavour != "cp4d",
            "{url}"
        );
        running.signal("-TERM");
        running.end();
    }
    let told = headwaters(["sandbox", "--streams-flavour", "sas3"]);
    let why = told.usage();
    assert!(why.contains("not a flavour of Streams"), "{why}");
}

#[cfg(unix)]
#[test]
fn flowthings_tells_its_account_and_token() {
    let mut running = Running::start(["sandbox", "--flowthings"]);
    let access: Value = serde_json::from_str(&running.line()).unwrap();
    let members: Vec<&String> = access.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["flowthings", "flowthings_account", "flowthings_token"]
    );
    let text = |name: &str| access[name].as_str().unwrap();
    let url = text("flowthings");
    let key = format!(
        "{}:{}",
        text("flowthings_account"),
        text("flowthings_token")
    );
    let call = [
        "call",
        "flowthings",
        "flow_find_many",
        "--url",
        url,
        "--key",
        &key,
    ];
    let flows = headwaters(call).json();
    assert_eq!(flows[1]["displayName"], "Greenhouse");
    running.signal("-TERM");
    running.end();
}
