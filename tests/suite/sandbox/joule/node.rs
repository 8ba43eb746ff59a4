//! The node itself: keys, errors that no handler makes, what it says of itself.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

/// A request and its answer as they are on the wire.
async fn exchange(node: &Joule, request: &str) -> String {
    let address = node.url().trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!(
        "{request} HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\nconnection: close\r\n\r\n",
        node.key()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn it_says_who_it_is() {
    let node = Joule::builder().name("house").start().await.unwrap();
    assert_eq!(get(&node, "/").await, (200, json!("Joule server")));
    assert_eq!(answer(request(&node, "HEAD", "/")).await.0, 200);
    let response = request(&node, "GET", "/version").send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(response.text().await.unwrap(), "1.0.1");
    let response = request(&node, "GET", "/version.json").send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    let text = response.text().await.unwrap();
    let version: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&version["name"], &version["version"]),
        (&json!("house"), &json!("1.0.1"))
    );
    // Python puts blanks after commas and colons.
    assert!(text.contains("\", \"") && text.contains("\": \""), "{text}");
    let connection = get(&node, "/db/connection.json").await.1;
    assert_eq!(connection["username"], "joule_module");
    assert!(get(&node, "/dbinfo").await.1["free"].is_i64());
}

#[tokio::test]
async fn without_its_key_nothing_is_told_not_even_what_is_not_there() {
    let node = Joule::builder().key("k".repeat(40)).start().await.unwrap();
    for path in ["/", "/version.json", "/nowhere"] {
        let url = format!("{}{path}", node.url());
        let keyless = http().get(&url);
        assert_eq!(
            answer(keyless).await,
            failed(403, "403: Forbidden"),
            "{path}"
        );
        let wrong = http().get(&url).header("X-API-KEY", "wrong");
        assert_eq!(answer(wrong).await, failed(403, "403: Forbidden"), "{path}");
    }
    assert_eq!(node.key(), "k".repeat(40));
    assert_eq!(get(&node, "/version").await.0, 200);
}

#[tokio::test]
async fn the_reason_of_an_error_is_in_the_status_line_too() {
    let node = Joule::start().await.unwrap();
    let answer = exchange(&node, "GET /stream.json?id=7").await;
    assert!(
        answer.starts_with("HTTP/1.1 404 stream does not exist\r\n"),
        "{answer}"
    );
    assert!(
        answer.ends_with("\r\n\r\n404: stream does not exist"),
        "{answer}"
    );
    // Some errors have no status in their text, and the standard phrase.
    let answer = exchange(&node, "GET /module.json?id=7").await;
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
    assert!(
        answer.ends_with("\r\n\r\nmodule does not exist"),
        "{answer}"
    );
}

#[tokio::test]
async fn what_no_handler_foresaw_is_a_traceback_and_the_end_of_the_connection() {
    let node = Joule::start().await.unwrap();
    let response = request(&node, "GET", "/stream.json?id=abc")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["connection"]
        ),
        (500, &"close".parse().unwrap())
    );
    let text = response.text().await.unwrap();
    assert!(
        text.starts_with("500 Internal Server Error\n\nTraceback (most recent call last):\n"),
        "{text}"
    );
    assert!(
        text.contains("invalid input syntax for type integer: \"abc\""),
        "{text}"
    );
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let node = Joule::start().await.unwrap();
    assert_eq!(get(&node, "/nowhere").await, failed(404, "404: Not Found"));
    let response = request(&node, "PATCH", "/stream.json")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["allow"], "DELETE,GET,HEAD,POST,PUT");
    assert_eq!(response.status(), 405);
    assert_eq!(response.text().await.unwrap(), "405: Method Not Allowed");
}

#[tokio::test]
async fn bodies_are_json_of_a_mebibyte_at_most() {
    let node = Joule::start().await.unwrap();
    let send = |body: Vec<u8>, content_type: &'static str| {
        answer(
            request(&node, "POST", "/stream.json")
                .header("content-type", content_type)
                .body(body),
        )
    };
    let wrong = failed(400, "400: content-type must be application/json");
    assert_eq!(send(b"{}".to_vec(), "text/plain").await, wrong);
    let bad = failed(400, "400: invalid json");
    assert_eq!(
        send(b"{".to_vec(), "application/json; charset=utf-8").await,
        bad
    );
    assert_eq!(send(vec![b' '; 1024 * 1024], "application/json").await, bad);
    let long = failed(413, "Maximum request body size 1048576 exceeded.");
    assert_eq!(
        send(vec![b' '; 1024 * 1024 + 1], "application/json").await,
        long
    );
}

#[tokio::test]
async fn it_comes_back_with_its_data() {
    let node = with_stream("float32_1").await;
    write(&node, rows([(T, 1.0)])).await;
    node.stop_listening();
    assert!(request(&node, "GET", "/version").send().await.is_err());
    node.listen_again().await.unwrap();
    assert_eq!(read(&node, "").await.2, rows([(T, 1.0)]));
}
