//! Following what goes on at the server, and going on to another server.

use std::time::Duration;

use futures_util::StreamExt as _;
use headwaters::{
    Config, ErrorKind, Retry, Upload,
    flink::{Flink, JobId, Sampling, types::JobStatus},
    sandbox::{self, Fault},
};

use crate::{
    dropped,
    recording_server::{RecordingServer, Reply},
};

async fn running(flink: &Flink) -> JobId {
    let jar = Upload::bytes("StreamJob.jar", "no real jar");
    let submission = flink
        .jars()
        .upload_and_run(jar, |run| run.parallelism(2))
        .await
        .unwrap();
    let job = submission.run.job_id;
    flink
        .jobs()
        .wait_for(&job, JobStatus::Running)
        .await
        .unwrap();
    job
}

#[tokio::test]
async fn a_job_is_waited_for_and_its_other_end_is_an_error() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let job = running(&flink).await;
    let late = flink
        .jobs()
        .wait_for(&job, JobStatus::Finished)
        .with_timeout(Duration::from_millis(50));
    assert!(late.await.unwrap_err().is_timeout());
    flink.jobs().cancel(&job).await.unwrap();
    let error = flink
        .jobs()
        .wait_for(&job, JobStatus::Finished)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(
        error
            .to_string()
            .contains("the job is CANCELED and will not be FINISHED"),
        "{error}"
    );
    let unknown = flink
        .jobs()
        .wait_for("00000000000000000000000000000000", JobStatus::Running)
        .await;
    assert!(unknown.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_submitted_job_graph_is_followed_as_any_job() {
    let server = sandbox::Flink::start().await.unwrap();
    let jobs = Flink::new(server.url()).unwrap().jobs();
    let graph = Upload::bytes("BoundedJob.bin", &b"\xAC\xED\x00\x05sr"[..]);
    let call = jobs.submit(graph).jar(Upload::bytes("job.jar", "PK"));
    let job = call.await.unwrap().job_id();
    let state = jobs.wait_for(&job, JobStatus::Finished).await.unwrap();
    assert_eq!(state, JobStatus::Finished);
}

#[tokio::test]
async fn a_job_goes_on_from_where_it_stopped() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let job = running(&flink).await;
    let jar = flink.jars().list().await.unwrap().files.remove(0).id;
    let restarted = flink
        .jobs()
        .restart(&job, &jar)
        .with_stop(|stop| stop.target_directory("file:///elsewhere").drain(true))
        .with_run(|run| run.parallelism(2))
        .with_timeout(Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(
        flink.jobs().status(&job).await.unwrap().status,
        JobStatus::Finished
    );
    flink
        .jobs()
        .wait_for(&restarted.run.job_id, JobStatus::Running)
        .await
        .unwrap();
    let sent = |end: &str| -> serde_json::Value {
        let mut exchanges = server.journal().into_iter();
        let last = exchanges.rfind(|exchange| exchange.target.ends_with(end));
        serde_json::from_slice(&last.unwrap().body).unwrap()
    };
    let stop = sent("/stop");
    assert_eq!(
        (&stop["targetDirectory"], &stop["drain"]),
        (&"file:///elsewhere".into(), &true.into())
    );
    let location = restarted.savepoint.location;
    assert!(
        location.starts_with("file:/elsewhere") || location.starts_with("file:///elsewhere"),
        "{location}"
    );
    let run = sent("/run");
    assert_eq!(
        (&run["savepointPath"], &run["parallelism"]),
        (&location.into(), &2.into())
    );
    let error = flink
        .jobs()
        .restart(&restarted.run.job_id, "no-such.jar")
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the job has stopped, its savepoint is file:"),
        "{error}"
    );
    let left = error.left_behind().unwrap();
    let run = flink.jars().run(&jar).savepoint_path(left);
    run.await.unwrap();
}

#[tokio::test]
async fn a_job_is_not_stopped_for_a_jar_that_cannot_be_run() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let job = running(&flink).await;
    let before = server.journal().len();
    let jobs = flink.jobs();
    for restart in [
        jobs.restart(&job, "/srv/flink/up/1_app.jar"),
        jobs.restart(&job, ".."),
        jobs.restart(&job, "1_app.jar")
            .with_run(|run| run.with_header("x-trace", "two\nlines")),
    ] {
        let error = restart.await.unwrap_err();
        assert!(error.is_request() && !error.maybe_sent(), "{error}");
        assert_eq!(error.operation(), Some("jars_run"), "{error}");
    }
    assert_eq!(server.journal().len(), before);
}

#[tokio::test]
async fn checkpoints_disposals_and_data_sets_are_followed() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let job = running(&flink).await;
    let checkpoint = flink.jobs().trigger_checkpoint(&job).poll().await.unwrap();
    assert!(checkpoint.id > 0);
    let again = flink
        .jobs()
        .checkpoint_status(&job, &checkpoint.trigger)
        .poll()
        .await
        .unwrap();
    assert_eq!(again, checkpoint);
    let savepoint = flink.jobs().stop(&job).poll().await.unwrap();
    flink
        .savepoints()
        .dispose(&savepoint.location)
        .poll()
        .await
        .unwrap();
    let gone = flink
        .savepoints()
        .dispose(&savepoint.location)
        .poll()
        .await
        .unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Failed);
    flink
        .datasets()
        .delete("0123456789abcdef0123456789abcdef")
        .poll()
        .await
        .unwrap();
    let unknown = flink
        .jobs()
        .trigger_checkpoint("00000000000000000000000000000000")
        .poll()
        .await
        .unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Failed);
    assert!(
        unknown.messages()[0].contains("Could not find Flink job"),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn following_outlives_a_jobmanager() {
    let server = sandbox::Flink::builder()
        .startup(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let flink = Flink::new(server.url()).unwrap();
    flink.overview().await.unwrap();
    let job = running(&flink).await;
    let savepoint = flink.jobs().trigger_savepoint(&job).poll().await.unwrap();
    flink.jobs().cancel(&job).await.unwrap();
    server.stop_listening();
    let followed = tokio::spawn({
        let canceled = flink.jobs().wait_for(&job, JobStatus::Canceled);
        async move { canceled.await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!followed.is_finished());
    server.listen_again().await.unwrap();
    assert_eq!(followed.await.unwrap().unwrap(), JobStatus::Canceled);
    // The next JobManager knows no operation of the one before.
    let forgotten = flink
        .jobs()
        .savepoint_status(&job, &savepoint.trigger)
        .poll()
        .await
        .unwrap_err();
    assert!(forgotten.is_not_found(), "{forgotten}");
}

#[tokio::test]
async fn metrics_of_all_vertices_are_sampled_until_the_job_ends() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let job = running(&flink).await;
    let names = ["numRecordsIn", "no such metric"];
    let mut sampling = flink
        .jobs()
        .sample(&job, names)
        .every(Duration::from_millis(20));
    let vertices = flink.jobs().get(&job).await.unwrap().vertices.len();
    let full = loop {
        let sample = sampling.next().await.unwrap().unwrap();
        if sample.vertices.len() == vertices
            && sample.vertices.values().all(|metrics| !metrics.is_empty())
        {
            break sample;
        }
    };
    assert!(
        full.vertices
            .values()
            .flatten()
            .all(|metric| metric.id == "numRecordsIn" && metric.sum.is_some())
    );
    flink.jobs().cancel(&job).await.unwrap();
    while sampling.next().await.unwrap().is_some() {}
}

#[tokio::test]
async fn no_sample_is_lost_or_taken_twice_when_waits_are_dropped() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let job = running(&flink).await;
    let jobs = flink.jobs();
    let mut sampling = jobs
        .sample(&job, ["numRecordsIn"])
        .every(Duration::from_millis(30));
    // No answer is there when a wait is polled for the first time.
    server.inject(Fault::delay(Duration::from_millis(4)).times(usize::MAX));
    let cancel = {
        let job = job.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            jobs.cancel(&job).await
        })
    };
    let status = format!("/v1/jobs/{job}/status");
    let asked = || {
        let journal = server.journal();
        let targets = journal.iter().map(|exchange| exchange.target.as_str());
        targets.filter(|target| **target == status).count()
    };
    let before = asked();
    let (samples, dropped) = dropped::collect(&mut sampling, Sampling::next).await;
    cancel.await.unwrap().unwrap();
    assert!(samples.len() > 3, "{} samples", samples.len());
    assert!(dropped > samples.len(), "{dropped} waits were dropped");
    assert!(samples.is_sorted_by(|one, next| one.time < next.time));
    // Each sample asks for the status once, and so does the end.
    assert_eq!(asked() - before, samples.len() + 1);
    assert!(sampling.next().await.unwrap().is_none());
    assert_eq!(asked() - before, samples.len() + 1);
}

#[tokio::test]
async fn sampling_goes_on_after_an_error_and_its_stream_ends() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::with_config(server.url(), Config::new().with_retry(Retry::none())).unwrap();
    let job = running(&flink).await;
    let sampling = || {
        let sampling = flink.jobs().sample(&job, ["numRecordsIn"]);
        sampling.every(Duration::from_millis(10))
    };
    let mut going_on = sampling();
    server.inject(Fault::status(503));
    assert!(going_on.next().await.is_err());
    assert!(going_on.next().await.unwrap().is_some());
    let mut stream = sampling().into_stream();
    assert!(stream.next().await.unwrap().is_ok());
    server.inject(Fault::status(503));
    assert!(stream.next().await.unwrap().is_err());
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_flame_graph_is_as_deep_as_flink_makes_it() {
    let server = sandbox::Flink::builder()
        .flame_graph_depth(100)
        .start()
        .await
        .unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let job = running(&flink).await;
    let details = flink.jobs().get(&job).await.unwrap();
    let vertex = flink.vertex(&job, &details.vertices[0].id);
    let data = loop {
        if let Some(data) = vertex.flame_graph().await.unwrap().data {
            break data;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let mut depth = 0;
    let mut node = Some(&data);
    while let Some(inner) = node {
        depth += 1;
        node = inner.children.first();
    }
    assert_eq!(depth, 1 + 100);
}

fn addresses(first: &str, second: &str, retry: Retry) -> Flink {
    Flink::with_config(first, Config::new().with_fallback(second).with_retry(retry)).unwrap()
}

const OVERVIEW: &str = r#"{"taskmanagers":1,"slots-total":4,"slots-available":4,"jobs-running":0,"jobs-finished":0,"jobs-cancelled":0,"jobs-failed":0,"flink-version":"1.20.5","flink-commit":"0980485"}"#;
const ELECTION: &str = r#"{"errors":["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}"#;

#[tokio::test]
async fn where_no_connection_is_made_the_next_server_is_asked_and_stays() {
    let second = RecordingServer::start(Reply::text(OVERVIEW)).await;
    let flink = addresses(
        "http://127.0.0.1:1",
        &format!("{}/proxy", second.url()),
        Retry::default().with_attempts(2),
    );
    for _ in 0..3 {
        flink.overview().await.unwrap();
    }
    let seen = second.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|seen| seen.target == "/proxy/v1/overview"));
}

#[tokio::test]
async fn a_server_without_a_leader_passes_a_call_on_even_if_it_may_not_be_repeated() {
    let first = RecordingServer::start(Reply::new(503, ELECTION)).await;
    let second = RecordingServer::start(Reply::text(
        r#"{"jobid":"0123456789abcdef0123456789abcdef"}"#,
    ))
    .await;
    let flink = addresses(first.url(), second.url(), Retry::default().with_attempts(2));
    flink.jars().run("a.jar").await.unwrap();
    assert_eq!((first.seen().len(), second.seen().len()), (1, 1));
}

#[tokio::test]
async fn another_503_is_the_answer_to_what_may_not_be_repeated() {
    let first = RecordingServer::start(Reply::new(503, "busy")).await;
    let second = RecordingServer::start(Reply::text(
        r#"{"jobid":"0123456789abcdef0123456789abcdef"}"#,
    ))
    .await;
    let flink = addresses(first.url(), second.url(), Retry::default());
    let error = flink.jars().run("a.jar").await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert_eq!((first.seen().len(), second.seen().len()), (1, 0));
}

#[tokio::test]
async fn a_post_without_a_body_tells_its_length() {
    let stub = RecordingServer::start(Reply::text(
        r#"{"jobid":"0123456789abcdef0123456789abcdef"}"#,
    ))
    .await;
    Flink::new(stub.url())
        .unwrap()
        .jars()
        .run("a.jar")
        .await
        .unwrap();
    assert_eq!(stub.only().header("content-length"), Some("0"));
}
