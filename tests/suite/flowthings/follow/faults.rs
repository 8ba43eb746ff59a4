//! Finds that fail, WebSockets that end, followers that are dropped.

use headwaters::{Retry, serde_json::json};

use super::*;
use crate::recording_server::Reply;

fn unavailable() -> Reply {
    let head = json!({"status": 503, "ok": false, "errors": ["not now"]});
    let reply = Reply::new(503, json!({"head": head, "body": null}).to_string());
    reply.with("content-type", "application/json")
}

#[tokio::test]
async fn a_find_that_fails_is_told_and_tried_again() {
    let platform = Platform::of(1_000).await;
    let (mut follower, mut peer) = platform.followed(platform.follow()).await;
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1, 1_000_001).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    platform.add(2, 1_000_002);
    let broken = [
        unavailable(),
        Reply::text("<html>"),
        super::super::answer(&json!({"not": "a list"})),
        // Older than what was asked for.
        super::super::answer(&json!([drop_of(0, -1)])),
    ];
    let count = broken.len();
    platform.flow.lock().unwrap().replies.extend(broken);
    drop(peer);
    let mut peer = platform.subscribed().await;
    platform.write(&mut peer, 3, 1_000_003).await;
    let mut failures = 0;
    let first = loop {
        match next(&mut follower).await {
            Ok(Some(FollowEvent::Drop(drop))) => break drop,
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                failures += 1;
                assert!(!error.to_string().contains("tok-"), "{error}");
            }
        }
    };
    // Of failures that nobody has heard of, the last one is told.
    assert!((1..=count).contains(&failures), "{failures}");
    assert_eq!(first.id.as_str(), id(2));
    assert_eq!(taken(&mut follower, 1).await, ids([3]));
}

#[tokio::test]
async fn what_fails_too_often_ends_it_where_that_is_wished() {
    let platform = Platform::of(1_000).await;
    let follow = platform.follow().with_retry(brisk().with_attempts(3));
    let (mut follower, mut peer) = platform.followed(follow).await;
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1, 1_000_001).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    let before = platform.finds();
    let replies = std::iter::repeat_with(unavailable).take(10);
    platform.flow.lock().unwrap().replies.extend(replies);
    drop(peer);
    let _peer = platform.subscribed().await;
    let error = next(&mut follower).await.unwrap_err();
    assert_eq!(error.messages(), ["not now"]);
    while next(&mut follower).await.is_err() {}
    assert_eq!(next(&mut follower).await.unwrap(), None);
    assert_eq!(platform.finds() - before, 3);
}

#[tokio::test]
async fn a_websocket_that_has_ended_ends_it_and_another_goes_on() {
    let platform = Platform::of(1_000).await;
    let websocket = platform.api().websocket().with_reconnect(Retry::none());
    let follow = platform.follow().with_websocket(websocket);
    let (mut follower, mut peer) = platform.followed(follow).await;
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1, 1_000_001).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    drop(peer);
    assert!(next(&mut follower).await.is_err());
    assert_eq!(next(&mut follower).await.unwrap(), None);
    assert_eq!(next(&mut follower).await.unwrap(), None);
    platform.add(2, 1_000_001);
    let follow = platform.follow().since(follower.position());
    let (mut follower, _peer) = platform.followed(follow).await;
    assert_eq!(taken(&mut follower, 1).await, ids([2]));
}

#[tokio::test]
async fn a_subscription_that_is_refused_the_second_time_is_asked_for_until_it_stands() {
    let platform = Platform::of(1_000).await;
    let (mut follower, mut peer) = platform.followed(platform.follow()).await;
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1, 1_000_001).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    drop(peer);
    let mut peer = platform.server.peer().await;
    for _ in 0..3 {
        let asked = peer.asked().await;
        let head = json!({"msgId": asked["msgId"], "ok": false, "status": 403, "errors": ["no"]});
        peer.say(json!({"head": head})).await;
        let error = next(&mut follower).await.unwrap_err();
        assert!(error.is_forbidden(), "{error}");
    }
    peer.subscribed().await;
    platform.write(&mut peer, 2, 1_000_002).await;
    assert_eq!(taken(&mut follower, 1).await, ids([2]));
}

#[tokio::test]
async fn dropping_it_ends_the_connection_and_the_requests() {
    let platform = Platform::of(1_000).await;
    let (mut follower, peer) = platform.followed(platform.follow()).await;
    let replies = std::iter::repeat_with(unavailable).take(10_000);
    platform.flow.lock().unwrap().replies.extend(replies);
    drop(peer);
    let mut peer = platform.subscribed().await;
    assert!(next(&mut follower).await.is_err());
    drop(follower);
    assert_eq!(peer.text().await, None);
    let (finds, heads) = (platform.finds(), platform.server.heads().len());
    for _ in 0..3 {
        platform.api().flow().read("f1").await.unwrap_err();
    }
    // One may have been on its way.
    let after = platform.finds() - finds - 3;
    assert!(after <= 1, "{after}");
    assert_eq!(platform.server.heads().len(), heads);
}

#[test]
fn the_end_of_the_runtime_is_told() {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let (mut follower, _peer, _platform) = first.block_on(async {
        let platform = Platform::of(1_000).await;
        let (follower, peer) = platform.followed(platform.follow()).await;
        (follower, peer, platform)
    });
    drop(first);
    runtime().block_on(async {
        let error = next(&mut follower).await.unwrap_err();
        assert!(error.to_string().contains("stopped"), "{error}");
        assert_eq!(next(&mut follower).await.unwrap(), None);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_goes_on_does_not_pass_over_what_shows_late_behind_it() {
    let platform = Platform::of(1_000).await;
    let date = |number: u64| 1_000_000 + number as i64;
    (1..31).for_each(|number| platform.add(number, date(number)));
    // The first page has been read, and does not leave yet.
    let (sender, held) = std::sync::mpsc::channel();
    let mut finds = 0;
    platform.flow.lock().unwrap().after = Some(Box::new(move |flow| {
        finds += 1;
        if finds == 1 {
            sender.send(flow.hold(false)).unwrap();
        }
    }));
    let follow = platform.follow().since(1_000_000).with_page(30);
    let (mut follower, peer) = platform.followed(follow).await;
    let mut held = held.recv().unwrap();
    held.asked().await;
    // The connection ends, and with it the push of a drop that would stand on the page.
    drop(peer);
    let mut peer = platform.server.peer().await;
    platform.add(100, date(15));
    (31..61).for_each(|number| platform.add(number, date(60_000 + number)));
    held.go();
    assert_eq!(taken(&mut follower, 60).await, ids(1..61));
    assert_eq!(peer.subscribed().await["flowId"], platform::FLOW);
    assert_eq!(taken(&mut follower, 1).await, ids([100]));
}
