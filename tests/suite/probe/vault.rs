//! Ids that open something to whoever knows them, and a connection that goes on in another protocol.

use headwaters::{
    Auth, Config, Error, ErrorKind, Retry,
    dynamic::{Answer, Arguments},
    probe::{
        Probe, schemas,
        types::{Vault, VaultKey},
    },
};
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use super::probe;
use crate::{
    recording_server::{RecordingServer, Reply},
    wire::{
        ClosedPort,
        secret::{TOKEN, assert_error_hides, assert_hidden},
    },
};

/// The call by its type, and by name.
async fn errors(probe: &Probe) -> [Error; 2] {
    let by_name = probe.call("vault_read", Arguments::from([("key", TOKEN)]));
    [
        probe.vault(TOKEN).read().await.unwrap_err(),
        by_name.await.unwrap_err(),
    ]
}

#[test]
fn a_secret_id_shows_in_no_text() {
    let key: VaultKey = TOKEN.parse().unwrap();
    assert_eq!(format!("{key}"), "[redacted]");
    assert_eq!(format!("{key:?}"), "VaultKey([redacted])");
    assert_eq!(format!("{key:#?}"), "VaultKey([redacted])");
    assert_eq!(key.expose(), TOKEN);
    let vault: Vault = serde_json::from_value(json!({"key": "k", "inner": [TOKEN]})).unwrap();
    assert_hidden("vault", &format!("{vault:?} {vault:#?}"));
}

#[test]
fn a_secret_id_is_a_text_in_json() {
    let key = VaultKey::from(TOKEN);
    assert_eq!(serde_json::to_value(&key).unwrap(), json!(TOKEN));
    assert_eq!(
        serde_json::from_value::<VaultKey>(json!(TOKEN)).unwrap(),
        key
    );
    let owned = TOKEN.to_owned();
    for same in [VaultKey::from(&owned), VaultKey::from(&key), owned.into()] {
        assert_eq!(same, key);
    }
}

#[test]
fn the_schema_of_a_secret_id_says_that_it_is_a_password() {
    let schemas = schemas();
    let key = schemas["VaultKey"].as_value();
    assert_eq!(key["$ref"], "#/$defs/Secret");
    let secret = json!({"type": "string", "format": "password"});
    assert_eq!(key["$defs"]["Secret"], secret);
}

#[tokio::test]
async fn a_secret_id_goes_into_the_path_as_it_is() {
    let stub = RecordingServer::answering(|request| match request.method.as_str() {
        "POST" => Reply::new(201, format!(r#"{{"key": "{TOKEN} /ü"}}"#))
            .with("content-type", "application/json"),
        _ => Reply::text(r#"{"key": "k"}"#),
    })
    .await;
    let probe = probe(&stub);
    let built = probe.vaults().build().await.unwrap();
    let error = probe.vault(&built.key).read().await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert_error_hides("a slash", &error);
    let key = VaultKey::from(built.key.expose().replace('/', "%"));
    probe.vault(&key).read().await.unwrap();
    let arguments = Arguments::from([("key", key.expose())]);
    assert_hidden("arguments", &format!("{arguments:?}"));
    let answer = probe.call("vault_read", arguments).await.unwrap();
    assert_hidden("answer", &format!("{answer:?}"));
    let Answer::Json(value) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(serde_json::to_value(value).unwrap(), json!({"key": "k"}));
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    let read = format!("/vaults/{TOKEN}%20%25%C3%BC");
    assert_eq!(targets, ["/vaults", &read, &read]);
}

#[tokio::test]
async fn a_call_to_a_secret_id_does_not_show_it() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let vault = probe(&stub).vault(TOKEN);
    assert_hidden("group", &format!("{vault:?}"));
    assert_hidden("call", &format!("{:?}", vault.read()));
    let keys = [VaultKey::from(TOKEN)];
    assert_hidden("body", &format!("{:?}", vault.write(keys)));
}

#[tokio::test]
async fn a_secret_id_shows_in_no_error() {
    // A server says it again in its own words, sends the client elsewhere, or says what is no vault.
    let replies = [
        Reply::new(404, format!("there is no vault {TOKEN}")),
        Reply::new(500, format!("{{\"error\": \"{TOKEN}\"}}")),
        Reply::new(301, "").with("location", "/vaults/s3cr3t-Zx9Qv7/other"),
        Reply::text(format!(r#"{{"key": ["{TOKEN}"]}}"#)),
        Reply::text(format!("{{{TOKEN}")),
    ];
    let config = || Config::new().with_retry(Retry::none());
    for reply in replies {
        let what = format!("{} {:?}", reply.status, reply.body);
        let stub = RecordingServer::start(reply).await;
        let probe = Probe::with_config(stub.url(), config()).unwrap();
        for error in errors(&probe).await {
            assert_error_hides(&what, &error);
            assert_hidden(&what, &format!("{:?}", error.messages()));
        }
        assert!(stub.seen()[0].target.ends_with(TOKEN));
    }
    let closed = Probe::with_config(&ClosedPort::new().url(), config()).unwrap();
    for error in errors(&closed).await {
        assert_error_hides("unreachable", &error);
    }
}

#[tokio::test]
async fn a_secret_id_in_a_body_does_not_show_when_the_server_says_it_again() {
    let stub = RecordingServer::answering(|request| Reply::new(400, request.body.clone())).await;
    let probe = probe(&stub);
    let write = probe.vault("other").write([VaultKey::from(TOKEN)]);
    assert_error_hides("typed", &write.await.unwrap_err());
    let arguments = Arguments::from([("key", "other")]).with_body(format!("[\"{TOKEN}\"]"));
    let error = probe.call("vault_write", arguments).await.unwrap_err();
    assert_error_hides("by name", &error);
    for seen in stub.seen() {
        assert_eq!(seen.json(), json!([TOKEN]));
    }
}

#[tokio::test]
async fn a_connection_goes_on_in_another_protocol() {
    let switching = Reply::new(101, "")
        .with("connection", "upgrade")
        .with("upgrade", "wire");
    let stub = RecordingServer::start(switching).await;
    let config = Config::new().with_auth(Auth::bearer("of-the-client"));
    let probe = Probe::with_config(stub.url(), config).unwrap();
    let mut connection = probe.vault(TOKEN).wire().await.unwrap();
    // The stub has nothing to say in this protocol.
    assert_eq!(connection.read(&mut [0]).await.unwrap(), 0);
    let seen = stub.only();
    assert_eq!(seen.method, "GET");
    assert_eq!(seen.target, format!("/vaults/{TOKEN}/wire"));
    assert_eq!(seen.header("upgrade"), Some("wire"));
    assert_eq!(seen.header("connection"), Some("Upgrade"));
    // The key alone opens it.
    assert_eq!(seen.header("authorization"), None);
}

#[tokio::test]
async fn a_connection_that_is_not_switched_is_an_error() {
    let replies = [
        Reply::text("{}"),
        Reply::new(404, format!("there is no vault {TOKEN}")),
        Reply::new(101, "")
            .with("connection", "upgrade")
            .with("upgrade", "string"),
    ];
    for (reply, (kind, status)) in replies.into_iter().zip([
        (ErrorKind::Decode, Some(200)),
        (ErrorKind::Status, Some(404)),
        (ErrorKind::Decode, None),
    ]) {
        let stub = RecordingServer::start(reply).await;
        let error = probe(&stub).vault(TOKEN).wire().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.status().map(|own| own.as_u16()), status);
        assert_error_hides("not switched", &error);
        assert_hidden("messages", &format!("{:?}", error.messages()));
    }
}

#[tokio::test]
async fn a_switch_is_called_by_no_name() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    let arguments = Arguments::from([("key", TOKEN)]);
    let error = probe(&stub)
        .call("vault_wire", arguments)
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error}");
    assert_error_hides("by name", &error);
    assert!(stub.seen().is_empty());
}
