//! From a session to a WebSocket, and all that can go wrong on the way.

use headwaters::{Config, Error, ErrorKind, Retry, Timeouts, serde_json::json};

use super::{
    server::{Handshake, answer, session, switching},
    *,
};

#[tokio::test]
async fn a_session_is_opened_with_the_token_and_its_socket_without() {
    let server = Server::start().await;
    let (_socket, peer) = opened(&server).await;
    let [session, handshake] = <[_; 2]>::try_from(server.heads()).unwrap();
    assert_eq!((&*session.method, &*session.target), ("POST", "/session"));
    assert_eq!(session.header("x-auth-token"), Some("tok-0123456789"));
    assert_eq!(session.header("x-auth-account"), Some("acc"));
    assert_eq!(session.header("content-length"), Some("0"));
    assert_eq!(peer.target, "/session/secret-session-1/ws");
    assert_eq!(handshake.target, peer.target);
    assert_eq!(handshake.header("x-auth-token"), None);
    assert_eq!(handshake.header("x-auth-account"), None);
    assert_eq!(handshake.header("upgrade"), Some("websocket"));
    assert_eq!(handshake.header("connection"), Some("Upgrade"));
    assert_eq!(handshake.header("sec-websocket-version"), Some("13"));
    assert_eq!(handshake.header("origin"), Some(&*server.url()));
    assert_eq!(handshake.header("sec-websocket-protocol"), None);
    assert_eq!(handshake.header("sec-websocket-extensions"), None);
    // Sixteen bytes in base64 (RFC 6455, section 4.1).
    let key = handshake.header("sec-websocket-key").unwrap();
    assert_eq!((key.len(), key.ends_with("==")), (24, true));
}

#[tokio::test]
async fn the_key_is_another_one_each_time() {
    let server = Server::start().await;
    let (_one, _other) = (opened(&server).await, opened(&server).await);
    let keys: Vec<String> = server
        .heads()
        .iter()
        .filter_map(|head| Some(head.header("sec-websocket-key")?.to_owned()))
        .collect();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}

/// What opening a socket says of such a handshake.
async fn refused(handshake: impl Fn(&str) -> Handshake + Send + Sync + 'static) -> Error {
    let server = Server::with(session, handshake).await;
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(300));
    let config = Config::new()
        .with_retry(Retry::none())
        .with_timeouts(timeouts);
    let error = timeout(PATIENCE, server.api_with(config).websocket().into_future()).await;
    let error = error.unwrap().unwrap_err();
    let texts = format!("{error} {error:?} {:?}", error.messages());
    assert!(!texts.contains("secret-session"), "{texts}");
    assert!(!texts.contains("tok-0123456789"), "{texts}");
    error
}

fn cut(bytes: impl Into<Vec<u8>>) -> Handshake {
    Handshake::Cut(bytes.into())
}

#[tokio::test]
async fn a_handshake_that_is_cut_anywhere_is_a_broken_connection() {
    let whole = switching("dGhlIHNhbXBsZSBub25jZQ==").len();
    for at in (0..whole).step_by(7) {
        let error = refused(move |key| cut(&switching(key).as_bytes()[..at])).await;
        assert_eq!(error.kind(), ErrorKind::Broken, "{at}: {error}");
        assert!(error.is_retryable(), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_answers_no_handshake_costs_the_time_of_an_attempt() {
    for begun in ["", "HTTP/1.1 101 Switching"] {
        let error = refused(move |_| Handshake::Hung(begun.into())).await;
        assert!(error.is_timeout(), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_switch_says_so() {
    let ok = answer(
        "200 OK",
        &json!({"head": {"ok": true, "status": 200}, "body": {}}),
    );
    let error = refused(move |_| cut(ok.clone())).await;
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert!(
        error.to_string().contains("did not switch protocols"),
        "{error}"
    );

    let page =
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 12\r\n\r\n<html></html";
    let error = refused(move |_| cut(page)).await;
    assert!(error.is_decode() && error.is_intermediary(), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere =
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/x\r\ncontent-length: 0\r\n\r\n";
    let error = refused(move |_| cut(elsewhere)).await;
    assert_eq!(error.kind(), ErrorKind::Redirect, "{error}");
}

#[tokio::test]
async fn a_refusal_is_told_in_the_servers_words_without_the_session() {
    let words = ["no such session: secret-session-1"];
    let head = json!({"status": 403, "ok": false, "errors": words});
    let body = answer("403 Forbidden", &json!({"head": head, "body": null}));
    let error = refused(move |_| cut(body.clone())).await;
    assert!(error.is_forbidden(), "{error}");
    assert_eq!(error.messages(), ["no such session: [redacted]"]);
    assert_eq!(error.operation(), Some("session_websocket"));
    assert_eq!(error.path(), Some("/session/{sessionId}/ws"));
}

#[tokio::test]
async fn another_protocol_or_another_key_is_no_websocket() {
    for (from, to, why) in [
        ("Upgrade: websocket", "Upgrade: h2c", "another protocol"),
        ("Upgrade: websocket\r\n", "", "another protocol"),
        ("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x", "key"),
        ("Sec-WebSocket-Accept: ", "x-nothing: ", "key"),
        (
            "\r\n\r\n",
            "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
            "not offered",
        ),
        (
            "\r\n\r\n",
            "\r\nSec-WebSocket-Protocol: x\r\n\r\n",
            "not offered",
        ),
    ] {
        let error = refused(move |key| cut(switching(key).replacen(from, to, 1))).await;
        assert!(error.is_decode(), "{to}: {error}");
        assert!(error.to_string().contains(why), "{to}: {error}");
    }
}

#[tokio::test]
async fn what_follows_a_switch_and_is_no_websocket_ends_the_connection() {
    for (junk, is_decode) in [
        (&[b'<'; 200][..], true),
        // A frame with a mask, which no server sends; one with a reserved bit; a text that is not UTF-8.
        (&[0x81, 0x81, 1, 2, 3, 4, b'x'], true),
        (&[0xc1, 0x01, b'x'], true),
        (&[0x81, 0x01, 0xff], true),
        // The first half of a frame, of a long length, of a fragment.
        (&[0x81], false),
        (&[0x81, 0x7f, 0, 0, 0], false),
        (&[0x01, 0x01, b'{'], false),
    ] {
        let server = Server::with(session, move |key| {
            cut([switching(key).as_bytes(), junk].concat())
        });
        let server = server.await;
        let socket = server.api().websocket().with_reconnect(Retry::none());
        let mut socket = socket.await.unwrap();
        if is_decode {
            let error = next(&mut socket).await.unwrap_err();
            assert!(error.is_decode(), "{junk:?}: {error}");
        }
        assert_closed(&mut socket, None).await;
        assert!(next(&mut socket).await.is_err(), "{junk:?}");
        assert_eq!(next(&mut socket).await.unwrap(), None, "{junk:?}");
    }
}

#[tokio::test]
async fn a_session_that_is_refused_opens_nothing() {
    for (status, words) in [(400, "bad"), (401, "who"), (403, "no")] {
        let head = json!({"status": status, "ok": false, "errors": [words]});
        let body = json!({"head": head, "body": null});
        let server = Server::with(
            move |_| Some(answer(&format!("{status} X"), &body)),
            |_| Handshake::Accepted,
        );
        let server = server.await;
        let error = server.api().websocket().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.messages(), [words]);
        assert_eq!(server.heads().len(), 1);
    }
}

#[tokio::test]
async fn a_session_without_an_id_opens_nothing() {
    for body in [
        json!(null),
        json!({}),
        json!({"id": ""}),
        json!({"id": ".."}),
    ] {
        let head = json!({"status": 201, "ok": true});
        let body = json!({"head": head, "body": body});
        let server = Server::with(
            move |_| Some(answer("201 Created", &body)),
            |_| Handshake::Accepted,
        );
        let server = server.await;
        let error = server.api().websocket().await.unwrap_err();
        assert!(error.is_decode() || error.is_request(), "{error}");
        assert_eq!(server.heads().len(), 1);
    }
}

#[tokio::test]
async fn an_id_of_a_session_shows_in_no_text() {
    let server = Server::start().await;
    let session = server.api().sessions().create().await.unwrap();
    assert_eq!(session.id.expose(), "secret-session-1");
    let texts = format!("{session:?} {} {:?}", session.id, session.id);
    assert!(!texts.contains("secret-session"), "{texts}");
    let (socket, _peer) = opened(&server).await;
    let texts = format!(
        "{socket:?} {:?} {:?}",
        socket.handle(),
        server.api().websocket()
    );
    assert!(!texts.contains("secret"), "{texts}");
}

#[test]
fn a_call_outside_of_a_runtime_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(Server::start());
    let connect = server.api().websocket().into_future();
    let error = futures_util::FutureExt::now_or_never(connect)
        .unwrap()
        .unwrap_err();
    assert!(error.is_request(), "{error}");
}

#[tokio::test]
async fn a_token_that_the_server_repeats_shows_in_no_text() {
    let told = |text: String| {
        assert!(!text.contains("tok-0123456789"), "{text}");
        assert!(
            text.contains("the token [redacted] is not enough"),
            "{text}"
        );
    };
    let words = "the token tok-0123456789 is not enough";
    let refusal = json!({"status": 403, "ok": false, "errors": [words]});
    let body = answer("403 Forbidden", &json!({"head": refusal, "body": null}));
    let error = refused(move |_| Handshake::Cut(body.clone())).await;
    told(error.messages().join(" "));

    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    let mut head = refusal.clone();
    let (outcome, ()) = tokio::join!(socket.subscribe("f1").into_future(), async {
        let asked = peer.asked().await;
        head["msgId"] = asked["msgId"].clone();
        peer.say(json!({"head": head, "body": null})).await;
    });
    let error = outcome.unwrap_err();
    told(error.messages().join(" "));
    told(format!("{error} {}", error.report()));
    assert_eq!(error.account(), Some("acc"));
    peer.say(json!({"head": refusal, "body": null})).await;
    let error = next(&mut socket).await.unwrap_err();
    told(format!("{error} {error:?}"));
    assert!(error.to_string().contains("account acc"), "{error}");
    peer.close(1008, words).await;
    told(assert_closed(&mut socket, Some(1008)).await);
}
