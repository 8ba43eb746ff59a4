use std::time::Duration;

use headwaters::flowthings::types::{NewToken, TokenPermissions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// Flows at `/sandbox/a`, `/sandbox/a/b` and `/sandbox/ab`, each with a drop, and their ids.
pub(super) async fn flows(flowthings: &Flowthings) -> [String; 3] {
    let mut ids = Vec::new();
    for path in ["/sandbox/a", "/sandbox/a/b", "/sandbox/ab"] {
        ids.push(flow(flowthings, path).await);
        post(
            flowthings,
            "/drop",
            json!({"path": path, "elems": {"n": 1}}),
        )
        .await;
    }
    ids.try_into().unwrap()
}

/// Makes a token with these permissions at `/sandbox/a`, and returns what it carries.
async fn token(flowthings: &Flowthings, read: bool, write: bool) -> String {
    let paths = json!({"/sandbox/a": {"dropRead": read, "dropWrite": write}});
    let token = post(flowthings, "/token", json!({"paths": paths})).await;
    token["tokenString"].as_str().unwrap().to_owned()
}

/// The status of a request with this token.
async fn status(flowthings: &Flowthings, token: &str, method: &str, path: &str) -> u16 {
    let body = match method {
        "POST" | "PUT" => Some(json!({"path": "/sandbox/a", "elems": {"n": 2}})),
        "MGET" => Some(json!([])),
        _ => None,
    };
    send_as(flowthings, ("sandbox", token), method, path, body)
        .await
        .0
}

#[tokio::test]
async fn a_token_tells_its_secret_and_what_it_allows() {
    let flowthings = start().await;
    let api = api(&flowthings);
    flows(&flowthings).await;
    let mut permissions = TokenPermissions::new();
    permissions.drop_read = Some(true);
    let mut new = NewToken::new([("/sandbox/a", permissions)]);
    new.duration_ms = Some(600_000);
    new.description = Some("d".to_owned());
    let made = api.token().create(new).await.unwrap();
    assert!(is_id(&json!(made.id), 'k'));
    assert_eq!(
        (made.duration_ms, made.description.as_deref()),
        (Some(600_000), Some("d"))
    );
    assert!(
        made.expires_in_ms
            .is_some_and(|left| (590_000..=600_000).contains(&left))
    );
    let identity = get(&flowthings, "/identity").await;
    assert_eq!(json!(made.issued_by), identity[0]["id"]);
    let secret = made.token_string.unwrap();
    let limited = api_as(&flowthings, "sandbox", secret.expose());
    assert_eq!(limited.flow().find_many().await.unwrap().len(), 2);
    for paths in [
        json!({}),
        json!([]),
        json!({"/sandbox/a": true}),
        json!({"/sandbox/a": {"dropRead": 1}}),
        json!({"/sandbox/a": {"administer": true}}),
        json!({"sandbox": {"dropRead": true}}),
    ] {
        let (status, error) =
            refused(&flowthings, "POST", "/token", Some(json!({"paths": paths}))).await;
        assert_eq!(status, 400);
        assert!(error.starts_with("paths"), "{error}");
    }
    let elsewhere = json!({"paths": {"/somebody/a": {"dropRead": true}}});
    assert_eq!(
        refused(&flowthings, "POST", "/token", Some(elsewhere))
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn a_token_reads_and_writes_drops_at_its_paths_and_below() {
    let flowthings = start().await;
    let [a, b, c] = flows(&flowthings).await;
    let reading = token(&flowthings, true, false).await;
    let writing = token(&flowthings, false, true).await;
    for (method, path, of_reading, of_writing) in [
        ("GET", format!("/drop/{a}"), 200, 403),
        ("GET", format!("/drop/{b}"), 200, 403),
        ("GET", format!("/drop/{c}"), 403, 403),
        ("GET", "/drop?path=/sandbox/a/b".to_owned(), 200, 403),
        ("GET", "/drop?path=/sandbox/ab".to_owned(), 403, 403),
        ("MGET", format!("/drop/{a}"), 200, 200),
        ("GET", format!("/flow/{a}"), 200, 403),
        ("GET", format!("/flow/{c}"), 403, 403),
        (
            "GET",
            format!("/statistics/flowDropAdded/{a}/2026"),
            200,
            403,
        ),
        ("POST", format!("/drop/{a}"), 403, 201),
        ("POST", format!("/drop/{b}"), 403, 201),
        ("POST", format!("/drop/{c}"), 403, 403),
        ("POST", "/drop".to_owned(), 403, 201),
        ("DELETE", format!("/drop/{b}"), 403, 200),
        ("DELETE", format!("/drop/{c}"), 403, 403),
        ("PUT", format!("/flow/{a}"), 403, 403),
        ("DELETE", format!("/flow/{a}"), 403, 403),
        ("POST", "/flow".to_owned(), 403, 403),
        ("GET", "/track".to_owned(), 403, 403),
        ("GET", "/token".to_owned(), 403, 403),
        ("POST", "/share".to_owned(), 400, 400),
        ("GET", "/identity".to_owned(), 403, 403),
        ("POST", "/track/simulate".to_owned(), 403, 403),
    ] {
        let statuses = (
            status(&flowthings, &reading, method, &path).await,
            status(&flowthings, &writing, method, &path).await,
        );
        assert_eq!(statuses, (of_reading, of_writing), "{method} {path}");
    }
    // What it may not read is not in the list either.
    let found = send_as(&flowthings, ("sandbox", &reading), "GET", "/flow", None)
        .await
        .1;
    assert_eq!(all(&found["body"], "/path"), ["/sandbox/a/b", "/sandbox/a"]);
    let share = json!({"issuedTo": none('i'), "paths": {"/sandbox/a": {"read": true}}});
    let answer = send_as(
        &flowthings,
        ("sandbox", &reading),
        "POST",
        "/share",
        Some(share),
    )
    .await;
    assert_eq!(answer.0, 403);
}

#[tokio::test]
async fn a_public_flow_is_read_by_everybody_and_written_by_none_else() {
    let flowthings = start().await;
    let [_, _, c] = flows(&flowthings).await;
    let token = token(&flowthings, true, true).await;
    done(
        &flowthings,
        "PUT",
        &format!("/flow/{c}"),
        Some(json!({"public": true})),
    )
    .await;
    for (method, expected) in [("GET", 200), ("POST", 403), ("DELETE", 403)] {
        assert_eq!(
            status(&flowthings, &token, method, &format!("/drop/{c}")).await,
            expected
        );
    }
}

#[tokio::test]
async fn a_token_expires_and_dies_with_its_deletion() {
    let flowthings = start().await;
    let [a, ..] = flows(&flowthings).await;
    let paths = json!({"/sandbox/a": {"dropRead": true}});
    let made = post(
        &flowthings,
        "/token",
        json!({"paths": paths, "duration": 60_000}),
    )
    .await;
    let secret = made["tokenString"].as_str().unwrap();
    let path = format!("/drop/{a}");
    assert_eq!(status(&flowthings, secret, "GET", &path).await, 200);
    flowthings.advance(Duration::from_secs(59));
    assert_eq!(status(&flowthings, secret, "GET", &path).await, 200);
    flowthings.advance(Duration::from_secs(1));
    let (status_, error) =
        super::error(send_as(&flowthings, ("sandbox", secret), "GET", &path, None).await);
    assert_eq!((status_, error.as_str()), (401, "The token has expired"));
    let other = token(&flowthings, true, false).await;
    assert_eq!(status(&flowthings, &other, "GET", &path).await, 200);
    let tokens = get(&flowthings, "/token").await;
    done(
        &flowthings,
        "DELETE",
        &format!("/token/{}", id(&tokens[0])),
        None,
    )
    .await;
    assert_eq!(status(&flowthings, &other, "GET", &path).await, 401);
}

#[tokio::test]
async fn who_may_only_write_is_told_nothing_of_what_others_wrote() {
    let flowthings = start().await;
    let [a, ..] = flows(&flowthings).await;
    let path = format!("/drop/{a}");
    let first = json!({"elems": {"secret": 7}, "fhash": "h"});
    let first = id(&post(&flowthings, &path, first).await);
    let writer = token(&flowthings, false, true).await;
    let does = async |method: &str, path: &str, body: Value| {
        let token = ("sandbox", writer.as_str());
        send_as(&flowthings, token, method, path, Some(body)).await
    };
    let changes = json!({"location": {"lat": 1, "lon": 2}});
    let all = json!({first.as_str(): changes});
    for (method, path, body) in [
        ("PUT", format!("{path}/{first}"), changes),
        ("MPUT", path.clone(), all),
        ("POST", path, json!({"elems": {"n": 1}, "fhash": "h"})),
    ] {
        let (status, answer) = does(method, &path, body).await;
        assert_eq!(status, 200, "{method}: {answer}");
        let text = answer["body"].to_string();
        assert!(text.contains(&first) && !text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn of_a_list_of_drops_all_are_written_or_none() {
    let flowthings = start().await;
    let [a, _, other] = flows(&flowthings).await;
    let writer = token(&flowthings, false, true).await;
    let drops = json!([
        {"path": "/sandbox/a", "elems": {"n": 2}},
        {"path": "/sandbox/ab", "elems": {"n": 2}},
    ]);
    let token = ("sandbox", writer.as_str());
    let answer = send_as(&flowthings, token, "POST", "/drop", Some(drops)).await;
    assert_eq!(answer.0, 403);
    for flow in [a, other] {
        let drops = get(&flowthings, &format!("/drop/{flow}")).await;
        assert_eq!(drops.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_has_expired_is_nowhere_any_more() {
    let flowthings = start().await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let mut gone = Vec::new();
    for (service, mut model) in [
        (
            "token",
            json!({"paths": {"/sandbox/a": {"dropRead": true}}}),
        ),
        (
            "share",
            json!({"paths": {"/sandbox/a": {"read": true}}, "issuedTo": bob}),
        ),
    ] {
        for duration in [60_000, 600_000] {
            model["duration"] = json!(duration);
            let made = post(&flowthings, &format!("/{service}"), model.clone()).await;
            gone.push((service, id(&made)));
        }
    }
    let bobs = format!("/identity/{bob}");
    let shares = async || {
        get(&flowthings, &bobs).await["shares"]
            .as_object()
            .unwrap()
            .len()
    };
    assert_eq!(shares().await, 2);
    flowthings.advance(Duration::from_secs(60));
    assert_eq!(shares().await, 1);
    for half in gone.chunks(2) {
        let (service, short) = &half[0];
        let long = &half[1].1;
        let service = format!("/{service}");
        assert_eq!(
            all(&get(&flowthings, &service).await, "/id"),
            [long.as_str()]
        );
        let many = done(&flowthings, "MGET", &service, Some(json!([short, long]))).await;
        assert_eq!(many.as_object().unwrap().keys().collect::<Vec<_>>(), [long]);
        for method in ["GET", "DELETE"] {
            let one = refused(&flowthings, method, &format!("{service}/{short}"), None).await;
            assert_eq!(one, (404, NOT_FOUND.to_owned()));
        }
    }
}

#[tokio::test]
async fn a_device_is_not_made_without_the_token_that_belongs_to_it() {
    let flowthings = start().await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let token = flowthings.token_of(&bob).unwrap();
    let device = json!({"path": "/sandbox/a/d", "displayName": "D"});
    let make = async || {
        let device = Some(device.clone());
        send_as(&flowthings, ("bob", &token), "POST", "/device", device).await
    };
    for (permissions, status) in [
        (json!({"write": true}), 403),
        (json!({"administer": true}), 201),
    ] {
        let share = json!({"issuedTo": bob, "paths": {"/sandbox/a": permissions}});
        post(&flowthings, "/share", share).await;
        assert_eq!(make().await.0, status);
    }
}

#[tokio::test]
async fn a_token_that_is_deleted_while_a_body_comes_allows_nothing_any_more() {
    let flowthings = start().await;
    let [a, ..] = flows(&flowthings).await;
    let token = token(&flowthings, true, true).await;
    let made = id(&get(&flowthings, "/token").await[0]);
    let address = flowthings.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = r#"{"elems": {"n": 2}}"#;
    let length = body.len();
    let head = format!(
        "POST /v0.1/sandbox/drop/{a} HTTP/1.1\r\nhost: {address}\r\nx-auth-token: {token}\r\n\
         content-length: {length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = vec![0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut go_on).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 "));
    done(&flowthings, "DELETE", &format!("/token/{made}"), None).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let drops = get(&flowthings, &format!("/drop/{a}")).await;
    assert_eq!(all(&drops, "/elems/n"), [1]);
}

#[tokio::test]
async fn what_was_deleted_before_its_time_was_over_does_not_expire_then() {
    let flowthings = start().await;
    let [a, ..] = flows(&flowthings).await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let master = flowthings.token_of(&bob).unwrap();
    let paths = json!({"/sandbox/a": {"dropRead": true}});
    let token = json!({"paths": paths, "duration": 60_000});
    let share = json!({"paths": paths, "duration": 60_000, "issuedTo": bob});
    let mut secrets = Vec::new();
    for is_deleted in [true, false] {
        let made = post(&flowthings, "/token", token.clone()).await;
        secrets.push(made["tokenString"].as_str().unwrap().to_owned());
        let given = post(&flowthings, "/share", share.clone()).await;
        if is_deleted {
            for path in [
                format!("/token/{}", id(&made)),
                format!("/share/{}", id(&given)),
            ] {
                done(&flowthings, "DELETE", &path, None).await;
            }
        }
    }
    // Others in their place, which last longer.
    let longer = json!({"paths": paths, "duration": 600_000});
    let longer = post(&flowthings, "/token", longer).await;
    secrets.push(longer["tokenString"].as_str().unwrap().to_owned());
    let lasting = json!({"paths": paths, "duration": 600_000, "issuedTo": bob});
    let lasting = post(&flowthings, "/share", lasting).await;
    flowthings.advance(Duration::from_secs(60));
    let path = format!("/drop/{a}");
    let mut answers = Vec::new();
    for secret in &secrets {
        let answer = send_as(&flowthings, ("sandbox", secret), "GET", &path, None).await;
        let error = answer.1["head"]["errors"][0].as_str();
        answers.push((answer.0, error.map(str::to_owned)));
    }
    let unauthorized = |why: &str| -> (u16, Option<String>) { (401, Some(why.to_owned())) };
    let expected = [
        unauthorized("The token is not known"),
        unauthorized("The token has expired"),
        (200, None),
    ];
    assert_eq!(answers, expected);
    for (service, left) in [("token", &longer), ("share", &lasting)] {
        let list = get(&flowthings, &format!("/{service}")).await;
        assert_eq!(all(&list, "/id"), [left["id"].clone()], "{service}");
    }
    let read = async || {
        send_as(&flowthings, ("bob", &master), "GET", &path, None)
            .await
            .0
    };
    assert_eq!(read().await, 200);
    flowthings.advance(Duration::from_secs(540));
    assert_eq!(read().await, 403);
}
