use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use headwaters::{sandbox::Flink, url::Url};
use serde_json::{Value, json};

use crate::{
    equal::assert_equal,
    recording_server::{RecordingServer, Reply},
};

use super::{Ended, command, ended, file, headwaters, headwaters_fed, headwaters_unread};

/// Makes a call at the sandbox.
fn call<'a>(server: &'a Flink, arguments: &[&'a str]) -> Ended {
    headwaters(line(server, arguments))
}

fn line<'a>(server: &'a Flink, arguments: &[&'a str]) -> Vec<&'a str> {
    [&["call", "flink"], arguments, &["--url", server.url()]].concat()
}

/// What the server answers when nothing of ours is in between.
fn wire(server: &Flink, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = answer
        .windows(4)
        .position(|end| end == b"\r\n\r\n")
        .unwrap();
    answer.split_off(head + 4)
}

/// The query that arrived last, decoded.
fn query(server: &Flink) -> Vec<(String, String)> {
    let target = server.journal().pop().unwrap().target;
    let url = Url::parse("http://host").unwrap().join(&target).unwrap();
    url.query_pairs().into_owned().collect()
}

async fn demo() -> Flink {
    Flink::builder().demo(true).start().await.unwrap()
}

#[tokio::test]
async fn a_json_answer_is_one_document_in_one_line() {
    let server = demo().await;
    for (operation, path) in [("cluster_config", "/config"), ("jars_list", "/jars")] {
        let told = call(&server, &[operation]);
        let theirs: Value = serde_json::from_slice(&wire(&server, path)).unwrap();
        assert_equal(operation, &told.json(), &theirs);
        assert_eq!(told.text().lines().count(), 1);
        assert!(told.text().ends_with("}\n"));
        assert_eq!(told.stderr, "");
    }
}

#[tokio::test]
async fn a_log_comes_as_its_bytes() {
    let server = demo().await;
    let theirs = wire(&server, "/jobmanager/log");
    let told = call(&server, &["job_manager_log"]);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    assert!(theirs.len() > 100);
    // A log may grow meanwhile.
    assert_eq!(told.stdout.get(..theirs.len()), Some(theirs.as_slice()));
}

#[tokio::test]
async fn a_jar_goes_from_the_upload_to_the_end_of_its_job() {
    let server = Flink::start().await.unwrap();
    let jar = file("StreamJob.jar", b"bytes of a jar");
    let body = format!("@{}", jar.display());
    let uploaded = call(&server, &["jars_upload", "--body", &body]).json();
    let (_, id) = uploaded["filename"]
        .as_str()
        .unwrap()
        .rsplit_once('/')
        .unwrap();
    let jarid = format!("jarid={id}");

    let run = call(
        &server,
        &[
            "jars_run",
            &jarid,
            "parallelism=2",
            "--body",
            r#"{"programArgsList": ["--name", "a, b"]}"#,
        ],
    );
    let jobid = format!("jobid={}", run.json()["jobid"].as_str().unwrap());
    let sent: Value = serde_json::from_slice(&server.journal().pop().unwrap().body).unwrap();
    let arguments = json!({"parallelism": 2, "programArgsList": ["--name", "a, b"]});
    assert_equal("the body", &sent, &arguments);
    let details = call(&server, &["jobs_get", &jobid]).json();
    assert_eq!(details["name"], "a, b");

    for (operation, argument) in [("jobs_cancel", &jobid), ("jars_delete", &jarid)] {
        let told = call(&server, &[operation, argument]);
        assert_eq!(
            (told.status, told.text(), told.stderr.as_str()),
            (Some(0), "", ""),
            "{operation} answers nothing"
        );
    }
    assert_eq!(call(&server, &["jars_list"]).json()["files"], json!([]));
}

#[tokio::test]
async fn a_body_may_come_from_a_file_or_from_stdin() {
    let server = demo().await;
    let jar = call(&server, &["jars_list"]).json()["files"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let jarid = format!("jarid={jar}");
    let body = r#"{"entryClass": "com.acme.BoundedJob"}"#;
    let path = format!("@{}", file("run.json", body.as_bytes()).display());
    let runs = [
        call(&server, &["jars_run", &jarid, "--body", &path]),
        headwaters_fed(
            body.as_bytes(),
            line(&server, &["jars_run", &jarid, "--body", "@-"]),
        ),
    ];
    for run in runs {
        let jobid = format!("jobid={}", run.json()["jobid"].as_str().unwrap());
        assert_eq!(
            call(&server, &["jobs_get", &jobid]).json()["name"],
            "BoundedJob"
        );
    }
}

#[tokio::test]
async fn an_upload_may_come_from_stdin() {
    let server = Flink::start().await.unwrap();
    let bytes = vec![7; 1 << 20];
    let told = headwaters_fed(&bytes, line(&server, &["jars_upload", "--body", "@-"]));
    assert_eq!(told.json()["status"], "success");
    let exchange = server.journal().pop().unwrap();
    assert!(exchange.body_len > 1 << 20, "{}", exchange.body_len);
}

#[tokio::test]
async fn a_value_is_taken_literally() {
    let server = demo().await;
    let jobid = "jobid=0123456789abcdef0123456789abcdef";
    call(&server, &["jobs_metrics", jobid, "get=a=b+c%20&d #"]).json();
    assert_eq!(
        query(&server),
        [("get".to_owned(), "a=b+c%20&d #".to_owned())]
    );
}

#[tokio::test]
async fn a_failed_call_is_one_line_on_stderr() {
    let server = Flink::start().await.unwrap();
    let told = call(
        &server,
        &["jobs_get", "jobid=0123456789abcdef0123456789abcdef"],
    );
    let why = told.failure();
    assert!(
        why.starts_with("flink jobs_get GET /jobs/{jobid}: 404 Not Found: "),
        "{why}"
    );
    assert!(
        why.contains("Job 0123456789abcdef0123456789abcdef not found"),
        "{why}"
    );
}

#[test]
fn a_server_that_is_not_there_is_a_failure() {
    let told = headwaters([
        "call",
        "flink",
        "cluster_overview",
        "--url",
        "http://127.0.0.1:1",
    ]);
    assert!(
        told.failure()
            .starts_with("flink cluster_overview GET /overview: no connection was made")
    );
}

#[tokio::test]
async fn no_id_changes_the_route() {
    let server = demo().await;
    for id in ["", ".", "..", "/", "\\", "?", "#", "%", "\n", "../jars"] {
        let told = call(&server, &["jobs_get", &format!("jobid={id}")]);
        // What is refused here is a wrong command line; the rest is encoded, and the server knows no such job.
        let why = match told.status {
            Some(2) => told.usage().trim_start_matches("error: "),
            _ => told.failure(),
        };
        assert!(
            why.starts_with("flink jobs_get GET /jobs/{jobid}: "),
            "{id:?}: {why}"
        );
    }
    let sent: Vec<String> = server
        .journal()
        .into_iter()
        .map(|sent| sent.target)
        .collect();
    // Flink decodes a segment twice.
    assert_eq!(sent, ["/v1/jobs/%253F", "/v1/jobs/%2523", "/v1/jobs/%2525"]);
}

#[tokio::test]
async fn a_header_is_sent_and_never_shown() {
    let server = Flink::start().await.unwrap();
    let secret = "Bearer c2VjcmV0=";
    let header = format!("authorization={secret}");
    let told = call(&server, &["jobs_get", "jobid=1", "--header", &header]);
    assert!(!told.failure().contains("c2VjcmV0"), "{}", told.stderr);
    let headers = server.journal().pop().unwrap().headers;
    assert!(headers.contains(&("authorization".to_owned(), secret.to_owned())));
}

#[test]
fn a_malformed_header_is_refused_without_its_text() {
    for header in [
        "authorization: c2VjcmV0",
        "=c2VjcmV0",
        "a b=c2VjcmV0",
        "a=c2VjcmV0\n",
    ] {
        let told = headwaters(["call", "flink", "cluster_overview", "--header", header]);
        assert!(!told.usage().contains("c2VjcmV0"), "{}", told.stderr);
    }
}

#[test]
fn an_unknown_operation_is_told_with_the_nearest() {
    for (meant, id) in [
        ("job_get", "jobs_get"),
        ("get_jobs", "jobs_get"),
        ("savepoint", "jobs_trigger_savepoint"),
    ] {
        let told = headwaters(["call", "flink", meant]);
        assert!(
            told.usage().contains(&format!("no operation {meant:?}")),
            "{}",
            told.stderr
        );
        assert!(told.stderr.contains(id), "{meant}: {}", told.stderr);
        assert!(
            told.stderr.contains("headwaters ops flink"),
            "{}",
            told.stderr
        );
    }
    assert!(
        !headwaters(["call", "flink", "xyz"])
            .usage()
            .contains("nearest")
    );
}

#[test]
fn wrong_arguments_are_refused_with_the_list_of_the_right_ones() {
    let job = "jobid=1";
    for (arguments, reason) in [
        (&["jobs_get"][..], "jobid is missing"),
        (&["jobs_get", "jobid"], "an argument is not NAME=VALUE"),
        (&["jobs_get", "=1"], "an argument is not NAME=VALUE"),
        (&["jobs_get", "jobId=1"], "there is no parameter \"jobId\""),
        (&["jobs_get", job, job], "jobid is given more than once"),
        (&["jobs_get", job, "--body", "{}"], "it takes no body"),
        (
            &["jobs_exceptions", job, "maxExceptions=many"],
            "maxExceptions is not of type int32",
        ),
        (
            &["jars_run", "jarid=1", "allowNonRestoredState=1"],
            "allowNonRestoredState is not of type boolean",
        ),
        (
            &["jars_run", "jarid=1", "--body", "{"],
            "the body is not JSON",
        ),
        (&["jars_upload"], "its body is missing"),
        (&["jars_upload", "--body", "{}"], "its body is a file"),
        (&["jars_upload", "--body", "@"], "wants the path of a file"),
    ] {
        let told = headwaters([&["call", "flink"], arguments].concat());
        assert!(
            told.usage().contains(reason),
            "{arguments:?}: {}",
            told.stderr
        );
    }
    let told = headwaters(["call", "flink", "jobs_exceptions"]);
    let usage = "Usage: headwaters call flink jobs_exceptions jobid=<JobId> [maxExceptions=<int32>] [failureLabelFilter=<[string]>]\n";
    assert!(told.usage().ends_with(usage), "{}", told.stderr);
}

#[tokio::test]
async fn a_list_may_be_given_by_commas_or_by_repeating() {
    let server = demo().await;
    let jobid = "jobid=0123456789abcdef0123456789abcdef";
    call(&server, &["jobs_metrics", jobid, "get=a,b"]).json();
    assert_eq!(query(&server), [("get".to_owned(), "a,b".to_owned())]);
    call(&server, &["jobs_metrics", jobid, "get=a", "get=b"]).json();
    assert_eq!(query(&server), [("get".to_owned(), "a,b".to_owned())]);
}

#[test]
fn a_file_that_cannot_be_read_is_a_failure() {
    for operation in [&["jars_upload"][..], &["jars_run", "jarid=1"]] {
        let told = headwaters(
            [
                &["call", "flink"],
                operation,
                &["--body", "@/there/is/none.jar"],
            ]
            .concat(),
        );
        assert!(
            told.failure().contains("/there/is/none.jar cannot be read"),
            "{}",
            told.stderr
        );
    }
}

/// The length of this file is 0 until it is read.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_changes_on_the_way_is_a_failure() {
    let server = demo().await;
    let told = call(&server, &["jars_upload", "--body", "@/proc/version"]);
    let why = "the file could not be sent whole: it has more than 0 bytes";
    assert!(told.failure().contains(why), "{}", told.stderr);
}

#[tokio::test]
async fn a_reader_that_has_gone_is_no_failure() {
    let server = demo().await;
    for operation in ["cluster_overview", "job_manager_log"] {
        let told = headwaters_unread(line(&server, &[operation]));
        assert_eq!(
            (told.status, told.stderr.as_str()),
            (Some(0), ""),
            "{operation}"
        );
    }
}

#[test]
fn a_failure_that_nobody_hears_of_keeps_its_status() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = command(["call", "flink", "none"])
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
}

/// Everything for a server that is not this host goes to a proxy that is not there.
#[test]
fn without_a_url_a_call_goes_to_the_server_of_its_operation() {
    for (line, key, server) in [
        (
            [
                "call",
                "streams",
                "iam_token",
                "--body",
                r#"{"grant_type": "g", "apikey": "none"}"#,
            ],
            "none",
            "https://iam.cloud.ibm.com",
        ),
        (
            ["call", "flowthings", "session_create", "--header", "x=y"],
            "account:token",
            "https://ws.flowthings.io",
        ),
    ] {
        let mut command = command(line);
        command.env("HTTPS_PROXY", "http://127.0.0.1:1");
        command.env("HEADWATERS_KEY", key);
        let told = ended(command.output().unwrap());
        assert!(told.failure().contains(server), "{}", told.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_printed_with_all_digits_and_one_that_nests_without_end_is_refused() {
    let printed = async |element: String| {
        let head = r#"{"status": 200, "ok": true, "references": {}}"#;
        let drop = format!(r#"{{"id": "d1", "elems": {{"a": {element}}}}}"#);
        let answer = format!(r#"{{"head": {head}, "body": {drop}}}"#);
        let stub = RecordingServer::start(Reply::text(answer)).await;
        let line = ["call", "flowthings", "drop_read", "flowId=f1", "dropId=d1"];
        headwaters([&line[..], &["--url", stub.url(), "--key", "acc:tok"]].concat())
    };
    let digits = "[1.00000000000000000000001, 123456789012345678901234567890]";
    let told = printed(digits.to_owned()).await;
    assert!(told.text().contains(&digits.replace(' ', "")), "{told:?}");
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let told = printed(nested(900)).await;
    assert!(told.text().contains(&nested(900)));
    let told = printed(nested(200_000)).await;
    assert!(
        told.failure().contains("recursion limit"),
        "{}",
        told.stderr
    );
}
