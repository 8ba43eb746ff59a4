//! Links in answers.

use headwaters::{Config, Error, probe::Probe};

use crate::recording_server::{RecordingServer, Reply};

#[tokio::test]
async fn links_lead_to_their_types_and_stay_at_home() {
    let other = RecordingServer::start(Reply::text("{}")).await;
    let (elsewhere, secret) = (other.url().to_owned(), "s3cret");
    let stub = RecordingServer::answering(move |request| {
        let host = request.header("host").unwrap();
        assert_eq!(request.header("x-key"), Some(secret));
        let node = format!(
            r#"{{"name": "n", "self": "http://{host}/nodes/1", "children": "http://{host}/nodes/1/children", "parent": "{elsewhere}/nodes/0"}}"#
        );
        match request.target.as_str() {
            "/nodes/1/children" => Reply::text(format!(r#"{{"resourceType": "nodeList", "nodes": [{node}, {node}], "total": 2}}"#)),
            _ => Reply::text(node),
        }
    })
    .await;
    let config = Config::new().with_auth(headwaters::Auth::header("x-key", secret));
    let probe = Probe::with_config(stub.url(), config).unwrap();
    let root = probe.links().root().await.unwrap();
    assert_eq!(probe.one(&root.own_link).await.unwrap().name, "n");
    assert_eq!(probe.all(&root.children.unwrap()).await.unwrap().len(), 2);
    let error: Error = probe.one(&root.parent.unwrap()).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert!(other.seen().is_empty());
}
