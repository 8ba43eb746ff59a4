//! Readers that are slower than the server, and servers that do not stop.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use futures_util::SinkExt as _;
use headwaters::serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;

use super::{server::drop_message, *};

/// Sends drops without end, and counts them.
fn flood(mut peer: Peer, sent: &Arc<AtomicU64>) -> tokio::task::JoinHandle<()> {
    let sent = Arc::clone(sent);
    tokio::spawn(async move {
        loop {
            let number = sent.load(SeqCst);
            let text = drop_message(number).to_string();
            if peer.socket.send(Message::Text(text.into())).await.is_err() {
                return;
            }
            sent.store(number + 1, SeqCst);
        }
    })
}

/// Waits until nothing more is sent.
async fn stalled(sent: &AtomicU64) -> u64 {
    let begun = tokio::time::Instant::now();
    let mut before = u64::MAX;
    loop {
        let now = sent.load(SeqCst);
        if now == before && now > 0 {
            return now;
        }
        assert!(begun.elapsed() < PATIENCE, "the server is never held back");
        before = now;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn a_slow_reader_holds_the_server_back_and_loses_nothing() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_buffer(10);
    let mut socket = connect.await.unwrap();
    let sent = Arc::new(AtomicU64::new(0));
    let flooding = flood(server.peer().await, &sent);
    let held = stalled(&sent).await;
    // What the buffers of two sockets hold.
    assert!(held < 100_000, "{held}");
    for number in 0..held + 1_000 {
        assert_drop(&mut socket, number).await;
    }
    flooding.abort();
}

#[tokio::test]
async fn a_reader_that_sleeps_is_no_silence_of_the_server() {
    let server = Server::start().await;
    let connect = server
        .api()
        .websocket()
        .with_buffer(1)
        .with_reconnect(Retry::none());
    let mut socket = connect
        .with_heartbeat(Duration::from_millis(20))
        .await
        .unwrap();
    let mut peer = server.peer().await;
    for number in 0..3 {
        peer.drop(number).await;
    }
    // Twenty heartbeats come, and nobody reads.
    for _ in 0..20 {
        assert_eq!(peer.text().await, Some(json!({"type": "heartbeat"})));
    }
    for number in 0..3 {
        assert_drop(&mut socket, number).await;
    }
}

#[tokio::test]
async fn a_reply_behind_more_drops_than_there_is_room_for_arrives_and_what_is_dropped_is_counted() {
    let server = Server::start().await;
    let mut socket = server.api().websocket().with_buffer(10).await.unwrap();
    let mut peer = server.peer().await;
    let answering = async {
        let asked = peer.asked().await;
        for number in 0..1_000 {
            peer.drop(number).await;
        }
        peer.agree(&asked, json!({"id": "f1"})).await;
        peer
    };
    let both = async { tokio::join!(socket.flow().read("f1"), answering) };
    let (flow, mut peer) = timeout(PATIENCE, both).await.unwrap();
    assert_eq!(flow.unwrap().id.as_str(), "f1");
    for number in 0..160 {
        assert_drop(&mut socket, number).await;
    }
    assert_eq!(next(&mut socket).await.unwrap(), Some(Event::Missed(840)));
    peer.drop(1_000).await;
    assert_drop(&mut socket, 1_000).await;
}

#[tokio::test]
async fn large_messages_fill_the_buffer_by_their_bytes() {
    let server = Server::start().await;
    let mut socket = server.api().websocket().await.unwrap();
    let mut peer = server.peer().await;
    let sent = Arc::new(AtomicU64::new(0));
    let own = Arc::clone(&sent);
    let flooding = tokio::spawn(async move {
        for number in 0..100 {
            let mut message = drop_message(number);
            message["value"]["elems"]["text"] = json!("x".repeat(256 << 10));
            peer.say(message).await;
            own.store(number + 1, SeqCst);
        }
        peer
    });
    // Four MiB wait here, and what the sockets hold.
    let held = stalled(&sent).await;
    assert!(held < 80, "{held}");
    for number in 0..100 {
        assert_drop(&mut socket, number).await;
    }
    let _peer = flooding.await.unwrap();
}

#[tokio::test]
async fn a_message_above_the_limit_ends_the_connection_and_says_why() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(brisk());
    let mut socket = connect.with_message_limit(10_000).await.unwrap();
    let mut peer = server.peer().await;
    let mut message = drop_message(1);
    message["value"]["elems"]["text"] = json!("x".repeat(10_000));
    peer.say(message).await;
    let error = next(&mut socket).await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    assert_closed(&mut socket, None).await;
    assert_reconnected(&mut socket).await;
}

#[tokio::test]
async fn a_server_that_takes_nothing_does_not_hold_requests_for_ever() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(brisk());
    let connect = connect.with_timeout(Duration::from_millis(100));
    let mut socket = connect
        .with_heartbeat(Duration::from_millis(200))
        .await
        .unwrap();
    // It is never read.
    let _deaf = server.peer().await;
    let elems = [("text", "x".repeat(1 << 20))];
    let mut failed = 0;
    for _ in 0..16 {
        let new = headwaters::flowthings::types::NewDrop::new(elems.clone());
        failed += usize::from(socket.drop("f1").create(new).await.is_err());
    }
    assert_eq!(failed, 16);
    assert_closed(&mut socket, None).await;
}

/// Short heartbeats: a connection that shows nothing for half a second has ended.
const BEAT: Duration = Duration::from_millis(250);
/// How long the slow servers take for a piece.
const PIECE: Duration = Duration::from_millis(40);

#[tokio::test]
async fn a_message_that_comes_slowly_is_no_silence() {
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(Retry::none());
    let mut socket = connect.with_heartbeat(BEAT).await.unwrap();
    let mut peer = server.peer().await;
    let text = drop_message(7).to_string();
    assert!((126..1 << 16).contains(&text.len()));
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    let frame = [&[0x81, 126], &length[..], text.as_bytes()].concat();
    let sending = tokio::spawn(async move {
        let stream = peer.socket.get_mut();
        for piece in frame.chunks(frame.len() / 30) {
            stream.write_all(piece).await.unwrap();
            tokio::time::sleep(PIECE).await;
        }
        peer
    });
    assert_drop(&mut socket, 7).await;
    sending.await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_taken_slowly_is_not_stuck() {
    const LONG: usize = 32 << 20;
    /// More than the buffers of the system hold: all of it has left the client while that is still on its way.
    const ON_ITS_WAY: usize = 16 << 20;
    let server = Server::start().await;
    let connect = server.api().websocket().with_reconnect(Retry::none());
    let mut socket = connect.with_heartbeat(BEAT).await.unwrap();
    let mut peer = server.peer().await;
    let reading = tokio::spawn(async move {
        let (mut taken, mut piece) = (0, vec![0; LONG / 64]);
        while taken + piece.len() <= LONG {
            taken += peer.socket.get_mut().read_exact(&mut piece).await.unwrap();
            if taken > LONG - ON_ITS_WAY {
                peer.say(json!({"type": "heartbeat"})).await;
            }
            tokio::time::sleep(PIECE).await;
        }
        // The first request of a socket has this id.
        let body = drop_message(1)["value"].clone();
        peer.agree(&json!({"msgId": 0}), body).await;
        peer
    });
    let elems = [("text", "x".repeat(LONG))];
    let new = headwaters::flowthings::types::NewDrop::new(elems);
    let created = socket.drop("f1").create(new).await;
    if let Err(error) = created {
        panic!("{error}: {:?}", next(&mut socket).await);
    }
    reading.await.unwrap();
}

#[tokio::test]
async fn requests_that_were_given_up_hold_up_no_others() {
    let server = Server::start().await;
    let connect = server.api().websocket();
    let socket = connect.with_timeout(Duration::from_secs(2)).await.unwrap();
    let mut peer = server.peer().await;
    // All but the last one wait in vain, and no heartbeat comes meanwhile.
    let answering = tokio::spawn(async move {
        loop {
            let asked = peer.asked().await;
            if asked["id"] == "last" {
                peer.agree(&asked, drop_message(1)["value"].clone()).await;
                return peer;
            }
        }
    });
    for _ in 0..4 {
        let drops = (0..1_100).map(|number| {
            let drops = socket.drop("f1");
            async move {
                let read = drops.read(format!("d{number}"));
                timeout(Duration::from_millis(100), read).await
            }
        });
        let given_up = futures_util::future::join_all(drops).await;
        assert!(given_up.iter().all(Result::is_err));
    }
    socket.drop("f1").read("last").await.unwrap();
    answering.await.unwrap();
}

#[tokio::test]
async fn replies_that_nobody_has_taken_yet_hold_up_no_others() {
    const AWAITED: u64 = 1_024;
    let server = Server::start().await;
    let connect = server.api().websocket();
    let socket = connect.with_timeout(Duration::from_secs(5)).await.unwrap();
    let mut peer = server.peer().await;
    let asked = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&asked);
    let (go, gone) = tokio::sync::oneshot::channel();
    let answering = tokio::spawn(async move {
        let mut all = Vec::new();
        while (all.len() as u64) < AWAITED {
            all.push(peer.asked().await);
            counted.store(all.len() as u64, SeqCst);
        }
        gone.await.unwrap();
        for asked in &all {
            peer.agree(asked, drop_message(1)["value"].clone()).await;
        }
        let last = peer.asked().await;
        assert_eq!(last["id"], "last");
        peer.agree(&last, drop_message(1)["value"].clone()).await;
        peer
    });
    let reads = (0..AWAITED).map(|number| socket.drop("f1").read(format!("d{number}")));
    let mut reads = std::pin::pin!(futures_util::future::join_all(reads));
    while asked.load(SeqCst) < AWAITED {
        let waited = timeout(Duration::from_millis(1), &mut reads).await;
        assert!(waited.is_err());
    }
    // From here on nobody takes the replies.
    go.send(()).unwrap();
    socket.drop("f1").read("last").await.unwrap();
    answering.await.unwrap();
    assert!(reads.await.iter().all(Result::is_ok));
}
