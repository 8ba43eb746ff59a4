use headwaters::{
    sandbox::{Fault, Flavour, Streams},
    streams::OPERATIONS,
};
use serde_json::{Value, json};

use super::{Ended, Running, command, ended, file, headwaters};

async fn demo(flavour: Flavour) -> Streams {
    let server = Streams::builder().demo(true).flavour(flavour);
    server.start().await.unwrap()
}

/// User and password as the command takes them.
fn key(server: &Streams) -> String {
    format!("{}:{}", server.user(), server.password())
}

/// The operation, called on the server by its user.
fn call(server: &Streams, operation: &[&str]) -> Ended {
    let line = [&["call", "streams"], operation, &["--url", server.url()]].concat();
    let mut call = command(line);
    ended(call.env("HEADWATERS_KEY", key(server)).output().unwrap())
}

fn members<'a>(list: &'a Value, name: &str) -> Vec<&'a str> {
    let elements = list.as_array().unwrap().iter();
    elements
        .map(|element| element[name].as_str().unwrap())
        .collect()
}

#[test]
fn the_table_has_every_operation_of_streams() {
    let rows = headwaters(["ops", "streams", "--json"]).json();
    let known: Vec<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(members(&rows, "id"), known);
    let lines = headwaters(["ops", "streams"]);
    assert_eq!(lines.text().lines().count(), known.len());
}

#[tokio::test]
async fn a_server_is_called_with_user_and_password() {
    let server = demo(Flavour::OnPrem4).await;
    let line = ["call", "streams", "instances_list", "--url", server.url()];
    let told = headwaters([&line[..], &["--key", &key(&server)]].concat());
    assert_eq!(members(&told.json(), "id"), ["StreamsInstance"]);
    let told = call(&server, &["instances_list"]);
    assert_eq!(members(&told.json(), "id"), ["StreamsInstance"]);
    for wrong in [&["--key", "streamsadmin:wrong"][..], &[]] {
        let told = headwaters([&line[..], wrong].concat());
        assert!(told.failure().contains(": 401 Unauthorized"), "{told:?}");
        assert!(!told.stderr.contains("wrong"), "{told:?}");
    }
}

#[tokio::test]
async fn a_list_of_an_instance_is_narrowed_by_the_names_of_the_wire() {
    let server = demo(Flavour::OnPrem4).await;
    let list = ["instance_operators", "instance=StreamsInstance"];
    let told = call(&server, &[&list[..], &["job.restid=1"]].concat());
    assert_eq!(
        members(&told.json(), "name"),
        ["Averages", "Filter[0]", "Filter[1]", "Report", "Trades"]
    );
    assert_eq!(call(&server, &list).json().as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn a_job_that_cannot_be_cancelled_over_rest_is_told_by_the_server() {
    let server = demo(Flavour::OnPrem4).await;
    let told = call(
        &server,
        &["job_cancel", "instance=StreamsInstance", "job=0"],
    );
    let why = told.failure();
    let expected =
        "exists since Streams 5.0; before that there is `streamtool canceljob`: CDISW5012E";
    assert!(why.contains(expected), "{why}");
}

#[tokio::test]
async fn a_bundle_is_uploaded_submitted_and_cancelled() {
    let server = demo(Flavour::Standalone5).await;
    let instance = "instance=StreamsInstance";
    let bundle = file("demo.Main.sab", b"bytes of a bundle");
    let bundle = format!("@{}", bundle.display());
    let uploaded = call(
        &server,
        &["instance_upload_bundle", instance, "--body", &bundle],
    );
    let body = json!({
        "application": uploaded.json()["bundleId"],
        "preview": false,
        "jobConfigurationOverlay": {"jobConfigOverlays": [{"jobConfig": {"jobName": "by_name"}}]},
    });
    let submit = ["instance_submit", instance, "--body", &body.to_string()];
    let job = call(&server, &submit).json();
    assert_eq!(job["name"], "by_name");
    let job = format!("job={}", job["id"].as_str().unwrap());
    let told = call(&server, &["job_cancel", instance, &job]);
    assert_eq!((told.status, told.text()), (Some(0), ""), "{told:?}");
    let told = call(&server, &["job_get", instance, &job]);
    assert!(told.failure().contains(": 404 Not Found"), "{told:?}");
}

#[tokio::test]
async fn a_service_is_called_with_a_token_of_iam() {
    let server = demo(Flavour::Sas2).await;
    let vcap: Value = serde_json::from_str(server.vcap().unwrap()).unwrap();
    let credentials = &vcap["streaming-analytics"][0]["credentials"];
    let asked = json!({
        "grant_type": "urn:ibm:params:oauth:grant-type:apikey",
        "apikey": credentials["apikey"],
    });
    let asked = ["--body", &asked.to_string(), "--url", server.origin()];
    let token = headwaters([&["call", "streams", "iam_token"], &asked[..]].concat()).json();
    let url = credentials["v2_rest_url"].as_str().unwrap();
    let service = format!("service={}", url.rsplit('/').next().unwrap());
    let mut call = command(["call", "streams", "service_get", &service]);
    call.args(["--url", server.origin()]);
    call.env("HEADWATERS_KEY", token["access_token"].as_str().unwrap());
    assert_eq!(ended(call.output().unwrap()).json()["state"], "STARTED");
}

#[cfg(unix)]
#[test]
fn a_sandbox_tells_what_opens_it() {
    let mut running = Running::start(["sandbox", "--streams"]);
    let access: Value = serde_json::from_str(&running.line()).unwrap();
    assert!(access.get("flink").is_none());
    let text = |name: &str| access[name].as_str().unwrap();
    let key = format!("{}:{}", text("streams_user"), text("streams_password"));
    let server = ["--url", text("streams"), "--key", &key];
    let jobs = [
        "call",
        "streams",
        "instance_jobs",
        "instance=StreamsInstance",
    ];
    let jobs = headwaters([&jobs[..], &server].concat()).json();
    assert_eq!(members(&jobs, "id"), ["0", "1"]);
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));

    let mut running = Running::start(["sandbox", "--streams", "--streams-flavour", "sas2"]);
    let access: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(access["streams_flavour"], "sas2");
    let vcap: Value = serde_json::from_str(access["streams_vcap"].as_str().unwrap()).unwrap();
    assert_eq!(vcap["streaming-analytics"][0]["name"], "sandbox");
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn a_flavour_that_does_not_exist_is_a_wrong_command_line() {
    let told = headwaters(["sandbox", "--streams", "--streams-flavour", "cp5d"]);
    assert!(told.usage().contains("sas2"), "{told:?}");
}

#[test]
fn a_password_shows_nowhere() {
    let nowhere = "http://127.0.0.1:9/streams/rest/resources";
    for arguments in [
        vec!["call", "streams", "instances_list", "--url", nowhere],
        vec!["call", "streams", "no_such_thing", "--url", nowhere],
        vec!["tour", "--streams", nowhere],
        vec!["call", "--help"],
        vec!["tour", "--help"],
    ] {
        let mut command = command(&arguments);
        command.env("HEADWATERS_KEY", "user:must not show");
        command.env("STREAMS_USERNAME", "user");
        command.env("STREAMS_PASSWORD", "must not show");
        let told = ended(command.output().unwrap());
        let all = format!("{}{}", told.text(), told.stderr);
        assert!(!all.is_empty());
        assert!(!all.contains("must not show"), "{arguments:?}: {all}");
    }
}

/// A tour of this server by its user.
fn tour(server: &Streams, more: &[&str]) -> Ended {
    let mut tour = command(["tour", "--streams", server.url()]);
    tour.args(more);
    tour.env("STREAMS_USERNAME", server.user());
    tour.env("STREAMS_PASSWORD", server.password());
    ended(tour.output().unwrap())
}

fn bundle(name: &str) -> String {
    let path = file(name, b"bytes of a bundle");
    path.to_str().unwrap().to_owned()
}

/// What was asked of a server that changes something.
fn changes(server: &Streams) -> Vec<String> {
    let sent = server.journal().into_iter();
    let sent = sent.filter(|sent| sent.method != "GET");
    sent.map(|sent| {
        let target = sent.target.rsplit("/rest").next().unwrap_or_default();
        format!("{} {target}", sent.method)
    })
    .collect()
}

#[tokio::test]
async fn the_tour_names_each_operator_once_under_its_job() {
    let server = demo(Flavour::OnPrem4).await;
    let told = tour(&server, &[]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    let listing = "    application::NeuralNet_0
      identity
      neural_net_model
      Op.PublishTopic.TopicProperties
      periodicSource
      print_flush
    application::Trades_1
      Averages
      Filter[0]
      Filter[1]
      Report
      Trades

";
    assert!(told.text().contains(listing), "{}", told.text());
}

#[tokio::test]
async fn without_a_bundle_the_tour_only_reads_and_says_so() {
    let server = demo(Flavour::Standalone5).await;
    let told = tour(&server, &[]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    let said = "Without --bundle PATH nothing is submitted";
    assert!(told.text().contains(said), "{}", told.text());
    assert_eq!(changes(&server), Vec::<String>::new());
}

#[tokio::test]
async fn with_a_bundle_the_tour_leaves_no_job() {
    let server = Streams::builder().flavour(Flavour::Standalone5);
    let server = server.start().await.unwrap();
    let told = tour(&server, &["--bundle", &bundle("LeavesNoJob.sab")]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert_eq!(
        changes(&server),
        [
            "POST /instances/StreamsInstance/applicationbundles",
            "POST /instances/StreamsInstance/jobs",
            "DELETE /instances/StreamsInstance/jobs/0",
        ]
    );
}

#[tokio::test]
async fn a_tour_that_fails_names_the_step_and_cancels_its_job() {
    let server = Streams::builder().flavour(Flavour::Standalone5);
    let server = server.start().await.unwrap();
    let refused = Fault::status(403).on("GET", "/instances/StreamsInstance/operators");
    server.inject(refused.with_body("application/json", r#"{"messages": []}"#));
    let told = tour(&server, &["--bundle", &bundle("Refused.sab")]);
    assert_eq!(told.status, Some(1), "{}", told.text());
    let why = told.stderr.lines().last().unwrap();
    let step = "(The operators of each job, instance_operators) failed: streams instance_operators";
    assert!(why.contains(step), "{why}");
    let changes = changes(&server);
    let last = changes.last().unwrap();
    assert_eq!(last, "DELETE /instances/StreamsInstance/jobs/0");
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_tour_cancels_its_job() {
    let server = Streams::builder().flavour(Flavour::Standalone5);
    let server = server.start().await.unwrap();
    server.inject(Fault::hang().on("GET", "/instances/StreamsInstance/operators"));
    let bundle = bundle("Interrupted.sab");
    let line = ["tour", "--streams", server.url(), "--bundle", &bundle];
    let mut tour = command(line);
    tour.env("STREAMS_USERNAME", server.user());
    tour.env("STREAMS_PASSWORD", server.password());
    let mut tour = Running::of(tour);
    tour.read_until("(job_get)");
    tour.read_until("(instance_operators)");
    tour.signal("-INT");
    let (status, stderr) = tour.end();
    assert_eq!(status, Some(1));
    assert!(
        stderr.trim_end().ends_with("failed: interrupted"),
        "{stderr}"
    );
    let changes = changes(&server);
    let last = changes.last().unwrap();
    assert_eq!(last, "DELETE /instances/StreamsInstance/jobs/0");
}

#[test]
fn the_tour_wants_a_user_and_a_password_from_the_environment() {
    let nowhere = "http://127.0.0.1:9";
    for missing in ["STREAMS_USERNAME", "STREAMS_PASSWORD"] {
        let mut tour = command(["tour", "--streams", nowhere]);
        tour.env("STREAMS_USERNAME", "u")
            .env("STREAMS_PASSWORD", "p");
        let told = ended(tour.env_remove(missing).output().unwrap());
        let said = format!("{missing} is not set");
        assert!(told.usage().contains(&said), "{}", told.stderr);
    }
}

#[tokio::test]
async fn a_tour_with_a_wrong_password_fails_at_once() {
    let server = demo(Flavour::OnPrem4).await;
    let mut tour = command(["tour", "--streams", server.url()]);
    tour.env("STREAMS_USERNAME", server.user());
    let told = ended(tour.env("STREAMS_PASSWORD", "x").output().unwrap());
    assert_eq!(told.status, Some(1), "{}", told.text());
    let why = told.stderr.lines().last().unwrap();
    let step = "step 1 (The instances, instances_list) failed: ";
    assert!(why.starts_with(step) && why.contains("401"), "{why}");
}
