//! Joining a Lumen server. There is none to install, so a stub stands in its place: what the node sends and takes is real,
//! what Lumen would say is not.

use headwaters::{
    Error,
    joule::{
        Node,
        calls::MastersAdd,
        types::{MasterKind, MasterType},
    },
};
use serde_json::json;

use super::{node, variable};
use crate::recording_server::{RecordingServer, Reply, Seen};

fn join(node: &Node, lumen: &str) -> MastersAdd {
    let call = node.masters().add(MasterKind::Lumen, lumen);
    call.lumen_params([("auth_key", "a key of Lumen's")])
}

/// What the node has asked last; to look a host up it asks twice.
fn last(stub: &RecordingServer) -> Seen {
    stub.seen().pop().unwrap()
}

/// The key that the node has brought, as Lumen would use it.
fn brought(stub: &RecordingServer) -> Node {
    let sent = last(stub).json();
    Node::new(variable("JOULE_URL"), sent["api_key"].as_str().unwrap()).unwrap()
}

async fn is_listed(node: &Node, name: &str) -> bool {
    let masters = node.masters().list().await.unwrap();
    let lumens = masters
        .iter()
        .filter(|master| master.type_ == MasterType::LumenNode);
    lumens.into_iter().any(|master| master.name == name)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn lumen_gets_a_key_that_opens_the_node_until_it_gets_another() {
    let node = node();
    let lumen = RecordingServer::start(Reply::json(&json!({"data": {}}))).await;
    let added = join(&node, lumen.url()).await.unwrap();
    assert_eq!((&*added.name, added.key), (lumen.url(), None));
    assert_eq!(last(&lumen).target, "/nilms.json");
    let mut sent = last(&lumen).json();
    sent["api_key"].take();
    let port: u16 = node.url().port().unwrap();
    let name = node.version().await.unwrap().name;
    let expected = json!({
        "api_key": null, "port": port, "name": name, "base_uri": "", "scheme": "http",
        "auth_key": "a key of Lumen's",
    });
    assert_eq!(sent, expected);
    let first = brought(&lumen);
    first.ping().await.unwrap();
    assert!(is_listed(&node, lumen.url()).await);

    join(&node, lumen.url()).await.unwrap();
    assert!(first.ping().await.unwrap_err().is_forbidden());
    let second = brought(&lumen);
    second.ping().await.unwrap();
    let masters = node.masters();
    masters
        .delete(MasterKind::Lumen, lumen.url())
        .await
        .unwrap();
    assert!(second.ping().await.unwrap_err().is_forbidden());
    assert!(!is_listed(&node, lumen.url()).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_host_is_looked_up_and_a_text_will_do() {
    let node = node();
    let reply = Reply::new(200, "OK").with("content-type", "text/plain");
    let lumen = RecordingServer::start(reply).await;
    let host = lumen.url().strip_prefix("http://").unwrap();
    let added = join(&node, host).await.unwrap();
    assert_eq!(added.name, host);
    assert_eq!(last(&lumen).target, "/lumen/nilms.json");
    node.masters()
        .delete(MasterKind::Lumen, host)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn what_lumen_says_no_with_is_in_the_error_and_the_entry_stays() {
    let node = node();
    let refused = async |reply: Reply| -> Error {
        let lumen = RecordingServer::start(reply).await;
        let error = join(&node, lumen.url()).await.unwrap_err();
        assert!(error.is_bad_request(), "{error}");
        assert!(error.to_string().contains("may have stayed"), "{error}");
        // The key that was brought is good.
        brought(&lumen).ping().await.unwrap();
        assert!(is_listed(&node, lumen.url()).await);
        let masters = node.masters();
        masters
            .delete(MasterKind::Lumen, lumen.url())
            .await
            .unwrap();
        error
    };
    let wanted = refused(Reply::new(422, "auth_key is missing")).await;
    assert!(
        wanted.to_string().contains("auth_key is missing [422]"),
        "{wanted}"
    );
    let page = refused(Reply::new(200, "<p>").with("content-type", "text/html")).await;
    assert!(
        page.to_string().contains("Invalid node response: <p>"),
        "{page}"
    );
    let created = refused(Reply::new(201, "{}").with("content-type", "application/json")).await;
    assert!(created.to_string().contains("{} [201]"), "{created}");
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn without_parameters_lumen_is_not_even_asked() {
    let node = node();
    let lumen = "http://127.0.0.1:9/none";
    let error = node.masters().add(MasterKind::Lumen, lumen).await;
    let error = error.unwrap_err();
    assert_eq!(error.messages(), ["Cannot add master: ['lumen_params']"]);
    assert!(!is_listed(&node, lumen).await);
}
