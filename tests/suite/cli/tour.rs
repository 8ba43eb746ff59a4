use std::{path::PathBuf, sync::LazyLock, time::Duration};

use headwaters::{
    flink::{self, types::JobStatus},
    sandbox::{Fault, Flink},
};

use super::{Ended, Running, file, headwaters};

/// A tour of this server with a jar, and no history but its own.
fn arguments<'a>(server: &'a Flink, jar: &'a str) -> Vec<&'a str> {
    vec!["tour", "--flink", server.url(), "--jar", jar]
}

fn jar(name: &str) -> String {
    let path: PathBuf = file(name, b"bytes of a jar");
    path.to_str().unwrap().to_owned()
}

/// What is on the cluster once nothing is being cancelled any more: the states of the jobs, and the number of jars.
async fn left(server: &Flink) -> (Vec<String>, usize) {
    let flink = flink::Flink::new(server.url()).unwrap();
    let jars = flink.jars().list().await.unwrap().files.len();
    loop {
        let jobs = flink.jobs().list().await.unwrap().jobs;
        if jobs.iter().all(|job| job.status != JobStatus::Cancelling) {
            let mut states: Vec<String> = jobs.iter().map(|job| job.status.to_string()).collect();
            states.sort();
            return (states, jars);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The savepoints that were disposed of, in the order of their paths.
fn disposed_of(server: &Flink) -> Vec<String> {
    let journal = server.journal().into_iter();
    let mut paths: Vec<String> = journal
        .filter(|sent| sent.method == "POST" && sent.target == "/v1/savepoint-disposal")
        .filter(|sent| sent.status == Some(200))
        .map(|sent| serde_json::from_slice::<serde_json::Value>(&sent.body).unwrap())
        .map(|body| body["savepoint-path"].as_str().unwrap().to_owned())
        .collect();
    paths.sort();
    paths
}

/// The savepoints that the tour tells of, in the order of their paths.
fn written(told: &str) -> Vec<String> {
    let lines = told.lines().map(str::trim);
    let mut paths: Vec<String> = lines
        .filter_map(|line| line.strip_prefix("written to "))
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths
}

/// A tour of the sandboxes of every platform.
static TOLD: LazyLock<Ended> = LazyLock::new(|| headwaters(["tour"]));

/// The tour of the sandboxes tells these texts in this order.
#[track_caller]
fn assert_told(texts: &[&str]) {
    assert_eq!(TOLD.status, Some(0), "{}", TOLD.stderr);
    let mut rest = TOLD.text();
    for told in texts {
        let (_, after) = rest
            .split_once(told)
            .unwrap_or_else(|| panic!("{told:?} is not in {rest}"));
        rest = after;
    }
}

#[test]
fn on_its_own_sandbox_it_tells_the_whole_life_of_a_job() {
    assert_told(&[
        "a sandbox at http://127.0.0.1:",
        "(cluster_overview)",
        "Flink 1.20.5",
        "(task_managers_list)",
        "(jars_upload)",
        "_StreamJob.jar",
        "(jars_run)",
        "RUNNING",
        "Source: readings",
        "(jobs_metrics)",
        "uptime = ",
        "(subtasks_metrics)",
        "numRecordsIn: least ",
        "(vertex_get)",
        "(1/2) is RUNNING",
        "(jobs_trigger_checkpoint)",
        " is complete",
        "(jobs_trigger_savepoint)",
        "written to file:",
        "/savepoint-",
        "(jobs_stop)",
        "written to file:",
        "FINISHED",
        "(jars_run)",
        "RUNNING",
        "(jobs_checkpoints)",
        "checkpoint ",
        " at file:",
        "(jobs_cancel)",
        "CANCELED",
        "(savepoints_dispose)",
        " is gone",
        " is gone",
        "com.acme.FailJob",
        "FAILED",
        "(jobs_exceptions)",
        "Caused by: java.lang.IllegalStateException: boom at 41",
        "(jars_delete)",
    ]);
    assert!(TOLD.stderr.contains("is INITIALIZING"), "{}", TOLD.stderr);
    assert!(!TOLD.text().contains("is INITIALIZING"));
}

#[test]
fn on_its_own_sandboxes_it_tells_of_streams_on_premises_alone_and_as_a_service() {
    assert_told(&[
        "IBM Streams 4: a sandbox at http://127.0.0.1:",
        "StreamsInstance is running and healthy: it takes jobs",
        "0 application::NeuralNet_0: running, healthy",
        "(instance_operators)",
        "job 0 is running and healthy",
        "PE 0 is running and healthy, launched once",
        "(output_port_metrics)",
        "stream1: ",
        " tuples/s",
        "(pe_connection_metrics)",
        "PE 0 to PE 1: ",
        "(instance_operator_connections)",
        "operator ",
        "neural_net_model ",
        "congestion",
        "identity ",
        "neural_net_model ",
        "bottleneck: neural_net_model",
        "(view_items)",
        "predictions",
        "\"serial\":",
        "neural/predictions: tuple<rstring jsonString>",
        "That was IBM Streams 4: nothing was changed.",
        "IBM Streams 5: a sandbox at http://127.0.0.1:",
        "kept as bundleId:",
        "job 0, headwaters_tour_",
        "job 0 is running and healthy",
        "Source",
        "{\"serial\":0}",
        "job 0 is gone",
        "Streaming Analytics: a sandbox at http://127.0.0.1:",
        "service sandbox, version 2",
        "STARTED, its instance is running; jobs: 2",
        "job 2",
        "demo::Main_2 is running and healthy",
        "job 2 is gone",
        "one token opened it for ",
    ]);
}

#[test]
fn on_its_own_sandbox_it_tells_what_the_manual_of_flowthings_shows() {
    assert_told(&[
        "flowthings.io: a sandbox at http://127.0.0.1:",
        "(flow_create)",
        ", Tour, /",
        "(flow_find_many)",
        "that fit (displayName == 'Tour') && (path =~ /^\\/",
        "(drop_create)",
        "50 in /",
        "(session_websocket)",
        ": {\"foo\":",
        "(drop_find_many)",
        "that fit (elems.foo > 12) && (NOT elems.side == 'north')",
        // The odd ones from 13 to 49.
        "19 drops",
        "another one not: elems.foo > 12 is false: elems.foo is 7",
        "(flow_update)",
        "sends {\"displayName\":\"Foo\"}",
        ", Foo, /",
        "(flow_update_many)",
        ": of the tour",
        "(drop_aggregate)",
        // Of 25 drops by side those above 42 are 44, 46 and 48, or 43, 45, 47 and 49.
        "$count\":25",
        "(statistics_flow_drop_added)",
        "51 drops added to /",
        "(token_create)",
        ": reads the drops of /",
        "(share_create)",
        ": for i",
        "Many requests at once (flow_find_many)",
        "1 flow",
        "1 flow",
        "0 flow",
        "10 drops of /",
        ", and 1 flow beside it",
        "That was flowthings.io: nothing is left of the tour.",
    ]);
}

#[tokio::test]
async fn of_a_flowthings_that_is_named_nothing_is_left_but_what_was_there() {
    let server = headwaters::sandbox::Flowthings::start().await.unwrap();
    let key = format!("{}:{}", server.account(), server.token());
    let told = headwaters([
        "tour",
        "--flowthings",
        server.url(),
        "--flowthings-key",
        &key,
    ]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert!(!told.text().contains("Flink"), "{}", told.text());
    assert!(!told.text().contains(server.token()));
    let deleted = server
        .journal()
        .into_iter()
        .filter(|sent| sent.method == "DELETE");
    // Two flows, a token and a share.
    assert_eq!(deleted.count(), 4);
    let told = headwaters([
        "tour",
        "--flowthings",
        server.url(),
        "--flowthings-key",
        "alone",
    ]);
    assert_eq!(told.status, Some(2), "{}", told.stderr);
    assert!(told.stderr.contains("ACCOUNT:TOKEN"), "{}", told.stderr);
}

#[tokio::test]
async fn with_a_jar_it_leaves_nothing_but_history() {
    let server = Flink::start().await.unwrap();
    let jar = jar("LeavesNothingJob.jar");
    let told = headwaters(
        [
            &arguments(&server, &jar)[..],
            &[
                "--failing-class",
                "com.acme.FailJob",
                "--savepoint-directory",
                "file:///elsewhere",
            ],
        ]
        .concat(),
    );
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert!(
        told.text()
            .contains("written to file:/elsewhere/savepoint-"),
        "{}",
        told.text()
    );
    let states = ["CANCELED", "FAILED", "FINISHED"].map(str::to_owned);
    assert_eq!(left(&server).await, (states.to_vec(), 0));
    assert_eq!(written(told.text()).len(), 2);
    assert_eq!(disposed_of(&server), written(told.text()));
}

#[tokio::test]
async fn without_a_jar_it_only_reads_and_says_so() {
    let server = Flink::builder().demo(true).start().await.unwrap();
    let told = headwaters(["tour", "--flink", server.url()]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert!(
        told.text()
            .contains("Without --jar PATH nothing is uploaded or run")
    );
    assert!(told.text().contains("uptime = "), "{}", told.text());
    let mut methods: Vec<String> = server
        .journal()
        .into_iter()
        .map(|sent| sent.method)
        .collect();
    methods.dedup();
    assert_eq!(methods, ["GET"]);
}

#[tokio::test]
async fn a_step_that_fails_is_named_and_all_is_removed() {
    let server = Flink::start().await.unwrap();
    let jar = jar("ForbiddenJob.jar");
    let told = headwaters(
        [
            &arguments(&server, &jar)[..],
            &["--savepoint-directory", "file:///forbidden"],
        ]
        .concat(),
    );
    assert_eq!(told.status, Some(1));
    let why = told.stderr.lines().last().unwrap();
    assert!(
        why.contains(
            "Taking a savepoint, jobs_trigger_savepoint) failed: flink jobs_savepoint_status GET"
        ),
        "{why}"
    );
    assert!(why.contains("IO-problem detected."), "{why}");
    assert_eq!(left(&server).await, (vec!["CANCELED".to_owned()], 0));
}

#[tokio::test]
async fn savepoints_of_a_tour_that_fails_are_disposed_of() {
    let server = Flink::start().await.unwrap();
    let jar = jar("SavedJob.jar");
    server.inject(Fault::status(500).on("POST", "/savepoint-disposal"));
    let told = headwaters(arguments(&server, &jar));
    assert_eq!(told.status, Some(1), "{}", told.text());
    let why = told.stderr.lines().last().unwrap();
    assert!(why.contains("savepoints_dispose) failed"), "{why}");
    assert_eq!(written(told.text()).len(), 2);
    assert_eq!(disposed_of(&server), written(told.text()));
    let states = ["CANCELED", "FINISHED"].map(str::to_owned);
    assert_eq!(left(&server).await, (states.to_vec(), 0));
}

#[tokio::test]
async fn a_job_that_ends_in_another_state_is_told() {
    let server = Flink::start().await.unwrap();
    let jar = jar("SucceedingJob.jar");
    let class = ["--failing-class", "com.acme.BoundedJob"];
    let told = headwaters([&arguments(&server, &jar)[..], &class].concat());
    assert_eq!(told.status, Some(1), "{}", told.text());
    let why = told.stderr.lines().last().unwrap();
    assert!(why.ends_with("is FINISHED instead of FAILED"), "{why}");
    let states = ["CANCELED", "FINISHED", "FINISHED"].map(str::to_owned);
    assert_eq!(left(&server).await, (states.to_vec(), 0));
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_tour_removes_what_it_made() {
    let server = Flink::start().await.unwrap();
    let jar = jar("InterruptedJob.jar");
    let mut tour = Running::start(arguments(&server, &jar));
    tour.read_until("Source: readings");
    tour.signal("-INT");
    let (status, stderr) = tour.end();
    assert_eq!(status, Some(1));
    assert!(
        stderr
            .lines()
            .last()
            .unwrap()
            .ends_with("failed: interrupted"),
        "{stderr}"
    );
    assert_eq!(left(&server).await, (vec!["CANCELED".to_owned()], 0));
}

#[tokio::test]
async fn a_tour_that_nobody_reads_removes_what_it_made() {
    let server = Flink::start().await.unwrap();
    let jar = jar("UnreadJob.jar");
    let mut tour = Running::start(arguments(&server, &jar));
    tour.read_until("Source: readings");
    tour.stop_reading();
    let (status, stderr) = tour.end();
    assert_eq!(status, Some(0), "{stderr}");
    assert_eq!(left(&server).await, (vec!["CANCELED".to_owned()], 0));
}

#[test]
fn a_server_that_is_not_there_is_told_with_the_step() {
    let told = headwaters(["tour", "--flink", "http://127.0.0.1:1"]);
    assert_eq!(told.status, Some(1));
    let why = told.stderr.lines().last().unwrap();
    assert!(why.starts_with("step 1 (The cluster, cluster_overview) failed: flink cluster_overview GET /overview: no connection was made"), "{why}");
}
