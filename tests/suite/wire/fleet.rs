//! Many clients of one configuration.

use std::time::Duration;

use headwaters::{Auth, Config, Retry, flink::Flink};

use super::{
    OVERVIEW, brisk, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

#[tokio::test]
async fn clients_of_one_configuration_share_connections_and_not_credentials() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let config = single();
    for token in ["one", "two", "three"] {
        let flink = client(&stub, config.clone().with_auth(Auth::bearer(token)));
        flink.overview().await.unwrap();
    }
    assert_eq!((stub.count(), stub.opened()), (3, 1));
    let sent: Vec<_> = stub
        .requests()
        .iter()
        .map(|request| request.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(sent, ["Bearer one", "Bearer two", "Bearer three"]);
}

#[tokio::test]
async fn connections_are_shared_whatever_is_said_of_calls() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let config = Config::new();
    client(&stub, config.clone()).overview().await.unwrap();
    let other = config
        .clone()
        .with_retry(Retry::none())
        .with_header("x-tenant", "blue")
        .with_timeouts(headwaters::Timeouts::default().with_attempt(Duration::from_secs(9)));
    client(&stub, other).overview().await.unwrap();
    assert_eq!((stub.count(), stub.opened()), (2, 1));
}

#[tokio::test]
async fn other_settings_of_connections_and_other_configurations_have_connections_of_their_own() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let config = single();
    let own = config.clone().with_own_connections();
    for config in [
        config.clone(),
        config.clone().with_http(|http| http),
        own.clone(),
        single(),
    ] {
        client(&stub, config).overview().await.unwrap();
    }
    assert_eq!((stub.count(), stub.opened()), (4, 4));
    client(&stub, own).overview().await.unwrap();
    assert_eq!((stub.count(), stub.opened()), (5, 4));
}

#[tokio::test]
async fn each_client_of_a_configuration_has_a_retry_budget_of_its_own() {
    let stub = ScriptedServer::playing([Answer::status(503, &[], "busy")]);
    let config = brisk();
    let spent = client(&stub, config.clone());
    while spent.overview().await.unwrap_err().attempts() > 1 {}
    let other = client(&stub, config);
    assert_eq!(other.overview().await.unwrap_err().attempts(), 4);
    assert_eq!(spent.overview().await.unwrap_err().attempts(), 1);
}

#[test]
fn a_configuration_that_cannot_be_used_fails_for_every_client_and_can_be_mended() {
    let config = Config::new().with_certificate_authority("no pem");
    for _ in 0..2 {
        let error = Flink::with_config("http://localhost", config.clone()).unwrap_err();
        assert!(error.is_request(), "{error}");
    }
}

/// One after the other: a connection of the first is gone with it, and the client opens another.
#[test]
fn a_client_outlives_the_runtime_in_which_it_was_used_first() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let config = brisk();
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let flink = client(&stub, config.clone());
        runtime.block_on(async { flink.overview().await.unwrap() });
    }
    assert_eq!((stub.count(), stub.opened()), (3, 3));
}
