//! Keys and passwords of nodes must not show in any text.

use headwaters::{
    Secret,
    joule::{
        NodeEntry,
        types::{AddedMaster, ConnectionInfo, Follower, MasterKind},
    },
};

use super::{folder::Folder, *};
use crate::wire::secret::{TOKEN, assert_error_hides, assert_hidden};

fn assert_debug_hides(what: &str, value: &impl std::fmt::Debug) {
    assert_hidden(what, &format!("{value:?} {value:#?}"));
}

#[tokio::test]
async fn a_key_shows_in_no_value_that_holds_it() {
    let stub = ScriptedServer::playing([
        Answer::json(format!(
            r#"[{{"id": 1, "name": "x", "location": "http://x", "key": "{TOKEN}"}}]"#
        )),
        Answer::json(format!(r#"{{"key": "{TOKEN}", "name": "n"}}"#)),
        Answer::json(format!(
            r#"{{"username": "u", "password": "{TOKEN}", "port": 1, "database": "d", "host": "localhost"}}"#
        )),
    ]);
    let node = Node::new(stub.url(), TOKEN).unwrap();
    assert_debug_hides("node", &node);
    assert_debug_hides("group", &node.data());
    assert_debug_hides("write", &node.data().write(7).with_header("x-key", TOKEN));
    assert_debug_hides("reader", &node.event_streams().read(7));
    let followers: Vec<Follower> = node.followers().list().await.unwrap();
    assert_debug_hides("followers", &followers);
    assert_eq!(followers[0].key.expose(), TOKEN);
    assert_debug_hides(
        "follower's node",
        &followers[0].open_with(Config::new()).unwrap(),
    );
    let call = node
        .masters()
        .add(MasterKind::User, "me")
        .api_key(Secret::from(TOKEN));
    assert_debug_hides("call", &call);
    let added: AddedMaster = call.await.unwrap();
    assert_debug_hides("master", &added);
    let info: ConnectionInfo = node.database().connection_info().await.unwrap();
    assert_debug_hides("connection", &info);
    assert_debug_hides("connection", &info.seen_from(&node));
    let folder = Folder::new("values");
    let entry = NodeEntry::new("x", "http://x", TOKEN);
    assert_debug_hides("entry", &entry);
    folder.store().save(entry).unwrap();
    assert_debug_hides("store", &folder.store());
    assert_debug_hides("nodes", &folder.store().nodes().unwrap());
    let kept = folder.store().default_node().unwrap();
    assert_debug_hides("kept", &folder.store().open(&kept).unwrap());
}

/// The Python client's command sends a password or a key to Lumen in these.
#[tokio::test]
async fn what_is_told_to_lumen_shows_in_no_call() {
    let stub = ScriptedServer::playing([Answer::json(r#"{"name": "n"}"#)]);
    let call = node(stub.url())
        .masters()
        .add(MasterKind::Lumen, "http://lumen");
    let call = call.lumen_params([("auth_key", TOKEN)]);
    assert_debug_hides("call", &call);
    call.await.unwrap();
    let sent = String::from_utf8(stub.requests()[0].body.clone()).unwrap();
    assert!(sent.contains(TOKEN), "{sent}");
}

#[test]
fn a_key_shows_in_no_error_about_the_file_that_holds_it() {
    let number = "48151623421234567890";
    for text in [
        format!(r#"[{{"name": "x", "url": "http://x", "key": {number}}}]"#),
        r#"[{"name": "x", "url": "http://x", "key": 4815162342}]"#.to_owned(),
        format!(r#"["{TOKEN}"]"#),
        format!(r#""{TOKEN}""#),
        format!(r#"{{"x": {{"key": "{TOKEN}"}}}}"#),
        format!(r#"[{{"name": "x", "url": "http://x", "key": ["{TOKEN}"]}}]"#),
        format!(r#"[{{"name": "x", "key": "{TOKEN}"}}]"#),
        format!(r#"[{{"name": "x", "url": "http://x", "key": "{TOKEN}""#),
    ] {
        let folder = Folder::new("broken");
        std::fs::write(folder.list(), &text).unwrap();
        for error in [
            folder.store().nodes().unwrap_err(),
            folder.store().default_node().unwrap_err(),
            folder.store().node("x").unwrap_err(),
            folder.store().delete("x").unwrap_err(),
        ] {
            assert!(error.is_request());
            assert_error_hides(&text, &error);
            let report = format!("{} {error:?}", error.report());
            assert!(!report.contains("48151623"), "{report}");
        }
    }
    let folder = Folder::new("url");
    let entry = NodeEntry::new("x", format!("http://u:{TOKEN}@x"), "k");
    let error = folder.store().open(&entry).unwrap_err();
    assert_error_hides("url", &error);
    let entry = NodeEntry::new("x", "http://x", format!("{TOKEN}\n"));
    if let Err(error) = folder.store().open(&entry) {
        assert_error_hides("key", &error);
    }
}

#[tokio::test]
async fn a_secret_in_an_answer_that_does_not_fit_shows_in_no_error() {
    // A secret of digits only, as somebody may have written it into a file by hand, comes as a number.
    let secrets = [format!("\"{TOKEN}\""), "4815162342".to_owned()];
    for secret in &secrets {
        for body in [
            format!(r#"[{{"id": 1, "name": "x", "location": 5, "key": {secret}}}]"#),
            format!(r#"[{{"id": {secret}, "name": [], "location": "x", "key": {secret}}}]"#),
            format!(
                r#"{{"username": "u", "password": [{secret}], "port": 1, "database": "d", "host": "h"}}"#
            ),
            format!(
                r#"{{"username": "u", "password": {secret}, "port": "x", "database": "d", "host": "h"}}"#
            ),
            format!(r#"{{"key": {secret}, "name": {secret}"#),
            format!(r#"{{"key": [{secret}], "name": 7}}"#),
            secret.clone(),
        ] {
            let stub = ScriptedServer::playing([Answer::json(&body)]);
            let node = Node::new(stub.url(), TOKEN).unwrap();
            let errors = [
                node.followers().list().await.err(),
                node.followers().delete("x").await.err(),
                node.database().connection_info().await.err(),
                node.masters().add(MasterKind::User, "me").await.err(),
            ];
            for error in errors.into_iter().flatten() {
                assert_error_hides(&body, &error);
                let report = format!("{} {error:?}", error.report());
                assert!(!report.contains("4815162342"), "{report}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_shows_in_no_error_of_a_pipe() {
    let failures = [
        Answer::status(400, &[], "400: no"),
        Answer::status(302, &[("location", &format!("http://x/?key={TOKEN}"))], ""),
        Answer::nothing(),
        Answer::status(200, &[], "<html>"),
        head("float32_3").chunk(&SENT[..50]).close(),
    ];
    for answer in failures {
        let stub = ScriptedServer::playing([answer]);
        let node = Node::new(stub.url(), TOKEN).unwrap();
        let call = node
            .data()
            .read(7)
            .with_header("x-key", TOKEN)
            .with_query("token", TOKEN);
        assert_debug_hides("call", &call);
        let error = match call.await {
            Ok(mut pipe) => {
                assert_debug_hides("pipe", &pipe);
                drain::<f32>(&mut pipe).await.1.unwrap_err()
            }
            Err(error) => error,
        };
        assert_error_hides("read", &error);
        let error = node.data().write(7).await.unwrap_err();
        assert_error_hides("write", &error);
    }
    let stub = writing("int32_1", Answer::status(400, &[], "400: no").hang());
    let node = Node::new(stub.url(), TOKEN).unwrap();
    let mut pipe = node.data().write(7).await.unwrap();
    pipe.write_row(T0, &[1]).await.unwrap();
    stub.until("the refusal is sent", |stub| posts(stub).len() == 1)
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let refused = pipe.write_row(T0 + 1, &[1]).await;
    assert_debug_hides("pipe", &pipe);
    assert_error_hides(
        "write",
        &refused.and(pipe.close().await.map(drop)).unwrap_err(),
    );
}
