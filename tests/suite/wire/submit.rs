//! A job graph on its way out: one form of several parts, refused where Flink could not tell them apart.

use futures_util::stream;
use headwaters::{Error, Upload, bytes::Bytes, flink::calls::JobsSubmit};
use serde_json::{Value, json};

use super::{
    assert_readable, brisk, client,
    scripted_server::{Answer, Request, ScriptedServer},
    single,
};

/// Captured on 1.20.5: `POST /jobs`.
const SUBMITTED: &str = r#"{"jobUrl":"/jobs/f9eafb5c6f4d7f5ebb554bad23e55184"}"#;

/// Headers and content of each part of a form, in its order.
fn parts(request: &Request) -> Vec<(String, String)> {
    let kind = request.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = String::from_utf8(request.body.clone()).unwrap();
    let text = text.strip_prefix(&format!("--{boundary}\r\n")).unwrap();
    let text = text.strip_suffix(&format!("\r\n--{boundary}--\r\n"));
    text.unwrap()
        .split(&format!("\r\n--{boundary}\r\n"))
        .map(|part| part.split_once("\r\n\r\n").unwrap())
        .map(|(headers, content)| (headers.to_owned(), content.to_owned()))
        .collect()
}

fn file(name: &str, content: &'static str) -> Upload {
    Upload::bytes(name, content)
}

fn taken() -> ScriptedServer {
    ScriptedServer::playing([Answer::status(202, &[], SUBMITTED)])
}

#[tokio::test]
async fn the_request_goes_first_and_names_the_files_that_follow() {
    let stub = taken();
    let jobs = client(&stub, single()).jobs();
    let submitted = jobs
        .submit(file("graph.bin", "a graph"))
        .jar(file("job.jar", "a jar"))
        .jar(file("lib é.jar", "a library"))
        .artifact("stop words", file("words.txt", "a, the"))
        .with_response()
        .await
        .unwrap();
    assert_eq!(submitted.status().as_u16(), 202);
    let id = "f9eafb5c6f4d7f5ebb554bad23e55184";
    assert_eq!(submitted.into_value().job_id().as_str(), id);

    let sent = stub.requests().remove(0);
    assert_eq!(sent.line(), "POST /v1/jobs");
    let length: usize = sent.header("content-length").unwrap().parse().unwrap();
    assert_eq!(length, sent.body.len());
    let parts = parts(&sent);
    let (headers, request) = &parts[0];
    assert_eq!(headers, r#"Content-Disposition: form-data; name="request""#);
    assert_eq!(
        serde_json::from_str::<Value>(request).unwrap(),
        json!({
            "jobGraphFileName": "graph.bin",
            "jobJarFileNames": ["job.jar", "lib é.jar"],
            "jobArtifactFileNames": [{"entryName": "stop words", "fileName": "words.txt"}],
        })
    );
    let files = [
        ("graph.bin", "a graph"),
        ("job.jar", "a jar"),
        ("lib é.jar", "a library"),
        ("words.txt", "a, the"),
    ];
    assert_eq!(parts.len(), 1 + files.len());
    for ((headers, content), (name, sent)) in parts[1..].iter().zip(files) {
        assert!(
            headers.contains(&format!(r#"filename="{name}""#)),
            "{headers}"
        );
        assert_eq!(content, sent);
    }
}

#[tokio::test]
async fn without_jars_and_artifacts_the_lists_are_empty() {
    let stub = taken();
    let jobs = client(&stub, single()).jobs();
    jobs.submit(file("graph.bin", "a graph")).await.unwrap();
    let parts = parts(&stub.requests().remove(0));
    assert_eq!(parts.len(), 2);
    assert_eq!(
        serde_json::from_str::<Value>(&parts[0].1).unwrap(),
        json!({"jobGraphFileName": "graph.bin", "jobJarFileNames": [], "jobArtifactFileNames": []})
    );
}

/// The error of a call that must send nothing.
async fn refusal(call: impl FnOnce(JobsSubmit) -> JobsSubmit) -> Error {
    let stub = taken();
    let jobs = client(&stub, single()).jobs();
    let error = call(jobs.submit(file("a", "a graph"))).await.unwrap_err();
    assert!(error.is_request() && !error.maybe_sent(), "{error:?}");
    assert_eq!((error.attempts(), stub.opened()), (0, 0));
    assert_readable(&error);
    error
}

#[tokio::test]
async fn names_that_flink_could_not_tell_apart_are_refused_before_anything_is_sent() {
    let twice = [
        refusal(|call| call.jar(file("a", "a jar"))).await,
        refusal(|call| call.jar("/one/a.jar").jar("/other/a.jar")).await,
        refusal(|call| call.jar("b").artifact("x", file("b", ""))).await,
        refusal(|call| call.artifact("x", "b").artifact("y", "b")).await,
    ];
    for (error, name) in twice.iter().zip(["a", "a.jar", "b", "b"]) {
        let text = format!("two files are called {name:?}");
        assert!(error.to_string().contains(&text), "{error}");
    }
    let entries = refusal(|call| call.artifact("x", "b").artifact("x", "c")).await;
    let text = "two artifacts are called \"x\"";
    assert!(entries.to_string().contains(text), "{entries}");
    for name in ["", "../b", "a\\b", "a\nb"] {
        refusal(|call| call.jar(file(name, ""))).await;
        refusal(|call| call.artifact("x", file(name, ""))).await;
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_before_anything_is_sent() {
    let error = refusal(|call| call.jar("no such.jar")).await;
    assert!(error.to_string().contains("no such.jar cannot be read"));
}

#[tokio::test]
async fn a_later_file_that_fails_gives_its_own_reason() {
    let stub = taken();
    let pieces = [
        Ok(Bytes::from_static(b"half")),
        Err(std::io::Error::other("the disk is gone")),
    ];
    let words = Upload::stream("words.txt", None, stream::iter(pieces));
    let jobs = client(&stub, brisk()).jobs();
    let call = jobs.submit(file("a", "a graph")).artifact("words", words);
    let error = call.await.unwrap_err();
    assert!(error.report().contains("the disk is gone"), "{error:?}");
    assert_eq!((error.attempts(), stub.count()), (1, 0));
}

#[tokio::test]
async fn a_submission_that_may_have_arrived_is_not_repeated() {
    let stub = ScriptedServer::playing([
        Answer::status(503, &[], ""),
        Answer::status(202, &[], SUBMITTED),
    ]);
    let jobs = client(&stub, brisk()).jobs();
    let error = jobs.submit(file("a", "a graph")).await.unwrap_err();
    assert_eq!((error.attempts(), stub.count()), (1, 1));
}
