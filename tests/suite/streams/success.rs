//! Answers that are no success of the call, though HTTP calls them one.

use headwaters::{
    Config, ErrorKind, Link, Retry,
    streams::{
        JobSelector, ServiceCredentials, StreamingAnalyticsConnection,
        types::{JobConfig, JobConfigOverlay, JobConfigOverlays},
    },
};
use serde_json::json;

use super::*;
use crate::recording_server::{RecordingServer, Reply};

#[tokio::test]
async fn a_job_is_cancelled_where_the_server_says_so_by_the_status_of_that() {
    let (_streams, sc) = demo(Flavour::Standalone5).await;
    let job = job(&sc, "1").await;
    let words = r#"{"messages": [{"message": "CDISA0001I The job is being cancelled."}]}"#;
    for (status, text) in [(200, words), (202, words), (200, ""), (201, "{}")] {
        let stub = RecordingServer::start(Reply::new(status, text)).await;
        let config = Config::new().with_retry(Retry::none()).with_rebased_links();
        let sc = StreamsConnection::with_config(stub.url(), "user", "password", config).unwrap();
        let error = sc.job(&job).cancel().await.unwrap_err();
        assert!(error.is_decode() && error.maybe_sent(), "{error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.to_string().contains("being cancelled"), text == words);
        assert!(error.to_string().contains("204"), "{error}");
        assert!(!error.is_intermediary(), "{error}");
    }
    // A form to sign in is not the server's answer.
    let page = "<!DOCTYPE html><html><title>Sign in</title></html>";
    let stub = RecordingServer::start(Reply::new(200, page)).await;
    let config = Config::new().with_rebased_links();
    let sc = StreamsConnection::with_config(stub.url(), "user", "password", config).unwrap();
    let error = sc.job(&job).cancel().await.unwrap_err();
    assert!(error.is_intermediary() && error.maybe_sent(), "{error}");
    let stub = RecordingServer::start(Reply::new(204, "")).await;
    let config = Config::new().with_rebased_links();
    let sc = StreamsConnection::with_config(stub.url(), "user", "password", config).unwrap();
    sc.job(&job).cancel().await.unwrap();
}

fn connected(stub: &RecordingServer) -> StreamsConnection {
    let config = Config::new().with_retry(Retry::none());
    StreamsConnection::with_config(stub.url(), "user", "password", config).unwrap()
}

#[tokio::test]
async fn an_answer_without_a_body_is_none_whatever_its_headers_say_of_one() {
    for (name, value) in [
        ("content-type", "text/html; charset=UTF-8"),
        ("content-type", "application/xml"),
        ("content-encoding", "gzip"),
    ] {
        let stub = RecordingServer::start(Reply::new(204, "").with(name, value)).await;
        let job = Link::new("instances/one/jobs/1");
        connected(&stub).job(job).cancel().await.unwrap();
        let toolkit = Link::new("toolkits/one");
        let build = headwaters::streams::BuildService::with_auth(stub.url(), Config::new());
        build.unwrap().toolkit(toolkit).delete().await.unwrap();
        let accepts = stub.seen();
        let accepts: Vec<_> = accepts.iter().map(|seen| seen.header("accept")).collect();
        assert_eq!(accepts, [Some("application/json"); 2]);
    }
}

#[tokio::test]
async fn what_an_answer_holds_that_nobody_reads_makes_no_error() {
    for (status, text) in [(200, ""), (200, "{}"), (200, "done"), (202, ""), (204, "")] {
        let stub = RecordingServer::start(Reply::new(status, text)).await;
        let sc = connected(&stub);
        let configuration = Link::new("instances/one/applicationconfigurations/db");
        let configuration = sc.application_configuration(configuration);
        configuration.delete().await.unwrap();
        let wider = JobConfigOverlay::new().job_config(JobConfig::new().job_name("a"));
        let wider = JobConfigOverlays::new().job_config_overlays([wider]);
        let job = Link::new("instances/one/jobs/1");
        sc.job(job).update(wider).await.unwrap();
    }
}

fn version_1(stub: &RecordingServer) -> StreamingAnalyticsConnection {
    let credentials = json!({
        "userid": "u", "password": "p", "rest_url": stub.url(), "jobs_path": "/jobs",
        "resources_path": "/resources", "status_path": "/status", "start_path": "/start", "stop_path": "/stop",
    });
    let credentials = ServiceCredentials::of_definition(credentials).unwrap();
    StreamingAnalyticsConnection::new(credentials).unwrap()
}

#[tokio::test]
async fn a_service_of_version_1_may_refuse_with_a_status_of_success() {
    let refusal = json!({"error_status": "404", "description": "no such job"});
    let stub = RecordingServer::start(Reply::json(&refusal)).await;
    let error = version_1(&stub)
        .cancel(JobSelector::Id("7".into()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.to_string().contains("no such job"), "{error}");
    for fine in [
        json!({"jobId": "7"}),
        json!({"error_status": null, "jobId": "7"}),
        json!("cancelled"),
        json!(null),
    ] {
        let stub = RecordingServer::start(Reply::json(&fine)).await;
        assert!(
            version_1(&stub)
                .cancel(JobSelector::Id("7".into()))
                .await
                .unwrap(),
            "{fine}"
        );
    }
}

#[tokio::test]
async fn a_property_without_a_value_is_none() {
    let own = "http://server/instances/one/applicationconfigurations/db";
    let one = json!({"name": "db", "self": own, "properties": {"user": "u", "password": null}});
    let stub = RecordingServer::start(Reply::json(&one)).await;
    let configuration = Link::new("instances/one/applicationconfigurations/db");
    let configuration = connected(&stub).application_configuration(configuration);
    let properties = configuration.get().await.unwrap().properties.unwrap();
    assert!(properties["password"].is_none());
    assert_eq!(properties["user"].as_ref().unwrap().expose(), "u");
}
