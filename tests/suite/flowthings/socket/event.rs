//! What a socket tells of what comes.

use futures_util::{FutureExt as _, StreamExt as _};
use headwaters::serde_json::json;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use super::{server::drop_message, *};

#[tokio::test]
async fn a_drop_arrives_as_it_was_written_with_what_was_subscribed_to() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    peer.say(json!({
        "type": "message",
        "resource": "/alice/greenhouse",
        "value": {
            "id": "d54ad9d8bd4c68117a914ba25",
            "flowId": "f54ad6428d4c6b0419a019285",
            "path": "/alice/greenhouse",
            "creationDate": 1420664203776_u64,
            "elems": {"temperature": {"type": "float", "value": 21.5}},
            "later": [1],
        },
    }))
    .await;
    let event = next(&mut socket).await.unwrap();
    let Some(Event::Message { resource, drop, .. }) = event else {
        panic!("{event:?}");
    };
    assert_eq!(resource, "/alice/greenhouse");
    assert_eq!(drop.id.as_str(), "d54ad9d8bd4c68117a914ba25");
    assert_eq!(drop.creation_date, Some(1_420_664_203_776));
    let elems = drop.elems.unwrap();
    let temperature = elems["temperature"].pointer("/value").unwrap();
    assert_eq!(temperature.as_f64(), Some(21.5));
    assert_eq!(drop.extra["later"].text(), "[1]");
}

#[tokio::test]
async fn the_order_of_the_members_does_not_matter() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    for text in [
        r#"{"value": {"id": "d000000000000000000000001"}, "resource": "f54ad6428d4c6b0419a019285", "type": "message"}"#,
        r#"{"resource": "f54ad6428d4c6b0419a019285", "type": "\u006dessage", "value": {"id": "d000000000000000000000001"}}"#,
        // The type counts before a head does.
        r#"{"head": {"ok": true, "msgId": 0}, "type": "message", "resource": "f54ad6428d4c6b0419a019285", "value": {"id": "d000000000000000000000001"}, "body": 1}"#,
    ] {
        peer.send(Message::Text(text.into())).await;
        assert_drop(&mut socket, 1).await;
    }
}

#[tokio::test]
async fn a_binary_frame_and_a_message_in_pieces_count_as_text() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    let text = drop_message(1).to_string();
    peer.send(Message::Binary(text.clone().into())).await;
    let (first, second) = text.split_at(40);
    let piece = |text: &str, code, is_last| {
        Message::Frame(Frame::message(text.to_owned(), OpCode::Data(code), is_last))
    };
    peer.send(piece(first, Data::Text, false)).await;
    peer.send(Message::Ping("between".into())).await;
    peer.send(piece(second, Data::Continue, true)).await;
    assert_drop(&mut socket, 1).await;
    assert_drop(&mut socket, 1).await;
}

#[tokio::test]
async fn what_asks_for_nothing_is_passed_over() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    for text in [
        r#"{"type": "heartbeat"}"#,
        r#"{"type": "later", "value": 1, "resource": {}}"#,
        r#"{"type": 5}"#,
        "{}",
        "[1, [2]]",
        "null",
        "\"text\"",
        "-1",
        "1.5",
        "true",
        r#"{"head": null}"#,
        r#"{"head": 5}"#,
        r#"{"head": {"msgId": 999, "ok": false, "errors": ["x"]}, "body": null}"#,
        r#"{"head": {"msgId": "999", "ok": true}}"#,
    ] {
        peer.send(Message::Text(text.into())).await;
    }
    peer.drop(7).await;
    assert_drop(&mut socket, 7).await;
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_is_an_error_after_which_the_next_event_follows() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    for (text, why) in [
        ("not JSON", "not JSON"),
        (r#"{"type": "message", "resource": "f"#, "not whole"),
        ("", "not whole"),
        (r#"{"type": "message", "resource": "f"}"#, "lacks"),
        (r#"{"type": "message", "value": {"id": "d"}}"#, "lacks"),
        (
            r#"{"type": "message", "resource": "f", "value": null}"#,
            "lacks",
        ),
        (
            r#"{"type": "message", "resource": "f", "value": {}}"#,
            "value",
        ),
        (
            r#"{"type": "message", "resource": "f", "value": {"id": 5}}"#,
            "value.id",
        ),
        (
            r#"{"resource": "f", "value": {"id": 5}, "type": "message"}"#,
            "spec",
        ),
        (
            r#"{"type": "message", "resource": 5, "value": {"id": "d"}}"#,
            "resource",
        ),
        (r#"{"head": {"ok": true}, "body": {}}"#, "lacks the id"),
    ] {
        peer.send(Message::Text(text.into())).await;
        let error = next(&mut socket).await.unwrap_err();
        assert!(error.is_decode(), "{text}: {error}");
        assert!(error.to_string().contains(why), "{text}: {error}");
        assert_eq!(error.body(), text);
        assert!(!error.maybe_sent(), "{error}");
        peer.drop(1).await;
        assert_drop(&mut socket, 1).await;
    }
}

#[tokio::test]
async fn what_the_server_says_of_no_request_is_told() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    let head = json!({"ok": false, "status": 503, "errors": ["secret-session-1 is moved"]});
    peer.say(json!({"head": head})).await;
    let error = next(&mut socket).await.unwrap_err();
    assert_eq!(error.messages(), ["[redacted] is moved"]);
    assert!(error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_next_that_is_dropped_loses_nothing() {
    let server = Server::start().await;
    let (mut socket, mut peer) = opened(&server).await;
    for number in 0..50 {
        // Given up before, while and after the drop arrives.
        assert!(socket.next().now_or_never().is_none());
        peer.drop(number).await;
        let mut given_up = 0;
        let event = loop {
            match socket.next().now_or_never() {
                Some(event) => break event.unwrap(),
                None => given_up += 1,
            }
            assert!(given_up < 1_000_000);
            tokio::task::yield_now().await;
        };
        let Some(Event::Message { drop, .. }) = event else {
            panic!("{event:?}");
        };
        assert_eq!(drop.id.as_str(), format!("d{number:024x}"));
    }
}

#[tokio::test]
async fn a_stream_gives_the_same_events_and_errors_do_not_end_it() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    peer.drop(1).await;
    peer.send(Message::Text("x".into())).await;
    peer.drop(2).await;
    let handle = socket.handle().clone();
    let mut stream = socket.into_stream();
    assert!(stream.next().await.unwrap().is_ok());
    assert!(stream.next().await.unwrap().is_err());
    assert!(stream.next().await.unwrap().is_ok());
    let closing = tokio::spawn(async move { handle.close().await });
    while peer.text().await.is_some() {}
    closing.await.unwrap();
    let end = stream.next().await.unwrap().unwrap();
    assert!(
        matches!(
            end,
            Event::Closed {
                code: Some(1000),
                ..
            }
        ),
        "{end:?}"
    );
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_ping_is_answered() {
    let server = Server::start().await;
    let (_socket, mut peer) = opened(&server).await;
    peer.send(Message::Ping("are you there".into())).await;
    let pong = timeout(PATIENCE, peer.socket.next()).await.unwrap();
    assert_eq!(
        pong.unwrap().unwrap(),
        Message::Pong("are you there".into())
    );
}
