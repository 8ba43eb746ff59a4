//! Answers that are no success of the call, though HTTP calls them one.

use headwaters::{Config, Retry};

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
