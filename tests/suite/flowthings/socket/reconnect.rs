//! Connections that end, and are opened again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use futures_util::{FutureExt as _, StreamExt as _};
use headwaters::{
    ErrorKind,
    flowthings::{Token, types::NewFlow},
    serde_json::{Value, json},
};

use tokio_tungstenite::tungstenite::Message;

use super::{
    server::{Handshake, answer, session},
    *,
};

const FLOW: &str = "f54ad6428d4c6b0419a019285";

async fn subscribe(socket: &Socket, peer: &mut Peer, flow: &str) {
    let (agreed, _) = tokio::join!(socket.subscribe(flow), peer.subscribed());
    agreed.unwrap();
}

#[tokio::test]
async fn a_new_session_has_the_same_subscriptions() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    for flow in [FLOW, "/a", "/b"] {
        subscribe(&socket, &mut peer, flow).await;
    }
    let (agreed, _) = tokio::join!(socket.unsubscribe("/a"), peer.subscribed());
    agreed.unwrap();
    peer.close(1011, "I am going").await;
    assert_eq!(assert_closed(&mut socket, Some(1011)).await, "I am going");
    let mut peer = server.peer().await;
    assert_eq!(peer.target, "/session/secret-session-2/ws");
    let mut again = Vec::new();
    for _ in 0..2 {
        let asked = peer.subscribed().await;
        assert_eq!(asked["type"], "subscribe");
        let name = if asked["path"].is_null() {
            "flowId"
        } else {
            "path"
        };
        again.push(asked[name].as_str().unwrap().to_owned());
    }
    again.sort_unstable();
    assert_eq!(again, ["/b", FLOW]);
    peer.drop(5).await;
    assert_reconnected(&mut socket).await;
    assert_drop(&mut socket, 5).await;
}

#[tokio::test]
async fn every_end_of_a_connection_is_told_with_its_code() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    for code in [1000, 1001, 1011, 4000] {
        peer.close(code, "secret-session-1 ends").await;
        let reason = assert_closed(&mut socket, Some(code)).await;
        assert!(
            !reason.contains("secret-session-1") || code != 1000,
            "{reason}"
        );
        assert_reconnected(&mut socket).await;
        peer = server.peer().await;
    }
    // Cut without a goodbye.
    drop(peer);
    let reason = assert_closed(&mut socket, None).await;
    assert!(reason.contains("broke"), "{reason}");
    assert_reconnected(&mut socket).await;
}

#[tokio::test]
async fn the_next_session_is_opened_with_the_token_of_that_moment() {
    let server = Server::start().await;
    let api = server.api();
    let mut socket = api.websocket().with_reconnect(brisk()).await.unwrap();
    let peer = server.peer().await;
    api.set_token(&Token::new("acc", "another")).unwrap();
    drop(peer);
    assert_closed(&mut socket, None).await;
    assert_reconnected(&mut socket).await;
    let _peer = server.peer().await;
    let heads = server.heads();
    let tokens = heads.iter().filter_map(|head| head.header("x-auth-token"));
    assert_eq!(tokens.collect::<Vec<_>>(), ["tok-0123456789", "another"]);
}

#[tokio::test]
async fn requests_without_a_reply_fail_and_may_have_been_sent() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    let handle = socket.handle().clone();
    let creating = tokio::spawn(async move { handle.flow().create(NewFlow::new("/a")).await });
    peer.asked().await;
    drop(peer);
    let error = creating.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
    assert!(error.maybe_sent(), "{error}");
    assert!(
        error.to_string().contains("it may have taken effect"),
        "{error}"
    );
    assert_closed(&mut socket, None).await;
    // It is not sent again.
    assert_reconnected(&mut socket).await;
    let mut peer = server.peer().await;
    subscribe(&socket, &mut peer, FLOW).await;
}

#[tokio::test]
async fn a_reply_that_is_cut_anywhere_fails_its_request() {
    let whole = json!({"head": {"msgId": 0, "ok": true}, "body": {"id": "f1"}}).to_string();
    let length = u8::try_from(whole.len()).unwrap();
    let frame = [&[0x81, length], whole.as_bytes()].concat();
    assert!(length < 126);
    for at in (0..frame.len()).step_by(5) {
        let server = Server::start().await;
        let (mut socket, mut peer) = opened(&server).await;
        let answering = async {
            peer.asked().await;
            let mut stream = peer.socket.into_inner();
            tokio::io::AsyncWriteExt::write_all(&mut stream, &frame[..at])
                .await
                .unwrap();
        };
        let (error, ()) = tokio::join!(socket.flow().read("f1"), answering);
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broken, "{at}: {error}");
        assert_closed(&mut socket, None).await;
        assert_reconnected(&mut socket).await;
    }
}

#[tokio::test]
async fn a_request_that_is_made_while_the_connection_is_away_waits_for_it() {
    let open = Arc::new(AtomicBool::new(true));
    let is_open = Arc::clone(&open);
    let sessions = move |number| match is_open.load(SeqCst) {
        true => session(number),
        false => Some(unavailable()),
    };
    let server = Server::with(sessions, |_| Handshake::Accepted).await;
    let (mut socket, peer) = opened(&server).await;
    open.store(false, SeqCst);
    drop(peer);
    assert_closed(&mut socket, None).await;
    // An attempt that fails is told.
    let error = next(&mut socket).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    let handle = socket.handle().clone();
    let reading = tokio::spawn(async move { handle.flow().read("f1").await });
    open.store(true, SeqCst);
    let mut peer = server.peer().await;
    let asked = peer.asked().await;
    peer.agree(&asked, json!({"id": "f1"})).await;
    assert_eq!(reading.await.unwrap().unwrap().id.as_str(), "f1");
}

fn unavailable() -> Vec<u8> {
    let head = json!({"status": 503, "ok": false, "errors": ["not now"]});
    answer("503 X", &json!({"head": head, "body": Value::Null}))
}

#[tokio::test]
async fn what_was_never_sent_says_so() {
    let open = Arc::new(AtomicBool::new(true));
    let is_open = Arc::clone(&open);
    let sessions = move |number| is_open.load(SeqCst).then(|| session(number)).flatten();
    let server = Server::with(sessions, |_| Handshake::Accepted).await;
    let connect = server.api().websocket().with_reconnect(brisk());
    let mut socket = connect
        .with_timeout(Duration::from_millis(50))
        .await
        .unwrap();
    let peer = server.peer().await;
    open.store(false, SeqCst);
    drop(peer);
    assert_closed(&mut socket, None).await;
    let error = socket.flow().create(NewFlow::new("/a")).await.unwrap_err();
    assert!(error.is_timeout() && !error.maybe_sent(), "{error}");
    let text = error.to_string();
    assert!(text.contains("could not be sent within 50ms"), "{text}");
}

#[tokio::test]
async fn a_token_that_is_not_accepted_any_more_ends_the_socket() {
    for status in [400, 401, 403] {
        let head = json!({"status": status, "ok": false, "errors": ["no"]});
        let body = json!({"head": head, "body": null});
        let sessions = move |number| match number {
            1 => session(1),
            _ => Some(answer(&format!("{status} X"), &body)),
        };
        let server = Server::with(sessions, |_| Handshake::Accepted).await;
        let (mut socket, peer) = opened(&server).await;
        drop(peer);
        assert_closed(&mut socket, None).await;
        let error = next(&mut socket).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(next(&mut socket).await.unwrap(), None);
        assert_eq!(next(&mut socket).await.unwrap(), None);
        let error = socket.subscribe(FLOW).await.unwrap_err();
        assert!(!error.maybe_sent() && !error.is_retryable(), "{error}");
        assert_eq!(server.heads().len(), 3);
    }
}

#[tokio::test]
async fn attempts_can_be_limited() {
    let sessions = |number| {
        if number == 1 {
            session(1)
        } else {
            Some(unavailable())
        }
    };
    let server = Server::with(sessions, |_| Handshake::Accepted).await;
    let config = headwaters::Config::new().with_retry(Retry::none());
    let connect = server.api_with(config).websocket();
    let mut socket = connect
        .with_reconnect(brisk().with_attempts(4))
        .await
        .unwrap();
    drop(server.peer().await);
    assert_closed(&mut socket, None).await;
    let mut failures = 0;
    loop {
        match next(&mut socket).await {
            Err(error) => assert_eq!(error.messages(), ["not now"]),
            Ok(None) => break,
            Ok(Some(event)) => panic!("{event:?}"),
        }
        failures += 1;
    }
    // Of attempts that nobody has heard of, the last one is told.
    assert!((1..=4).contains(&failures), "{failures}");
    assert_eq!(
        server
            .heads()
            .iter()
            .filter(|head| head.method == "POST")
            .count(),
        4
    );
}

#[tokio::test]
async fn a_subscription_that_is_refused_the_second_time_is_told() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    subscribe(&socket, &mut peer, "/gone").await;
    subscribe(&socket, &mut peer, FLOW).await;
    drop(peer);
    assert_closed(&mut socket, None).await;
    let mut peer = server.peer().await;
    for _ in 0..2 {
        let asked = peer.asked().await;
        if asked["path"] == "/gone" {
            let head =
                json!({"msgId": asked["msgId"], "ok": false, "status": 404, "errors": ["no flow"]});
            peer.say(json!({"head": head})).await;
        } else {
            peer.agree(&asked, json!({})).await;
        }
    }
    let error = next(&mut socket).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().contains("/gone"), "{error}");
    assert_reconnected(&mut socket).await;
    drop(peer);
    assert_closed(&mut socket, None).await;
    let mut peer = server.peer().await;
    assert_eq!(peer.subscribed().await["flowId"], FLOW);
    assert_reconnected(&mut socket).await;
}

#[tokio::test]
async fn a_silent_server_is_taken_for_dead_after_two_periods() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(brisk());
    let mut socket = connect
        .with_heartbeat(Duration::from_millis(100))
        .await
        .unwrap();
    // It is open, and nobody answers the pings.
    let _silent = server.peer().await;
    let reason = assert_closed(&mut socket, None).await;
    assert!(reason.contains("silent for 200ms"), "{reason}");
    assert_reconnected(&mut socket).await;
}

#[tokio::test]
async fn a_server_that_answers_pings_and_nothing_else_lives() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(Retry::none());
    let mut socket = connect
        .with_heartbeat(Duration::from_millis(200))
        .await
        .unwrap();
    let mut peer = server.peer().await;
    for _ in 0..5 {
        // Reading answers the ping that comes after the heartbeat.
        assert_eq!(peer.text().await, Some(json!({"type": "heartbeat"})));
    }
    peer.drop(1).await;
    assert_drop(&mut socket, 1).await;
}

#[tokio::test]
async fn closing_says_goodbye_and_fails_what_waits() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    let handle = socket.handle().clone();
    let waiting = tokio::spawn(async move { handle.flow().read("f1").await });
    peer.asked().await;
    peer.drop(1).await;
    let closing = async {
        loop {
            match peer.socket.next().await {
                Some(Ok(Message::Close(frame))) => {
                    // The answer leaves with the next read.
                    let _ = peer.socket.next().await;
                    return frame;
                }
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    let (frame, ()) = tokio::join!(closing, socket.close());
    assert_eq!(u16::from(frame.unwrap().code), 1000);
    let error = waiting.await.unwrap().unwrap_err();
    assert!(error.maybe_sent(), "{error}");
    // What had arrived is there still.
    assert_drop(&mut socket, 1).await;
    assert_closed(&mut socket, Some(1000)).await;
    assert_eq!(next(&mut socket).await.unwrap(), None);
    let error = socket.subscribe(FLOW).await.unwrap_err();
    assert!(!error.maybe_sent(), "{error}");
    assert_eq!(server.heads().len(), 2);
}

#[tokio::test]
async fn closing_waits_for_the_goodbye_of_the_server() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let mut closing = Box::pin(socket.close());
    loop {
        // Goodbye has come here, and is answered with the next read.
        tokio::select! {
            () = &mut closing => panic!("the server has not said goodbye"),
            said = peer.socket.next() => match said {
                Some(Ok(Message::Close(_))) => break,
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            },
        }
    }
    assert!((&mut closing).now_or_never().is_none());
    while let Some(Ok(_)) = peer.socket.next().await {}
    timeout(PATIENCE, closing).await.unwrap();
}

#[tokio::test]
async fn subscriptions_that_are_not_made_again_in_time_end_the_connection() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(brisk());
    let connect = connect.with_heartbeat(Duration::from_millis(1_000));
    let connect = connect.with_timeout(Duration::from_millis(900));
    let mut socket = connect.await.unwrap();
    let mut peer = server.peer().await;
    subscribe(&socket, &mut peer, FLOW).await;
    drop(peer);
    assert_closed(&mut socket, None).await;
    let mut deaf = server.peer().await;
    assert_eq!(deaf.asked().await["flowId"], FLOW);
    // It answers pings, and what it was asked for it does not.
    tokio::spawn(async move { while deaf.text().await.is_some() {} });
    let reason = assert_closed(&mut socket, None).await;
    assert!(reason.contains("not made again within 900ms"), "{reason}");
    let mut peer = server.peer().await;
    assert_eq!(peer.subscribed().await["flowId"], FLOW);
    assert_reconnected(&mut socket).await;
}

#[tokio::test]
async fn a_subscription_that_is_agreed_to_late_is_made_again_too() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(brisk());
    let connect = connect.with_heartbeat(Duration::from_millis(1_000));
    let connect = connect.with_timeout(Duration::from_millis(900));
    let mut socket = connect.await.unwrap();
    let mut peer = server.peer().await;
    let subscribing = async { socket.subscribe(FLOW).await.unwrap_err() };
    let (error, asked) = tokio::join!(subscribing, peer.asked());
    assert!(error.is_timeout() && error.maybe_sent(), "{error}");
    let text = error.to_string();
    assert!(text.contains("no reply within 900ms"), "{text}");
    // What nobody waits for is given up with a heartbeat.
    for _ in 0..2 {
        assert_eq!(peer.text().await, Some(json!({"type": "heartbeat"})));
    }
    peer.agree(&asked, json!({})).await;
    peer.drop(1).await;
    assert_drop(&mut socket, 1).await;
    drop(peer);
    assert_closed(&mut socket, None).await;
    let mut peer = server.peer().await;
    assert_eq!(peer.subscribed().await["flowId"], FLOW);
    assert_reconnected(&mut socket).await;
}

#[tokio::test]
async fn closing_while_the_connection_is_away_ends_the_socket_too() {
    let sessions = |number| {
        if number == 1 {
            session(1)
        } else {
            Some(unavailable())
        }
    };
    let server = Server::with(sessions, |_| Handshake::Accepted).await;
    let (mut socket, peer) = opened(&server).await;
    drop(peer);
    assert_closed(&mut socket, None).await;
    timeout(PATIENCE, socket.close()).await.unwrap();
    while next(&mut socket).await.is_err() {}
    assert_eq!(next(&mut socket).await.unwrap(), None);
}

#[tokio::test]
async fn dropping_the_socket_ends_its_connection_and_its_handles() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let handle = socket.handle().clone();
    let other = handle.clone();
    let waiting = tokio::spawn(async move { other.flow().read("f1").await });
    peer.asked().await;
    drop(socket);
    assert_eq!(peer.text().await, None);
    assert!(waiting.await.unwrap().unwrap_err().maybe_sent());
    let error = handle.subscribe(FLOW).await.unwrap_err();
    assert!(!error.maybe_sent(), "{error}");
    timeout(PATIENCE, handle.close()).await.unwrap();
}

#[test]
fn the_end_of_the_runtime_ends_the_socket() {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let (mut socket, _peer) = first.block_on(async {
        let server = Server::start().await;
        opened(&server).await
    });
    drop(first);
    runtime().block_on(async {
        let error = next(&mut socket).await.unwrap_err();
        assert!(error.to_string().contains("stopped"), "{error}");
        assert_eq!(next(&mut socket).await.unwrap(), None);
    });
}
