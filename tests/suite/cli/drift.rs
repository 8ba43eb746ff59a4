//! Our spec against made-up documents and servers, of which the differences are known.

use headwaters::sandbox;
use serde_json::{Value, json};

use super::{Ended, file, headwaters};
use crate::recording_server::{RecordingServer, Reply};

/// The findings about one operation, as the report lists them.
fn findings<'a>(told: &'a Ended, operation: &str) -> Vec<&'a str> {
    let mut lines = told.text().lines();
    lines.find(|line| line.split_whitespace().next_back() == Some(operation));
    lines
        .take_while(|line| !line.is_empty())
        .map(str::trim)
        .collect()
}

#[track_caller]
fn assert_has(told: &Ended, line: &str) {
    assert!(
        told.text().lines().any(|other| other.trim() == line),
        "{line:?} is not in\n{}",
        told.text()
    );
}

async fn drift_of(url: &str) -> Ended {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || headwaters(["drift", "flink", "--url", &url]))
        .await
        .unwrap()
}

/// Our spec against a document with these paths and components.
fn against(version: &str, paths: Value, components: Value) -> Ended {
    against_with(version, paths, components, &[])
}

fn against_with(version: &str, paths: Value, components: Value, more: &[&str]) -> Ended {
    let document = json!({
        "openapi": "3.0.1",
        "info": {"title": "made up", "version": version},
        "paths": paths,
        "components": {"schemas": components},
    });
    let test = std::thread::current().name().unwrap().replace("::", "-");
    let file = file(&format!("{test}.yml"), document.to_string().as_bytes());
    let arguments = ["drift", "flink", "--official", file.to_str().unwrap()];
    headwaters(arguments.into_iter().chain(more.iter().copied()))
}

/// An operation that answers the schema.
fn answers(schema: Value) -> Value {
    json!({"responses": {"200": {"description": "done", "content": {"application/json": {"schema": schema}}}}})
}

fn text() -> Value {
    json!({"type": "string"})
}

#[test]
fn an_operation_that_only_the_document_has_is_a_gap() {
    let told = against(
        "2.4",
        json!({"/moon/{phase}": {"get": {"operationId": "getMoon", "responses": {}}}}),
        json!({}),
    );
    assert_eq!(told.status, Some(1), "{}", told.text());
    assert_has(&told, "! GET /moon/{phase}  getMoon: only there");
    assert_eq!(told.stderr, "There is one gap in our spec.\n");
}

#[test]
fn an_operation_that_only_our_spec_has_is_told_and_is_no_gap() {
    let told = against("1.20", json!({}), json!({}));
    assert_eq!(told.status, Some(0), "{}", told.text());
    assert_has(&told, "GET /overview  cluster_overview: only here");
}

#[test]
fn a_prefix_and_other_names_of_parameters_make_no_difference() {
    let status = json!({"type": "object", "properties": {"status": text()}});
    let mut operation = answers(status);
    operation["parameters"] =
        json!([{"name": "id", "in": "path", "required": true, "schema": text()}]);
    let told = against(
        "1.20",
        json!({"/v1/jobs/{id}/status": {"get": operation}}),
        json!({}),
    );
    assert_eq!(told.status, Some(0), "{}", told.text());
    assert!(
        told.text().contains("1 operations there"),
        "{}",
        told.text()
    );
    assert!(told.text().contains("1 in both"), "{}", told.text());
    assert_eq!(findings(&told, "jobs_status"), [""; 0]);
}

#[test]
fn members_are_compared_through_references_lists_and_maps() {
    let paths = json!({"/jobs/{id}/exceptions": {"get": answers(json!({"$ref": "#/components/schemas/Exceptions"}))}});
    let components = json!({
        "Exceptions": {"type": "object", "properties": {"exceptionHistory": {"$ref": "#/components/schemas/History"}}},
        "History": {"type": "object", "properties": {
            "entries": {"type": "array", "items": {"$ref": "#/components/schemas/Entry"}},
            "truncated": text(),
        }},
        "Entry": {"type": "object", "properties": {
            "exceptionName": text(),
            "colour": text(),
            "timestamp": {"type": "integer", "format": "int32"},
            "failureLabels": {"type": "object", "additionalProperties": {"type": "boolean"}},
        }},
    });
    let told = against("2.3", paths, components);
    assert_eq!(told.status, Some(1), "{}", told.text());
    let findings = findings(&told, "jobs_exceptions");
    for line in [
        "!   answer.exceptionHistory.entries[].colour: only there, string",
        "answer.exceptionHistory.entries[].timestamp: int64 here, int32 there",
        "answer.exceptionHistory.entries[].failureLabels.*: string here, boolean there",
        "answer.exceptionHistory.entries[].stacktrace: only here, string",
        "answer.exceptionHistory.truncated: boolean here, string there",
    ] {
        assert!(findings.contains(&line), "{line:?} is not in {findings:#?}");
    }
    assert!(
        findings[0].starts_with('!'),
        "gaps come first: {findings:#?}"
    );
    let gaps = findings.iter().filter(|line| line.starts_with('!')).count();
    assert_eq!(gaps, 1, "{findings:#?}");
}

#[test]
fn a_member_of_another_version_is_not_missing() {
    let paths = json!({"/jobs/{jobid}/exceptions": {"get": answers(json!({"type": "object", "properties": {
        "exceptionHistory": {"type": "object"},
    }}))}});
    let of = |version: &str| {
        let told = against(version, paths.clone(), json!({}));
        findings(&told, "jobs_exceptions").contains(&"answer.root-exception: only here, string")
    };
    assert!(of("v1/1.20-SNAPSHOT"), "root-exception is there until 1.20");
    assert!(!of("v1/2.3-SNAPSHOT"), "root-exception has ended with 1.20");
}

#[test]
fn a_member_that_outlives_its_version_is_told() {
    let paths = json!({"/jobs/{jobid}/exceptions": {"get": answers(json!({"type": "object", "properties": {
        "root-exception": text(),
    }}))}});
    let told = against("2.3", paths, json!({}));
    assert!(
        findings(&told, "jobs_exceptions")
            .contains(&"answer.root-exception: there, though our spec has it in 1.20 and earlier"),
        "{}",
        told.text()
    );
}

#[test]
fn a_value_that_only_the_document_lists_is_a_gap() {
    let status = json!({"type": "object", "properties": {"status": {"type": "string", "enum": ["RUNNING", "PAUSED"]}}});
    let told = against(
        "1.20",
        json!({"/jobs/{jobid}/status": {"get": answers(status)}}),
        json!({}),
    );
    assert_eq!(told.status, Some(1), "{}", told.text());
    let findings = findings(&told, "jobs_status");
    assert_eq!(findings[0], "!   answer.status: PAUSED only there");
    assert!(
        findings.contains(&"answer.status: FINISHED only here"),
        "{findings:#?}"
    );
}

#[test]
fn a_parameter_that_only_the_document_has_is_a_gap() {
    let mut operation = answers(json!({"type": "object"}));
    operation["parameters"] = json!([
        {"name": "maxExceptions", "in": "query", "schema": text()},
        {"name": "colour", "in": "query", "schema": text()},
    ]);
    let told = against(
        "1.20",
        json!({"/jobs/{jobid}/exceptions": {"get": operation}}),
        json!({}),
    );
    assert_eq!(told.status, Some(1), "{}", told.text());
    let findings = findings(&told, "jobs_exceptions");
    assert_eq!(findings[0], "!   query.colour: only there, string");
    assert!(
        findings.contains(&"query.maxExceptions: int32 here, string there"),
        "{findings:#?}"
    );
    assert!(
        findings.contains(&"query.failureLabelFilter: only here"),
        "{findings:#?}"
    );
}

#[test]
fn a_request_member_that_only_the_document_has_is_a_gap() {
    let body = json!({"type": "object", "properties": {"entryClass": text(), "colour": text()}});
    let mut operation = answers(json!({"type": "object"}));
    operation["requestBody"] = json!({"content": {"application/json": {"schema": body}}});
    let told = against(
        "1.20",
        json!({"/jars/{jarid}/run": {"post": operation}}),
        json!({}),
    );
    assert_eq!(told.status, Some(1), "{}", told.text());
    assert_eq!(
        findings(&told, "jars_run")[0],
        "!   request.colour: only there, string"
    );
}

#[test]
fn schemas_that_contain_themselves_come_to_an_end() {
    let paths = json!({"/jobs/{jobid}/vertices/{vertexid}": {"get": answers(json!({"type": "object", "properties": {
        "subtasks": {"type": "array", "items": {"$ref": "#/components/schemas/Attempt"}},
    }}))}});
    let components = json!({"Attempt": {"type": "object", "properties": {
        "colour": text(),
        "other-concurrent-attempts": {"type": "array", "items": {"$ref": "#/components/schemas/Attempt"}},
    }}});
    let told = against("1.20", paths, components);
    let colours = findings(&told, "vertex_get")
        .into_iter()
        .filter(|line| line.contains("colour"));
    assert_eq!(
        colours.collect::<Vec<_>>(),
        ["!   answer.subtasks[].colour: only there, string"]
    );
}

#[test]
fn a_member_that_no_server_has_is_no_gap() {
    let paths = json!({"/jobs/{jobid}/execution-result": {"get": answers(json!({"type": "object", "properties": {
        "job-execution-result": {"$ref": "#/components/schemas/JobResult"},
    }}))}});
    let result =
        json!({"JobResult": {"type": "object", "properties": {"netRuntime": {"type": "integer"}}}});
    let told = against("1.20", paths, result);
    assert_eq!(told.status, Some(0), "{}", told.text());
    let line = "answer.job-execution-result.netRuntime: only there, integer: a name in Java; the wire has others";
    assert!(
        findings(&told, "jobs_execution_result").contains(&line),
        "{}",
        told.text()
    );
}

/// Flink's document has one schema for the outcome of every asynchronous operation.
#[test]
fn of_several_branches_the_one_most_like_ours_is_compared() {
    let outcome = |names: &[&str]| {
        let members: Value = names
            .iter()
            .map(|name| ((*name).to_owned(), text()))
            .collect();
        json!({"type": "object", "properties": members})
    };
    let branches = [
        outcome(&["checkpointId", "failureCause"]),
        outcome(&["location", "failure-cause"]),
        outcome(&["location", "failure-cause", "colour"]),
    ];
    let status = json!({"type": "object", "properties": {"operation": {"oneOf": branches}}});
    let paths = json!({"/jobs/{jobid}/savepoints/{triggerid}": {"get": answers(status)}});
    let told = against("1.20", paths, json!({}));
    assert_eq!(told.status, Some(0), "{}", told.text());
    assert!(
        !told.text().contains("operation.location"),
        "{}",
        told.text()
    );
}

#[test]
fn machines_get_the_report_as_json() {
    let paths = json!({"/moon": {"get": {"operationId": "getMoon", "responses": {}}}});
    let told = against_with("2.4", paths, json!({}), &["--json"]);
    assert_eq!(told.status, Some(1));
    let report: Value = serde_json::from_str(told.text()).unwrap();
    assert_eq!(
        (&report["version"], &report["gaps"]),
        (&json!("2.4"), &json!(1))
    );
    assert_eq!(
        report["operations"][0],
        json!({
            "operation": "GET /moon  getMoon",
            "findings": [{"gap": true, "kind": "missing_here", "place": "", "text": "only there"}],
        })
    );
}

#[test]
fn a_wrong_command_line_is_2() {
    let no_document = concat!(env!("CARGO_MANIFEST_DIR"), "/LICENSE-MIT");
    for arguments in [
        &["flink"][..],
        &["joule", "--url", "http://localhost"],
        &["flink", "--official", "/no/such/file"],
        &["flink", "--official", no_document],
        &["flink", "--official", "x", "--url", "y"],
        &["flink", "--url", "no url"],
    ] {
        headwaters([&["drift"], arguments].concat()).usage();
    }
}

/// The sandbox answers what it carries as a real server does, and nothing it is asked for changes it.
#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_does_not_drift() {
    let server = sandbox::Flink::builder().demo(true).start().await.unwrap();
    let told = drift_of(server.url()).await;
    assert_eq!(told.status, Some(0), "{}", told.text());
    let journal = server.journal();
    assert!(
        journal.iter().all(|entry| entry.method == "GET"),
        "only GET is asked"
    );
    let asked = |part: &str| journal.iter().any(|entry| entry.target.contains(part));
    assert!(
        asked("/subtasks/0") && asked("/vertices/") && asked("?get="),
        "{}",
        told.text()
    );
}

fn json_reply(status: u16, json: &'static str) -> Reply {
    Reply {
        status,
        ..Reply::text(json)
    }
}

/// A JobManager of which only these paths exist.
async fn server(answers: &'static [(&'static str, u16, &'static str)]) -> RecordingServer {
    RecordingServer::answering(move |request| {
        let answer = answers
            .iter()
            .find(|(path, ..)| request.target == format!("/v1{path}"));
        match answer {
            Some((_, status, body)) => json_reply(*status, body),
            None => json_reply(404, r#"{"errors":["Unable to load requested file /x."]}"#),
        }
    })
    .await
}

const CONFIG: (&str, u16, &str) = (
    "/config",
    200,
    r#"{"refresh-interval":3000,"timezone-name":"UTC","timezone-offset":0,"flink-version":"1.20.5","flink-revision":"x",
        "features":{"web-submit":true,"web-cancel":true,"web-rescale":false,"web-history":false}}"#,
);

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_has_and_our_spec_has_not_is_a_gap() {
    let server = server(&[
        CONFIG,
        (
            "/overview",
            200,
            r#"{"taskmanagers":"one","slots-total":4,"slots-available":99999999999,"jobs-running":null,"jobs-finished":0,
                "jobs-cancelled":0,"flink-version":"1.20.5","flink-commit":"0980485","moon":{"phase":1}}"#,
        ),
        ("/jobs", 200, r#"{"jobs":[{"id":"a1","status":"PAUSED"}]}"#),
        ("/jobs/overview", 500, r#"{"errors":["Internal server error.","trace"]}"#),
    ])
    .await;
    let told = drift_of(server.url()).await;
    assert_eq!(told.status, Some(1), "{}", told.text());
    assert_eq!(findings(&told, "cluster_config"), [""; 0]);
    assert_eq!(
        findings(&told, "cluster_overview"),
        [
            "!   answer.jobs-failed: absent, required in our spec",
            "!   answer.jobs-running: null, int32 in our spec",
            "!   answer.slots-available: integer, int32 in our spec",
            "!   answer.taskmanagers: string, int32 in our spec",
            "!   answer.moon: only there, object",
        ]
    );
    assert_eq!(
        findings(&told, "jobs_list"),
        [r#"!   answer.jobs[].status: the value "PAUSED" is not in our spec"#]
    );
    assert_eq!(
        findings(&told, "jobs_overview"),
        ["!   answer 500: not in our spec: Internal server error."]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_version_contradicts_our_spec() {
    let server = server(&[
        CONFIG,
        (
            "/jobs/overview",
            200,
            r#"{"jobs":[{"jid":"a1","name":"n","start-time":1,"end-time":-1,"duration":1,"state":"RUNNING","last-modification":1,
                "tasks":{"total":0,"created":0,"scheduled":0,"deploying":0,"initializing":0,"running":0,"finished":0,
                "canceling":0,"canceled":0,"failed":0,"reconciling":0},"schedulerType":"Default"}]}"#,
        ),
    ])
    .await;
    let told = drift_of(server.url()).await;
    assert_eq!(
        findings(&told, "jobs_overview"),
        ["!   answer.jobs[].schedulerType: there, though our spec has it in 2.3 and later"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_no_flink_cannot_be_compared() {
    let server = RecordingServer::start(Reply::text("{}")).await;
    let told = drift_of(server.url()).await;
    assert!(
        told.failure().contains("tells no version of Flink"),
        "{told:?}"
    );
}
