//! What stands before a cluster: a server that wants TLS with a client's certificate, and an HTTP proxy.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use headwaters::{
    Config,
    flink::{Flink, types::JobStatus},
    url::Url,
};

use super::{env, until, url};
use crate::wire::scripted_server::{Answer, Request, ScriptedServer};

/// Asks the cluster what it was asked itself, and gives its answer as it came.
fn passed_on(request: &Request) -> Answer {
    let cluster = Url::parse(&url()).unwrap();
    let mut stream = TcpStream::connect(&*cluster.socket_addrs(|| None).unwrap()).unwrap();
    // A proxy is given the whole URL.
    let target = match Url::parse(&request.target) {
        Ok(url) => url[headwaters::url::Position::BeforePath..].to_owned(),
        Err(_) => request.target.clone(),
    };
    let mut head = format!("{} {target} HTTP/1.1\r\n", request.method);
    let own = [
        "connection",
        "content-length",
        "transfer-encoding",
        "proxy-authorization",
    ];
    for (name, value) in &request.headers {
        if !own.contains(&&*name.to_lowercase()) {
            head += &format!("{name}: {value}\r\n");
        }
    }
    let length = request.body.len();
    head += &format!("connection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&request.body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    // Flink closes the connection and does not say so.
    let line = answer.iter().position(|byte| *byte == b'\n').unwrap();
    let (line, rest) = answer.split_at(line + 1);
    Answer::raw([line, b"connection: close\r\n", rest].concat()).close()
}

/// Uploads, runs, saves, reads and ends a job.
async fn assert_works(flink: &Flink) {
    let jar = env::var("FLINK_JAR").expect("FLINK_JAR names the demonstration jobs");
    let jars = flink.jars();
    let run = jars.upload_and_run(jar.as_str(), |run| {
        run.entry_class("headwaters.jobs.StreamJob")
    });
    let submission = run.await.unwrap();
    let (job, jobs) = (&submission.run.job_id, flink.jobs());
    until(async || {
        let details = jobs.get(job).await.unwrap();
        let mut vertices = details.vertices.iter();
        let runs = vertices.all(|vertex| vertex.status.as_str() == "RUNNING");
        runs.then_some(())
            .ok_or_else(|| "it does not run".to_owned())
    })
    .await;
    let savepoint = jobs.trigger_savepoint(job).poll().await.unwrap();
    assert!(
        savepoint.location.starts_with("file:"),
        "{}",
        savepoint.location
    );
    let log = flink.job_manager().log().await.unwrap();
    assert!(log.into_bytes(64 << 20).await.unwrap().len() > 1000);
    jobs.cancel(job).await.unwrap();
    until(async || {
        let state = jobs.status(job).await.unwrap().status;
        (state == JobStatus::Canceled)
            .then_some(())
            .ok_or_else(|| state.to_string())
    })
    .await;
    flink.jars().delete(&submission.jar).await.unwrap();
    let error = flink.jobs().get("00000000000000000000000000000000").await;
    let error = error.unwrap_err();
    assert!(error.is_not_found() && !error.is_intermediary(), "{error}");
}

#[cfg(feature = "rustls")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_cluster_behind_tls_lets_in_whom_its_authority_knows() {
    use crate::wire::certificate::{authority, identity, mutual};

    let authority = authority();
    let before = ScriptedServer::tls(mutual(&authority), passed_on);
    let url = before
        .url()
        .replace("http://127.0.0.1", "https://localhost");
    let trusting = Config::new().with_certificate_authority(authority.pem());
    let stranger = Flink::with_config(&url, trusting.clone()).unwrap();
    let error = stranger.overview().await.unwrap_err();
    assert!(error.is_connect() && !error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("client certificate"), "{error}");
    assert_eq!((error.attempts(), before.count()), (1, 0));
    let (certificate, key) = identity(&authority);
    let known = trusting.with_client_certificate(certificate.pem(), key.serialize_pem());
    assert_works(&Flink::with_config(&url, known).unwrap()).await;
    let distrusting = Flink::new(&url).unwrap().overview().await.unwrap_err();
    assert!(
        distrusting
            .to_string()
            .contains("no authority that is known"),
        "{distrusting}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_cluster_behind_a_proxy_is_reached_by_a_name_that_only_the_proxy_knows() {
    let proxy = ScriptedServer::new(passed_on);
    let config = Config::new().with_proxy(proxy.url().replace("//", "//user:password@"));
    assert_works(&Flink::with_config("http://flink.test:8081", config).unwrap()).await;
    for request in proxy.requests() {
        assert!(
            request.target.starts_with("http://flink.test:8081/"),
            "{}",
            request.line()
        );
        let basic = Some("Basic dXNlcjpwYXNzd29yZA==");
        assert_eq!(request.header("proxy-authorization"), basic);
    }
    assert!(proxy.count() > 8, "{}", proxy.count());
}
