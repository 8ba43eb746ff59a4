//! The texts of errors, which a reviewer must see when they change.
//!
//! A changed snapshot fails with a diff. `INSTA_UPDATE=always cargo test --test suite errors` accepts it.

use std::{fmt::Write as _, time::Duration};

use headwaters::{Auth, Config, Error, Limits, Retry, flink::Flink};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::recording_server::{RecordingServer, Reply};

/// An error of a JobManager: the first lines of its texts.
fn words(errors: &[&str]) -> String {
    json!({ "errors": errors }).to_string()
}

#[tokio::test]
async fn flink_errors() {
    let mut text = String::new();
    let mut tell = |title: &str, error: Error| {
        let line = masked(&error.to_string());
        let _ = write!(text, "{title}\n    {line}\n");
        let report = masked(&error.report());
        if report != line {
            let _ = writeln!(text, "    {report}");
        }
        text.push('\n');
    };

    // What a JobManager of 1.20.5 answered; the traces are cut.
    let job = "00000000000000000000000000000000";
    tell(
        "a job that does not exist",
        get(
            Reply::new(404, words(&["org.apache.flink.runtime.rest.NotFoundException: Job 00000000000000000000000000000000 not found\n\tat org.apache.flink.runtime.rest.handler.job.AbstractExecutionGraphHandler.lambda$handleRequest$1(AbstractExecutionGraphHandler.java:99)"])),
            job,
        )
        .await,
    );
    tell(
        "an id that is none",
        get(
            Reply::new(400, words(&["org.apache.flink.runtime.rest.handler.RestHandlerException: Bad request, could not parse parameters: Cannot resolve path parameter (jobid) from value \"xyz\".\n\tat org.apache.flink.runtime.rest.handler.AbstractHandler.respondAsLeader(AbstractHandler.java:188)"])),
            "xyz",
        )
        .await,
    );
    let flink = answering(Reply::new(500, words(&["Internal server error.", "<Exception on server side:\norg.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (00000000000000000000000000000000)\n\tat org.apache.flink.runtime.dispatcher.Dispatcher.lambda$requestJobStatus$20(Dispatcher.java:903)\n\nEnd of exception on server side>"]))).await;
    tell(
        "a failure inside the JobManager",
        flink.jobs().status(job).await.unwrap_err(),
    );
    let flink = answering(Reply::new(409, words(&["org.apache.flink.runtime.rest.handler.RestHandlerException: Job cancellation failed because the job has already reached another terminal state (FINISHED).\n\tat org.apache.flink.runtime.rest.handler.job.JobCancellationHandler.lambda$handleRequest$0(JobCancellationHandler.java:115)"]))).await;
    tell(
        "a job that has ended",
        flink.jobs().cancel(job).await.unwrap_err(),
    );
    let flink = answering(Reply::new(308, words(&["org.apache.flink.runtime.rest.handler.RestHandlerException: The termination mode \"stop\" has been removed. For an ungraceful shutdown, please use \"cancel\" instead. For a graceful shutdown, please use \"jobs/:jobId/stop\" instead.\n\tat org.apache.flink.runtime.rest.handler.job.JobCancellationHandler.handleRequest(JobCancellationHandler.java:94)"]))).await;
    tell(
        "a mode that was removed",
        flink.jobs().cancel(job).mode("stop").await.unwrap_err(),
    );
    tell(
        "a JobManager that is starting",
        get(
            Reply::new(503, words(&["Service temporarily unavailable due to an ongoing leader election. Please refresh."])),
            job,
        )
        .await,
    );
    tell(
        "a body that is too large",
        get(Reply::new(413, ""), job).await,
    );
    let flink = answering(Reply::json(&json!({
        "status": {"id": "COMPLETED"},
        "operation": {"failure-cause": {
            "class": "java.util.concurrent.CompletionException",
            "stack-trace": "java.util.concurrent.CompletionException: org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (00000000000000000000000000000000)\n\tat java.base/java.util.concurrent.CompletableFuture.encodeThrowable(CompletableFuture.java:332)\nCaused by: org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (00000000000000000000000000000000)\n\t... 38 more\n",
            "serialized-throwable": "rO0ABXNyAClvcmcuYXBhY2hlLmZsaW5rLnV0aWwu",
        }},
    })))
    .await;
    let savepoint = flink
        .jobs()
        .savepoint_status(job, "6c459aef04b98534669ec6267d339202");
    tell(
        "a savepoint that failed",
        savepoint.poll().await.unwrap_err(),
    );

    // What stands before a JobManager, or in its place.
    tell(
        "a proxy without a server behind it",
        get(
            Reply::new(
                502,
                "<html>\n<head><title>502 Bad Gateway</title></head>\n</html>",
            )
            .with("content-type", "text/html"),
            job,
        )
        .await,
    );
    tell(
        "a redirect to a login page",
        get(
            Reply::new(302, "").with("location", "https://login.example.com/start?token=secret"),
            job,
        )
        .await,
    );
    tell(
        "a login page in place of the answer",
        get(Reply::new(200, "<!DOCTYPE html><html></html>"), job).await,
    );
    tell(
        "nothing in place of the answer",
        get(Reply::new(200, ""), job).await,
    );
    tell(
        "half an answer",
        get(Reply::new(200, r#"{"jid": "00"#), job).await,
    );
    let flink = answering(Reply::json(&json!({"jobs": [{"id": "00", "status": 7}]}))).await;
    tell(
        "a member of another type",
        flink.jobs().list().await.unwrap_err(),
    );
    let flink = answering(Reply::json(&json!({"jobs": [{"id": "00"}]}))).await;
    tell(
        "a member that is missing",
        flink.jobs().list().await.unwrap_err(),
    );
    let stub = RecordingServer::start(Reply::json(&json!({"jobs": []}))).await;
    let config = Config::new().with_limits(Limits::default().with_json(8));
    let flink = Flink::with_config(stub.url(), config).unwrap();
    tell(
        "an answer that is too large",
        flink.jobs().list().await.unwrap_err(),
    );

    // What happens on the way.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let silent = client(&format!("http://{address}"));
    let call = silent.jobs().list().with_timeout(Duration::from_millis(20));
    tell("a server that is silent", call.await.unwrap_err());
    let cut = tokio::spawn(async move {
        loop {
            let Ok((mut stream, _)) = listener.accept().await else {
                return;
            };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    tell(
        "a connection that is cut",
        silent.jobs().list().await.unwrap_err(),
    );
    cut.abort();
    let _ = cut.await;
    tell(
        "a port where nobody listens",
        client(&format!("http://{address}"))
            .jobs()
            .list()
            .await
            .unwrap_err(),
    );

    // What is not sent at all.
    let flink = client("http://localhost:8081");
    tell(
        "an id that would change the route",
        flink.jobs().get("..").await.unwrap_err(),
    );
    tell(
        "a comma in an item of a list",
        flink.jobs().metrics(job).names(["a,b"]).await.unwrap_err(),
    );
    tell(
        "a header that is none",
        flink
            .overview()
            .with_header("a b", "secret")
            .await
            .unwrap_err(),
    );
    tell(
        "a jar that is not there",
        flink.jars().upload("no/such.jar").await.unwrap_err(),
    );
    tell(
        "an operation that is not there",
        flink.call("jobs_dance", [("a", "b")]).await.unwrap_err(),
    );
    tell(
        "an argument that is missing",
        flink.call("jobs_get", [("a", "b")]).await.unwrap_err(),
    );
    tell(
        "an argument that is not there",
        flink
            .call("jobs_get", [("jobid", "00"), ("a", "b")])
            .await
            .unwrap_err(),
    );
    tell(
        "an argument that is no number",
        flink
            .call(
                "jobs_exceptions",
                [("jobid", "00"), ("maxExceptions", "many")],
            )
            .await
            .unwrap_err(),
    );
    for url in [
        "localhost:8081",
        "ftp://localhost",
        "http://host/?a=b",
        "http://user:secret@host",
    ] {
        tell(
            &format!("the base URL {}", url.replace("secret", "…")),
            Flink::new(url).unwrap_err(),
        );
    }
    let config = Config::new().with_auth(Auth::bearer("secret\n"));
    let error = match Flink::with_config("http://localhost:8081", config) {
        Ok(flink) => flink.overview().await.unwrap_err(),
        Err(error) => error,
    };
    tell("a token that no header can carry", error);

    assert!(!text.contains("secret"), "{text}");
    insta::assert_snapshot!(text);
}

/// Without the numbers that are the system's own: of an error, and of a port.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("127.0.0.1:") {
        masked.push_str(before);
        masked.push_str("127.0.0.1:PORT");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    masked.push_str(rest);
    let known = masked
        .find(" (os error ")
        .and_then(|at| Some((at, masked[at + 1..].find(')')?)));
    match known {
        Some((at, length)) => masked[..at].to_owned() + &masked[at + length + 2..],
        None => masked,
    }
}

async fn get(reply: Reply, job: &str) -> Error {
    answering(reply).await.jobs().get(job).await.unwrap_err()
}

async fn answering(reply: Reply) -> Flink {
    client(RecordingServer::start(reply).await.url())
}

fn client(url: &str) -> Flink {
    Flink::with_config(url, Config::new().with_retry(Retry::none())).unwrap()
}
