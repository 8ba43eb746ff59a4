use base64::Engine as _;
use headwaters::flowthings::OPERATIONS;

use super::*;

#[tokio::test]
async fn every_answer_has_a_head_and_a_body() {
    let flowthings = start().await;
    let (status, made) = send(
        &flowthings,
        "POST",
        "/flow",
        Some(json!({"path": "/sandbox/a"})),
    )
    .await;
    assert_eq!(status, 201);
    let head = json!({
        "status": 201,
        "ok": true,
        "messages": ["Your request has been processed successfully. A new resource has been created."],
        "errors": [],
        "references": {},
    });
    assert_eq!(made["head"], head);
    let path = format!("/flow/{}", id(&made["body"]));
    let (status, read) = send(&flowthings, "GET", &path, None).await;
    assert_eq!(status, 200);
    let head = json!({
        "status": 200,
        "ok": true,
        "messages": ["Your request has been processed successfully."],
        "errors": [],
        "references": {},
    });
    assert_eq!((&read["head"], &read["body"]), (&head, &made["body"]));
    let (status, gone) = send(&flowthings, "DELETE", &path, None).await;
    assert_eq!((status, &gone["body"]), (200, &json!({})));
    let (status, none) = send(&flowthings, "GET", &path, None).await;
    let head = json!({"status": 404, "ok": false, "messages": [], "errors": [NOT_FOUND], "references": {}});
    assert_eq!((status, none), (404, json!({"head": head, "body": null})));
}

#[tokio::test]
async fn whatever_is_asked_the_answer_is_json() {
    let flowthings = start().await;
    for (method, path, token, expected) in [
        ("GET", "/", Some("right"), 404),
        ("GET", "/nope", Some("right"), 404),
        ("GET", "/v0.1/sandbox/nope", Some("right"), 404),
        ("GET", "/v4.0/sandbox/flow", Some("right"), 200),
        ("PATCH", "/v0.1/sandbox/flow", Some("right"), 404),
        ("GET", "/v0.1/sandbox/flow", None, 401),
        ("GET", "/v0.1/sandbox/flow", Some("wrong"), 401),
        ("GET", "/v0.1/somebody/flow", Some("right"), 403),
        ("GET", "/session/0123/polling", None, 404),
        ("GET", "/session/0123/ws", None, 400),
    ] {
        let method = method.parse().unwrap();
        let mut request = http().request(method, format!("{}{path}", flowthings.url()));
        if let Some(token) = token {
            let token = if token == "right" {
                flowthings.token()
            } else {
                token
            };
            request = request.header("x-auth-token", token);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected, "{path}");
        assert_eq!(response.headers()["content-type"], "application/json");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["head"]["status"], expected);
        assert_eq!(body["head"]["ok"], expected == 200);
        assert!(body["head"]["errors"].is_array() && body["head"]["references"].is_object());
    }
}

#[tokio::test]
async fn a_head_names_the_account_or_leaves_it_out() {
    let flowthings = start().await;
    let url = format!("{}/v0.1/sandbox/flow", flowthings.url());
    let ask = async |account: Option<&str>| {
        let mut request = http().get(&url).header("x-auth-token", flowthings.token());
        if let Some(account) = account {
            request = request.header("x-auth-account", account);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask(None).await, 200);
    assert_eq!(ask(Some("sandbox")).await, 200);
    assert_eq!(ask(Some("somebody")).await, 403);
    let elsewhere = http().get(format!("{}/v0.1/somebody/flow", flowthings.url()));
    let elsewhere = elsewhere.header("x-auth-token", flowthings.token());
    let elsewhere = elsewhere
        .header("x-auth-account", "sandbox")
        .send()
        .await
        .unwrap();
    assert_eq!(elsewhere.status(), 403);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let flowthings = start().await;
    let url = format!("{}/v0.1/sandbox/flow", flowthings.url());
    for body in ["{", "", "[1", "\u{feff}{}"] {
        let request = http().post(&url).header("x-auth-token", flowthings.token());
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{body}");
        let answer: Value = response.json().await.unwrap();
        let error = answer["head"]["errors"][0].as_str().unwrap();
        assert!(error.starts_with("The body is"), "{error}");
    }
}

/// The official client for Java packs its bodies.
#[tokio::test]
async fn a_body_may_be_packed() {
    let flowthings = start().await;
    // {"path": "/sandbox/a"}, by Python's gzip.
    let packed = "H4sIAAAAAAACA6tWKkgsyVCyUlDSL07MS0nKr9BPVKoFAKwO+1YWAAAA";
    let packed = base64::engine::general_purpose::STANDARD
        .decode(packed)
        .unwrap();
    for (body, expected) in [(packed, 201), (b"{}".to_vec(), 400)] {
        let request = http().post(format!("{}/v0.1/sandbox/flow", flowthings.url()));
        let request = request.header("x-auth-token", flowthings.token());
        let request = request.header("content-encoding", "gzip").body(body);
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
    assert_eq!(
        all(&get(&flowthings, "/flow").await, "/path"),
        ["/sandbox/a"]
    );
}

/// An id that is none is 400 where there is an operation, and 404 where there is not.
#[tokio::test]
async fn the_sandbox_has_every_operation_of_the_spec() {
    let flowthings = start().await;
    for operation in &OPERATIONS {
        if operation.id.starts_with("session_") {
            continue;
        }
        let segments = operation.path.split('/').map(|segment| match segment {
            "{year}" => "2015",
            "{month}" => "1",
            "{day}" => "6",
            segment if segment.starts_with('{') => "ID1",
            segment => segment,
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let (status, answer) = send(&flowthings, operation.method, &path, None).await;
        let is_list = operation.method == "GET" && !path.contains("ID1") && path != "/drop";
        assert_eq!(
            status,
            if is_list { 200 } else { 400 },
            "{}: {answer}",
            operation.id
        );
    }
}
