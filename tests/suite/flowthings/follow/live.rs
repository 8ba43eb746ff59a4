//! Drops as they are pushed.

use futures_util::StreamExt as _;
use headwaters::{Config, flowthings::Token};
use serde_json::json;

use super::{platform::FLOW, *};
use crate::recording_server::Reply;

#[tokio::test]
async fn drops_come_once_each_in_the_order_in_which_they_are_pushed() {
    let platform = Platform::of(1_000).await;
    let (mut follower, mut peer) = platform.followed(platform.follow()).await;
    let mut undated = drop_of(4, 0);
    undated.as_object_mut().unwrap().remove("creationDate");
    for drop in [
        drop_of(1, 10_000_000),
        drop_of(2, 10_000_001),
        // One that is late, and dates that cannot be.
        drop_of(3, 9_000_000),
        undated.clone(),
        drop_of(5, i64::MAX),
        drop_of(6, i64::MIN),
        drop_of(1, 10_000_000),
        undated,
        drop_of(5, i64::MAX),
        drop_of(7, 10_000_002),
    ] {
        push(&mut peer, &drop).await;
    }
    assert_eq!(taken(&mut follower, 7).await, ids(1..8));
}

#[tokio::test]
async fn what_the_flow_held_before_does_not_come() {
    for before in [0, 1, 19, 20, 100] {
        let platform = Platform::of(1_000).await;
        for number in 0..before {
            // Three in each millisecond.
            platform.add(number, 1_000_000 + number as i64 / 3);
        }
        let (mut follower, mut peer) = platform.followed(platform.follow()).await;
        platform.write(&mut peer, 1_000, 1_000_050).await;
        assert_eq!(taken(&mut follower, 1).await, ids([1_000]), "{before}");
        // Nor after a reconnection.
        drop(peer);
        let mut peer = platform.subscribed().await;
        platform.write(&mut peer, 1_001, 1_000_060).await;
        assert_eq!(taken(&mut follower, 1).await, ids([1_001]), "{before}");
    }
}

#[tokio::test]
async fn what_is_written_before_the_subscription_stands_is_found() {
    let platform = Platform::of(1_000).await;
    platform.add(0, 1_000_000);
    let opening = async {
        let mut peer = platform.server.peer().await;
        let asked = peer.asked().await;
        // The flow has been looked at, and nobody is subscribed.
        platform.add(1, 1_000_001);
        peer.agree(&asked, json!({})).await;
        peer
    };
    let (follower, mut peer) = tokio::join!(platform.follow().into_future(), opening);
    let mut follower = follower.unwrap();
    platform.write(&mut peer, 2, 1_000_001).await;
    assert_eq!(taken(&mut follower, 2).await, ids([1, 2]));
}

#[tokio::test]
async fn a_drop_has_the_same_form_whether_it_is_pushed_or_found() {
    let platform = Platform::of(1_000).await;
    platform.add(1, 1_000_000);
    let (mut follower, mut peer) = platform.followed(platform.follow().since(0)).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    settled(&mut follower, &mut peer).await;
    // The platform pushes drops with the types of their elements.
    let seen = platform.rest.seen();
    let mut finds = seen.iter().filter(|seen| seen.target.contains("/drop/"));
    assert!(finds.clone().count() > 1);
    assert!(finds.all(|find| find.target.contains("hints=true")));
}

#[tokio::test]
async fn defaults_of_the_client_leave_nothing_out() {
    let platform = Platform::of(1_000).await;
    platform.add(1, 1_000_000);
    let mut config = Config::new();
    for (name, value) in [
        ("filter", "no == 1"),
        ("start", "7"),
        ("limit", "1"),
        ("sort", "path"),
        ("order", "desc"),
        ("only", "elems"),
    ] {
        config = config.with_query(name, value);
    }
    let host = headwaters::flowthings::Host::new(platform.rest.url());
    let host = host.with_sessions_at(platform.server.url());
    let token = Token::new("acc", "tok");
    let api = headwaters::flowthings::Api::with_config(host, token, config).unwrap();
    let (mut follower, _peer) = platform.followed(api.follow(FLOW).since(0)).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    let seen = platform.rest.seen();
    let last = &seen.last().unwrap().target;
    assert!(last.contains("only=elems%2Cid%2CcreationDate"), "{last}");
}

#[tokio::test]
async fn a_stream_gives_the_same_and_an_error_does_not_end_it() {
    let platform = Platform::of(1_000).await;
    platform.add(1, 1_000_000);
    let (follower, mut peer) = platform.followed(platform.follow().since(0)).await;
    let mut stream = follower.into_stream();
    assert!(stream.next().await.unwrap().is_ok());
    peer.send(tokio_tungstenite::tungstenite::Message::Text("x".into()))
        .await;
    assert!(stream.next().await.unwrap().unwrap_err().is_decode());
    platform.write(&mut peer, 2, 1_000_001).await;
    assert!(stream.next().await.unwrap().is_ok());
}

#[tokio::test]
async fn a_flow_that_is_not_there_is_not_followed() {
    let platform = Platform::of(1_000).await;
    let head = json!({"status": 404, "ok": false, "errors": ["no such flow"]});
    let reply = Reply::new(404, json!({"head": head, "body": null}).to_string());
    let reply = reply.with("content-type", "application/json");
    platform.flow.lock().unwrap().replies.push_back(reply);
    let error = platform.follow().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(platform.server.heads().is_empty());
}

#[tokio::test]
async fn no_text_shows_the_token_or_the_session() {
    let platform = Platform::of(1_000).await;
    let follow = platform.follow();
    let texts = format!("{follow:?}");
    let (follower, _peer) = platform.followed(follow).await;
    let texts = format!("{texts} {follower:?} {:?}", follower.position());
    assert!(!texts.contains("tok-0123456789"), "{texts}");
    assert!(!texts.contains("secret-session"), "{texts}");
}
