//! The end of a JobManager, and its return.

use headwaters::sandbox::Fault;

use super::*;

async fn is_closed(flink: &Flink) -> bool {
    let error = get_raw(flink.url()).await.err();
    error.is_some_and(|error| error.is_connect())
}

#[tokio::test]
async fn a_cluster_that_is_shut_down_answers_and_closes_its_port() {
    let flink = Flink::start().await.unwrap();
    assert_eq!(
        send(&flink, "DELETE", "/cluster", None).await,
        (200, json!({}))
    );
    let end = Instant::now() + Duration::from_secs(10);
    while !is_closed(&flink).await {
        assert!(Instant::now() < end, "the port remains open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    flink.listen_again().await.unwrap();
    assert_eq!(get(&flink, "/overview").await.0, 200);
}

#[tokio::test]
async fn who_comes_back_has_no_leader_and_knows_jobs_but_not_triggers() {
    let startup = Duration::from_millis(500);
    let flink = Flink::builder().startup(startup).start().await.unwrap();
    let ready = async || {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let (status, body) = get(&flink, "/overview").await;
            if status == 200 {
                break;
            }
            let line = "Service temporarily unavailable due to an ongoing leader election. Please refresh.";
            assert_eq!((status, body), (503, json!({"errors": [line]})));
            assert!(Instant::now() < end);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    ready().await;
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let (_, trigger) = post(&flink, &format!("{job}/savepoints"), json!({})).await;
    let status = format!(
        "{job}/savepoints/{}",
        trigger["request-id"].as_str().unwrap()
    );
    assert_eq!(get(&flink, &status).await.0, 200);
    let url = flink.url().to_owned();

    flink.stop_listening();
    assert!(is_closed(&flink).await);
    let returned = Instant::now();
    flink.listen_again().await.unwrap();
    assert_eq!(flink.url(), url);
    ready().await;
    assert!(returned.elapsed() >= startup);
    assert_eq!(
        ok(&flink, &format!("{job}/status")).await["status"],
        "RUNNING"
    );
    assert_eq!(get(&flink, &status).await.0, 404);
    // What was written is still there, and the journal too.
    let listed = ok(&flink, &format!("{job}/checkpoints")).await;
    assert_eq!(
        listed["history"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["is_savepoint"] == true)
            .count(),
        1
    );
    assert!(
        flink
            .journal()
            .iter()
            .any(|exchange| exchange.target == status)
    );
}

#[tokio::test]
async fn closing_ends_requests_that_wait() {
    let flink = Flink::start().await.unwrap();
    flink.inject(Fault::hang());
    let waiting = get_raw(format!("{}/overview", flink.url()));
    let close = async {
        while flink.journal().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        flink.stop_listening();
    };
    let (answer, ()) = tokio::join!(waiting, close);
    assert!(answer.is_err());
}

#[test]
fn a_sandbox_survives_the_runtime_that_started_it() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let flink = runtime().block_on(Flink::start()).unwrap();
    assert_eq!(runtime().block_on(get(&flink, "/overview")).0, 200);
}

#[tokio::test]
async fn a_port_is_free_after_the_drop_and_taken_before() {
    let flink = Flink::start().await.unwrap();
    let port: u16 = flink.url().rsplit(':').next().unwrap().parse().unwrap();
    assert!(Flink::builder().port(port).start().await.is_err());
    drop(flink);
    assert!(
        tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
    );
}
