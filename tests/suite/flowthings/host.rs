//! Where the platform is.

use headwaters::flowthings::Host;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_host_says_where_the_api_and_the_sessions_are_and_which_version() {
    let stub = RecordingServer::start(answer(&json!([]))).await;
    let sessions = RecordingServer::start(answer(&json!({"id": "s1"}))).await;
    let host = Host::new(stub.url())
        .with_version("4.0")
        .with_sessions_at(sessions.url());
    let api = Api::with_config(host, Token::new("acc", "tok"), Config::new()).unwrap();
    api.flow().find_many().await.unwrap();
    api.set_token(&Token::new("other", "new")).unwrap();
    api.flow().find_many().await.unwrap();
    api.sessions().create().await.unwrap();
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/v4.0/acc/flow", "/v4.0/other/flow"]);
    assert_eq!(sessions.only().target, "/session");
}

#[test]
fn the_service_itself_speaks_tls() {
    let api = Api::new(Token::new("acc", "tok")).unwrap();
    assert_eq!(api.url().as_str(), "https://api.flowthings.io/");
}

#[test]
fn a_version_that_is_none_is_refused() {
    for version in ["", "1/2"] {
        let host = Host::new("http://127.0.0.1:1").with_version(version);
        let made = Api::with_config(host, Token::new("acc", "tok"), Config::new());
        let error = made.unwrap_err();
        assert!(error.to_string().contains("version"), "{error}");
    }
}

#[test]
fn a_host_does_not_show_a_password_in_its_url() {
    let shown = format!("{:?}", Host::new("https://ann:s3cret@example.com"));
    assert!(!shown.contains("s3cret"), "{shown}");
}
