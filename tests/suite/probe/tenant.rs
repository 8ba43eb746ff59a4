//! Credentials that are replaced while a client is in use, paths that begin with them, and parameters of a whole client.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use headwaters::{
    Batch, Config, Retry, Secret,
    dynamic::Arguments,
    probe::{Probe, Tenant},
    reqwest::Method,
};

use crate::recording_server::{RecordingServer, Reply, Seen};

const DESKS: &str = r#"{"desks": ["a"]}"#;

fn tenant(stub: &RecordingServer) -> Tenant {
    Tenant::with_config(stub.url(), "acme", Secret::from("t-1"), Config::new()).unwrap()
}

/// Where each request went, and whose token it had.
fn told(seen: &[Seen]) -> Vec<String> {
    seen.iter()
        .map(|request| {
            let token = request.header("x-token").unwrap_or("none");
            format!("{} {token}", request.target)
        })
        .collect()
}

#[tokio::test]
async fn the_path_begins_with_what_the_credentials_say() {
    let stub = RecordingServer::start(Reply::text(DESKS)).await;
    let tenant = tenant(&stub);
    tenant.desks().list().limit(3).await.unwrap();
    let raw = tenant.request(Method::GET, "/foo").with_query("a.b", "1");
    raw.bytes().await.unwrap();
    tenant.replace("a b/é", Secret::from("x")).unwrap_err();
    tenant.replace("a bé%", Secret::from("t-2")).unwrap();
    tenant.desks().list().await.unwrap();
    assert_eq!(
        told(&stub.seen()),
        [
            "/v0.1/acme/desks?limit=3 t-1",
            "/v0.1/acme/foo?a.b=1 t-1",
            "/v0.1/a%20b%C3%A9%25/desks t-2",
        ]
    );
}

#[tokio::test]
async fn an_account_that_cannot_stand_in_a_path_is_refused_and_changes_nothing() {
    let stub = RecordingServer::start(Reply::text(DESKS)).await;
    let tenant = tenant(&stub);
    for account in ["", ".", "..", "a/b", "a\\b", "a\nb"] {
        let error = tenant.replace(account, Secret::from("hidden")).unwrap_err();
        assert!(
            error.to_string().contains("account cannot stand in a path"),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("hidden"));
    }
    tenant.desks().list().await.unwrap();
    assert_eq!(told(&stub.seen()), ["/v0.1/acme/desks t-1"]);
    let nobody = Tenant::unknown(stub.url(), Config::new()).unwrap();
    let error = nobody.desks().list().await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert!(
        error.to_string().contains("the client has no version"),
        "{error}"
    );
}

#[tokio::test]
async fn a_call_that_is_made_and_not_sent_has_the_new_credentials() {
    let stub = RecordingServer::start(Reply::text(DESKS)).await;
    let tenant = tenant(&stub);
    let clone = tenant.clone();
    let group = clone.desks();
    let made = group.list();
    let batch: Batch<_> = [group.list()].into_iter().collect();
    tenant.replace("other", Secret::from("t-2")).unwrap();
    made.await.unwrap();
    batch.await.unwrap();
    clone.desks().list().await.unwrap();
    assert_eq!(told(&stub.seen()), vec!["/v0.1/other/desks t-2"; 3]);
}

#[tokio::test]
async fn a_call_on_its_way_keeps_its_credentials_retries_and_further_requests_included() {
    let replaced = Arc::new(std::sync::OnceLock::<Tenant>::new());
    let count = Arc::new(AtomicUsize::new(0));
    let stub = RecordingServer::answering({
        let replaced = Arc::clone(&replaced);
        move |request| {
            if let Some(tenant) = replaced.get() {
                tenant.replace("other", Secret::from("t-2")).unwrap();
            }
            match count.fetch_add(1, Ordering::Relaxed) {
                0 => Reply::new(503, "busy"),
                1 => Reply::text(r#"{"desks": ["a"], "next": "/v0.1/acme/desks?page=2"}"#),
                2 => Reply::text(DESKS),
                _ if request.target.contains("picked") => Reply::text("[]"),
                _ => Reply::text(DESKS),
            }
        }
    })
    .await;
    let retry = Retry::default().with_waits(Duration::from_millis(1), Duration::from_millis(1));
    let config = Config::new().with_retry(retry);
    let tenant = Tenant::with_config(stub.url(), "acme", Secret::from("t-1"), config).unwrap();
    replaced.set(tenant.clone()).unwrap();
    assert_eq!(tenant.desks().list().await.unwrap(), ["a", "a"]);
    tenant.desks().list().await.unwrap();
    assert_eq!(
        told(&stub.seen()),
        [
            "/v0.1/acme/desks t-1",
            "/v0.1/acme/desks t-1",
            "/v0.1/acme/desks?page=2 t-1",
            "/v0.1/other/desks t-2",
        ]
    );
}

#[tokio::test]
async fn a_list_that_is_split_goes_below_the_account_each_time() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    let names = ["first", "second", "third"];
    tenant(&stub).desks().pick().names(names).await.unwrap();
    // `GET /v0.1/acme/desks/picked?names=first%2Csecond HTTP/1.1` and the end of the line are 59 bytes, of which there may be 60.
    assert_eq!(
        told(&stub.seen()),
        [
            "/v0.1/acme/desks/picked?names=first%2Csecond t-1",
            "/v0.1/acme/desks/picked?names=third t-1",
        ]
    );
}

#[tokio::test]
async fn another_server_of_the_client_has_the_credentials_of_now() {
    let stub = RecordingServer::start(Reply::text(r#"{"token": "t"}"#)).await;
    let tenant = tenant(&stub);
    let issuer = tenant.issuer(stub.url()).unwrap();
    issuer.create("key").await.unwrap();
    tenant.replace("other", Secret::from("t-2")).unwrap();
    issuer.create("key").await.unwrap();
    assert_eq!(told(&stub.seen()), ["/token t-1", "/token t-2"]);
}

#[tokio::test]
async fn a_replaced_token_shows_as_little_as_the_first() {
    let stub = RecordingServer::answering(|request| {
        let token = request.header("x-token").unwrap_or_default();
        Reply::new(400, format!("bad token {token}"))
    })
    .await;
    let tenant = tenant(&stub);
    tenant
        .replace("other", Secret::from("second-hidden"))
        .unwrap();
    let error = tenant.desks().list().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?} {tenant:?}", error.messages());
    assert!(!shown.contains("second-hidden"), "{shown}");
}

#[tokio::test]
async fn a_parameter_of_the_client_gives_way_to_one_of_the_call() {
    let stub = RecordingServer::start(Reply::text(r#"{"head": {"ok": true}, "body": []}"#)).await;
    let config = Config::new()
        .with_query("limit", "77")
        .with_query("location.$zip", "1 2")
        .with_query("location.$zip", "3");
    let shown = format!("{config:?}");
    assert!(shown.contains("limit") && !shown.contains("77"), "{shown}");
    let probe = Probe::with_config(stub.url(), config).unwrap();
    probe.lamp().find().await.unwrap();
    probe.lamp().find().limit(5).await.unwrap();
    let free = probe.lamp().find().with_query("location.$zip", "4");
    free.with_query("elems.x", "y").await.unwrap();
    let by_name = Arguments::from([("limit", "7")]).with_query("location.$zip", "6");
    probe.call("lamp_find", by_name).await.unwrap();
    let raw = probe
        .request(Method::GET, "/x")
        .with_query("location%2E$zip", "");
    raw.bytes().await.unwrap();
    let raw = probe
        .request(Method::GET, "/x")
        .with_query("location.$zip", "");
    raw.bytes().await.unwrap();
    let targets: Vec<String> = stub
        .seen()
        .iter()
        .map(|request| request.target.clone())
        .collect();
    assert_eq!(
        targets,
        [
            "/lamp?limit=77&location.%24zip=1+2&location.%24zip=3",
            "/lamp?limit=5&location.%24zip=1+2&location.%24zip=3",
            "/lamp?location.%24zip=4&elems.x=y&limit=77",
            "/lamp?limit=7&location.%24zip=6",
            "/x?location%252E%24zip=&limit=77&location.%24zip=1+2&location.%24zip=3",
            "/x?location.%24zip=&limit=77",
        ]
    );
}

#[tokio::test]
async fn a_list_that_is_split_takes_the_place_of_a_parameter_of_the_client() {
    let stub = RecordingServer::start(Reply::text("[]")).await;
    let config = Config::new().with_query("get", "x").with_query("only", "y");
    let probe = Probe::with_config(stub.url(), config).unwrap();
    probe.things().find().names(["a", "b"]).await.unwrap();
    assert_eq!(stub.only().target, "/things?get=a%2Cb&only=y");
}

#[tokio::test]
async fn an_error_names_the_account_and_not_the_token() {
    let stub = RecordingServer::start(Reply::new(403, r#"{"message": "no, t-1"}"#)).await;
    let tenant = tenant(&stub);
    for (account, token) in [("acme", "t-1"), ("other", "t-2")] {
        tenant.replace(account, Secret::from(token)).unwrap();
        let raw = tenant.request(Method::GET, "/foo");
        for error in [
            tenant.desks().list().await.unwrap_err(),
            raw.bytes().await.unwrap_err(),
        ] {
            assert_eq!(error.account(), Some(account));
            for text in [error.to_string(), error.report(), format!("{error:?}")] {
                assert!(text.contains(&format!("account {account}")), "{text}");
                assert!(!text.contains(token), "{text}");
            }
        }
    }
}
