//! Who asks.

use headwaters::{
    ErrorKind, Secret,
    dynamic::Server,
    flowthings::{Modify, types::MqttTask},
};
use serde_json::json;

use super::*;
use crate::wire::in_a_fresh_process;

#[tokio::test]
async fn a_new_token_is_that_of_calls_to_come_and_of_clones() {
    let stub = RecordingServer::start(answer(&json!([]))).await;
    let api = api(&stub);
    let clone = api.clone();
    let made_before = api.flow().find_many();
    api.set_token(&Token::new("other", "new")).unwrap();
    made_before.await.unwrap();
    clone.flow().find_many().await.unwrap();
    for request in stub.seen() {
        assert_eq!(request.target, "/v0.1/other/flow");
        assert_eq!(request.header("x-auth-token"), Some("new"));
        assert_eq!(request.header("x-auth-account"), Some("other"));
    }
    for (token, why) in [
        (Token::new("a/b", "x"), "account"),
        (Token::new("acc", "a\nb"), "x-auth-token"),
    ] {
        let error = api.set_token(&token).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    clone.flow().find_many().await.unwrap();
    assert_eq!(stub.seen().last().unwrap().target, "/v0.1/other/flow");
}

#[tokio::test]
async fn a_session_is_asked_for_without_the_account_in_the_path() {
    let stub = RecordingServer::start(answer(&json!({"id": "s1"}))).await;
    let api = api(&stub);
    let session = api.sessions().create().await.unwrap();
    assert_eq!(session.id.expose(), "s1");
    api.set_token(&Token::new("acc", "new")).unwrap();
    api.sessions().create().await.unwrap();
    let [first, second] = <[_; 2]>::try_from(stub.seen()).unwrap();
    assert_eq!(
        (first.method.as_str(), first.target.as_str()),
        ("POST", "/session")
    );
    assert_eq!(first.header("x-auth-account"), Some("acc"));
    assert_eq!(second.header("x-auth-token"), Some("new"));
}

#[tokio::test]
async fn the_status_in_the_head_is_what_counts() {
    for (http, head, is_not_found, is_forbidden) in [
        (
            404,
            json!({"status": 404, "ok": false, "errors": ["gone"]}),
            true,
            false,
        ),
        (
            404,
            json!({"status": 403, "ok": false, "errors": ["gone"]}),
            false,
            true,
        ),
        (
            410,
            json!({"status": 404, "ok": false, "errors": ["gone"]}),
            true,
            false,
        ),
        (
            200,
            json!({"status": 404, "ok": false, "errors": ["gone"]}),
            true,
            false,
        ),
    ] {
        let body = json!({"head": head, "body": null}).to_string();
        let stub = RecordingServer::start(Reply::new(http, body)).await;
        let error = api(&stub).flow().read("f1").await.unwrap_err();
        assert_eq!(
            (error.is_not_found(), error.is_forbidden()),
            (is_not_found, is_forbidden),
            "{error}"
        );
        assert!(error.to_string().contains("gone"), "{error}");
        assert!(!format!("{error:?}{error}").contains("tok\""), "{error:?}");
    }
}

#[tokio::test]
async fn a_success_in_the_head_does_not_hide_what_went_wrong() {
    let body = json!({"head": {"status": 200, "ok": true, "errors": ["busy"]}}).to_string();
    let stub = RecordingServer::start(Reply::new(503, body)).await;
    let error = api(&stub).drop("f1").delete_all().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    // Nothing is deleted twice.
    assert_eq!(stub.seen().len(), 1);
}

#[tokio::test]
async fn a_password_in_a_change_is_hidden_when_the_server_repeats_it() {
    let body =
        json!({"head": {"status": 400, "ok": false, "errors": ["bad password hunter2hunter2"]}});
    let stub = RecordingServer::start(Reply::new(400, body.to_string())).await;
    let task: MqttTask = serde_json::from_value(json!({"id": "m1"})).unwrap();
    let change = Modify::new(task.clone()).set("password", Secret::from("hunter2hunter2"));
    let by_setter = Modify::new(task).with(|mut task| {
        task.password = Some(Secret::from("hunter2hunter2"));
        task
    });
    for change in [change, by_setter] {
        let error = api(&stub).mqtt_task().update(change).await.unwrap_err();
        let texts = [
            error.to_string(),
            format!("{error:?}"),
            error.messages().join(" "),
        ];
        assert!(
            texts.iter().all(|text| !text.contains("hunter2")),
            "{texts:?}"
        );
    }
    assert!(
        stub.seen()
            .iter()
            .all(|request| request.text().contains("hunter2hunter2"))
    );
}

#[test]
fn a_token_shows_its_account_alone() {
    let shown = format!("{:?}", Token::new("acc", "s3cret"));
    assert!(
        shown.contains("acc") && !shown.contains("s3cret"),
        "{shown}"
    );
}

#[test]
fn a_key_without_an_account_is_refused_and_not_shown() {
    let server = Server::new("http://127.0.0.1:1");
    for server in [server.clone(), server.with_key("s3cret-and-alone")] {
        let error = Api::try_from(server).unwrap_err();
        assert!(error.is_request(), "{error}");
        let text = format!("{error} {error:?}");
        assert!(text.contains("an account, a colon and a token"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let error = Token::from_bluemix_variable("HEADWATERS_NO_SUCH_SERVICES").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().contains("HEADWATERS_NO_SUCH_SERVICES"),
        "{error}"
    );
}

#[test]
fn from_env_names_the_variable_that_is_missing() {
    let variables = [
        ("FLOWTHINGS_ACCOUNT", "greenhouse"),
        ("FLOWTHINGS_TOKEN", ""),
    ];
    in_a_fresh_process(&variables, || {
        let error = Api::from_env().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment variable FLOWTHINGS_TOKEN is not set"
        );
    });
}

#[test]
fn from_env_makes_a_client_of_what_the_variables_say() {
    let variables = [
        ("FLOWTHINGS_ACCOUNT", "greenhouse"),
        ("FLOWTHINGS_TOKEN", "t0ken"),
    ];
    in_a_fresh_process(&variables, || {
        let api = Api::from_env().unwrap();
        assert_eq!(api.url().as_str(), "https://api.flowthings.io/");
        assert!(!format!("{api:?}").contains("t0ken"));
    });
}
