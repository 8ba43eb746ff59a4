use std::time::{Duration, Instant};

use futures_util::SinkExt as _;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::sessions::{Socket, session, write};
use super::*;

#[tokio::test]
async fn a_token_hears_what_it_may_read_for_as_long_as_it_may() {
    let flowthings = start().await;
    let (a, b) = (
        flow(&flowthings, "/sandbox/a").await,
        flow(&flowthings, "/sandbox/b").await,
    );
    let paths = json!({"/sandbox/a": {"dropRead": true}});
    let token = post(
        &flowthings,
        "/token",
        json!({"paths": paths, "duration": 60_000}),
    )
    .await;
    let mut socket = Socket::open(&flowthings, token["tokenString"].as_str().unwrap()).await;
    socket.subscribe("flowId", &a).await;
    let message = json!({"type": "subscribe", "object": "drop", "flowId": b, "msgId": 0});
    assert_eq!(socket.ask(message).await["head"]["status"], 403);
    let message = json!({"type": "create", "object": "drop", "flowId": a, "msgId": 0, "value": {"elems": {}}});
    assert_eq!(socket.ask(message).await["head"]["status"], 403);
    write(&flowthings, &a, 1).await;
    assert_eq!(socket.told().await.unwrap()["resource"], a.as_str());
    flowthings.advance(Duration::from_secs(60));
    write(&flowthings, &a, 2).await;
    let late = socket.ask(json!({"type": "heartbeat", "msgId": 1})).await;
    assert_eq!(late["head"]["status"], 401);
}

#[tokio::test]
async fn sockets_can_be_cut_and_closed() {
    let flowthings = start().await;
    let session = session(&flowthings, flowthings.token()).await;
    let mut socket = Socket::of(&flowthings, &session).await.unwrap();
    socket.is_silent().await;
    flowthings.drop_sessions();
    assert_eq!(socket.told().await, Err(None));
    assert!(Socket::of(&flowthings, &session).await.is_err());
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    socket.is_silent().await;
    flowthings.close_sessions(CloseCode::Away.into());
    assert_eq!(socket.told().await, Err(Some(1001)));
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    socket.is_silent().await;
    flowthings.stop_listening();
    assert_eq!(socket.told().await, Err(None));
    flowthings.listen_again().await.unwrap();
    Socket::open(&flowthings, flowthings.token())
        .await
        .is_silent()
        .await;
}

#[tokio::test]
async fn a_socket_whose_client_reads_nothing_is_cut_with_the_others() {
    let flowthings = start().await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    socket.is_silent().await;
    // More than both ends keep for it.
    for _ in 0..32 {
        flowthings.say("x".repeat(1 << 20));
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    flowthings.drop_sessions();
    let is_cut = async {
        while socket.0.send(Message::text("{}")).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(10), is_cut);
    waited.await.expect("the server still sends");
}

#[tokio::test]
async fn a_session_that_nobody_reads_ends_without_another_one() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    socket.subscribe("flowId", &flow).await;
    let idle = session(&flowthings, flowthings.token()).await;
    let mut other = Socket::of(&flowthings, &idle).await.unwrap();
    other.subscribe("path", "/sandbox/a").await;
    other.0.close(None).await.unwrap();
    while other.told().await.is_ok() {}
    assert_eq!(flowthings.subscriptions().len(), 2);
    // Its socket leaves it a moment after the goodbye.
    let end = Instant::now() + Duration::from_secs(20);
    while flowthings.subscriptions() != [flow.as_str()] {
        assert!(Instant::now() < end, "{:?}", flowthings.subscriptions());
        flowthings.advance(Duration::from_secs(61));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let polled = http().get(format!("{}/session/{idle}/polling", flowthings.url()));
    assert_eq!(polled.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn sessions_that_nobody_reads_are_closed_with_the_others() {
    let flowthings = start().await;
    let idle = session(&flowthings, flowthings.token()).await;
    flowthings.close_sessions(CloseCode::Away.into());
    let polled = http().get(format!("{}/session/{idle}/polling", flowthings.url()));
    assert_eq!(polled.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_flow_that_is_gone_has_no_subscriptions_by_its_id() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    socket.subscribe("flowId", &flow).await;
    socket.subscribe("path", "/sandbox/a").await;
    done(&flowthings, "DELETE", &format!("/flow/{flow}"), None).await;
    assert_eq!(flowthings.subscriptions(), ["/sandbox/a"]);
    let again = self::flow(&flowthings, "/sandbox/a").await;
    write(&flowthings, &again, 1).await;
    assert_eq!(socket.told().await.unwrap()["resource"], "/sandbox/a");
}
