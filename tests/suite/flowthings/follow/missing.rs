//! What the WebSocket does not bring is found.

use std::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use headwaters::serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::*;

/// What comes when these have been pushed, the connection is cut, and those are written before it is back.
async fn after_a_cut(page: usize, pushed: &[(u64, i64)], unheard: &[(u64, i64)]) -> Vec<String> {
    let platform = Platform::of(1_000).await;
    let follow = platform.follow().with_page(page);
    let (mut follower, mut peer) = platform.followed(follow).await;
    settled(&mut follower, &mut peer).await;
    for (number, date) in pushed {
        platform.write(&mut peer, *number, *date).await;
    }
    let mut all = taken(&mut follower, pushed.len()).await;
    drop(peer);
    for (number, date) in unheard {
        platform.add(*number, *date);
    }
    let mut peer = platform.subscribed().await;
    // The last one that is found is pushed too.
    if let Some((number, date)) = unheard.last() {
        push(&mut peer, &drop_of(*number, *date)).await;
    }
    platform.write(&mut peer, 999, 2_000_000).await;
    all.extend(taken(&mut follower, unheard.len() + 1).await);
    all
}

#[tokio::test]
async fn what_is_written_while_the_connection_is_away_is_found() {
    let pushed = [(1, 1_000_000), (2, 1_000_001)];
    let unheard = [(3, 1_000_001), (4, 1_000_002), (5, 1_000_900)];
    let mut expected = ids(1..6);
    expected.push(id(999));
    for page in [2, 3, 200] {
        assert_eq!(after_a_cut(page, &pushed, &unheard).await, expected);
    }
}

#[tokio::test]
async fn drops_of_one_millisecond_on_both_sides_of_a_cut_and_of_pages_come_once() {
    let drops: Vec<(u64, i64)> = (1..60).map(|number| (number, 1_000_000)).collect();
    let mut expected = ids(1..60);
    expected.push(id(999));
    for (page, cut) in [(2, 1), (2, 30), (7, 8), (30, 29), (30, 30), (200, 31)] {
        let (pushed, unheard) = drops.split_at(cut);
        assert_eq!(after_a_cut(page, pushed, unheard).await, expected, "{page}");
    }
}

#[tokio::test]
async fn a_date_of_the_far_future_hides_nothing() {
    let mut pushed = vec![(100, 1 << 52), (101, 1 << 51), (102, i64::MAX)];
    pushed.extend((1..20).map(|number| (number, 1_000_000 + number as i64)));
    let unheard: Vec<_> = (20..50)
        .map(|number| (number, 1_000_000 + number as i64))
        .collect();
    let mut expected = ids(100..103);
    expected.extend(ids(1..50));
    expected.push(id(999));
    assert_eq!(after_a_cut(5, &pushed, &unheard).await, expected);
}

#[tokio::test]
async fn a_drop_that_becomes_visible_late_is_found_within_the_overlap() {
    let pushed: Vec<_> = (1..40)
        .map(|number| (number, 1_000_000 + number as i64 * 100))
        .collect();
    // The last one is of 1,003,900.
    let unheard = [(41, 999_500), (42, 1_003_000), (43, 1_004_000)];
    let mut expected = ids((1..40).chain(41..44));
    expected.push(id(999));
    assert_eq!(after_a_cut(10, &pushed, &unheard).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_while_something_is_missing_comes_behind_it_and_once() {
    for is_early in [true, false] {
        let platform = Platform::of(1_000).await;
        let (mut follower, mut peer) = platform.followed(platform.follow()).await;
        platform.write(&mut peer, 1, 1_000_001).await;
        assert_eq!(taken(&mut follower, 1).await, ids([1]));
        drop(peer);
        platform.add(2, 1_000_002);
        let mut find = platform.flow.lock().unwrap().hold(is_early);
        let mut peer = platform.subscribed().await;
        find.asked().await;
        // The one is found or not, by when the find reads the flow; the other one is late.
        platform.write(&mut peer, 4, 1_000_004).await;
        platform.write(&mut peer, 3, 1_000_000).await;
        find.go();
        let mut all = taken(&mut follower, 3).await;
        assert!(all.contains(&id(2)) && all[..2].contains(&id(2)), "{all:?}");
        all.sort();
        assert_eq!(all, ids(2..5), "{is_early}");
        platform.write(&mut peer, 5, 1_000_005).await;
        assert_eq!(taken(&mut follower, 1).await, ids([5]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_while_a_find_is_on_its_way_is_filled_too() {
    for is_early in [true, false] {
        let platform = Platform::of(1_000).await;
        let follow = platform.follow().with_page(2);
        let (mut follower, mut peer) = platform.followed(follow).await;
        platform.write(&mut peer, 1, 1_000_001).await;
        assert_eq!(taken(&mut follower, 1).await, ids([1]));
        drop(peer);
        (2..6).for_each(|number| platform.add(number, 1_000_000 + number as i64));
        let mut find = platform.flow.lock().unwrap().hold(is_early);
        let mut peer = platform.subscribed().await;
        find.asked().await;
        platform.write(&mut peer, 6, 1_000_006).await;
        drop(peer);
        platform.add(7, 1_000_006);
        let mut peer = platform.subscribed().await;
        platform.write(&mut peer, 8, 1_000_006).await;
        find.go();
        assert_eq!(taken(&mut follower, 7).await, ids(2..9), "{is_early}");
    }
}

#[tokio::test]
async fn cuts_between_pages_lose_nothing() {
    let platform = Platform::of(1_000).await;
    (1..40).for_each(|number| platform.add(number, 1_000_000 + number as i64 / 4));
    let follow = platform.follow().since(0).with_page(4).with_buffer(1);
    let (mut follower, mut peer) = platform.followed(follow).await;
    let mut all = Vec::new();
    for number in 40..60 {
        // With a buffer of one drop the next page is not asked for before these are taken.
        all.extend(taken(&mut follower, 2).await);
        drop(peer);
        platform.add(number, 1_000_010);
        peer = platform.subscribed().await;
    }
    all.extend(taken(&mut follower, 19).await);
    assert_eq!(all, ids(1..60));
    platform.write(&mut peer, 60, 1_000_011).await;
    assert_eq!(taken(&mut follower, 1).await, ids([60]));
}

#[tokio::test]
async fn many_cuts_at_once_lose_nothing() {
    let platform = Platform::of(1_000).await;
    let (mut follower, mut peer) = platform.followed(platform.follow()).await;
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1, 1_000_001).await;
    drop(peer);
    for number in 2..12 {
        // Before, while and after the subscription is made again.
        let mut peer = platform.server.peer().await;
        platform.add(number, 1_000_000 + number as i64);
        if number % 3 > 0 {
            let asked = peer.asked().await;
            if number % 3 > 1 {
                peer.agree(&asked, json!({})).await;
            }
        }
        drop(peer);
    }
    let mut peer = platform.subscribed().await;
    platform.write(&mut peer, 12, 1_000_012).await;
    assert_eq!(taken(&mut follower, 12).await, ids(1..13));
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_may_have_been_a_drop() {
    let platform = Platform::of(1_000).await;
    let (mut follower, mut peer) = platform.followed(platform.follow()).await;
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1, 1_000_001).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    platform.add(2, 1_000_002);
    peer.send(Message::Text("{\"type\": \"mess".into())).await;
    let error = next(&mut follower).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(taken(&mut follower, 1).await, ids([2]));
}

#[tokio::test]
async fn what_the_socket_has_dropped_is_found() {
    let platform = Platform::of(1_000).await;
    let websocket = platform.api().websocket().with_buffer(1);
    let follow = platform.follow().with_websocket(websocket);
    let opening = async {
        let mut peer = platform.server.peer().await;
        let asked = peer.asked().await;
        // Nobody takes them while the reply is awaited.
        for number in 1..200 {
            platform.write(&mut peer, number, 1_000_000).await;
        }
        peer.agree(&asked, json!({})).await;
        peer
    };
    let (follower, _peer) = tokio::join!(follow.into_future(), opening);
    assert_eq!(taken(&mut follower.unwrap(), 199).await, ids(1..200));
}

/// Waits until the client has read what it was told so far, as far as it reads.
async fn beats(peer: &mut Peer) {
    for _ in 0..2 {
        assert_eq!(peer.text().await, Some(json!({"type": "heartbeat"})));
    }
}

/// What comes of it when the socket has dropped that its connection has ended, that it is there again, and what has become of the
/// subscription: that it was made again, or that it was refused.
async fn after_an_unheard_cut(is_refused: bool) {
    let platform = Platform::of(1_000).await;
    let websocket = platform.api().websocket().with_reconnect(brisk());
    let websocket = websocket.with_buffer(1);
    let websocket = websocket.with_heartbeat(Duration::from_millis(150));
    let follow = platform.follow().with_websocket(websocket);
    let asked = pin!(async {
        let mut peer = platform.server.peer().await;
        let asked = peer.asked().await;
        (peer, asked)
    });
    // As long as it is not polled any more, nobody takes what the socket has.
    let (mut peer, asked, opening) = match select(follow.into_future(), asked).await {
        Either::Right(((peer, asked), opening)) => (peer, asked, opening),
        Either::Left(_) => panic!("it is open before it is subscribed"),
    };
    for number in 1..41 {
        platform
            .write(&mut peer, number, 1_000_000 + number as i64)
            .await;
    }
    peer.agree(&asked, json!({})).await;
    beats(&mut peer).await;
    // The socket has no room to read of the end: it finds out by a heartbeat that cannot be written.
    drop(peer);
    let mut peer = platform.server.peer().await;
    let again = peer.asked().await;
    assert_eq!(
        (&again["type"], &again["flowId"]),
        (&json!("subscribe"), &json!(platform::FLOW))
    );
    match is_refused {
        true => {
            let head =
                json!({"msgId": again["msgId"], "ok": false, "status": 403, "errors": ["no"]});
            peer.say(json!({"head": head})).await;
        }
        false => peer.agree(&again, json!({})).await,
    }
    beats(&mut peer).await;
    let opened = timeout(PATIENCE, opening).await;
    let mut follower = opened.expect("it does not open").unwrap();
    // Neither is a refusal told.
    assert_eq!(taken(&mut follower, 40).await, ids(1..41), "{is_refused}");
    let asked = peer.asked().await;
    assert_eq!(
        (&asked["type"], &asked["flowId"]),
        (&json!("subscribe"), &json!(platform::FLOW))
    );
    // What is written before the subscription stands is found when it does.
    platform.add(41, 1_000_041);
    peer.agree(&asked, json!({})).await;
    assert_eq!(taken(&mut follower, 1).await, ids([41]), "{is_refused}");
    platform.write(&mut peer, 42, 1_000_042).await;
    assert_eq!(taken(&mut follower, 1).await, ids([42]), "{is_refused}");
}

#[tokio::test]
async fn a_cut_of_which_the_socket_has_dropped_all_that_it_told_leads_to_a_new_subscription() {
    tokio::join!(after_an_unheard_cut(false), after_an_unheard_cut(true));
}

#[tokio::test]
async fn a_slow_reader_with_a_small_buffer_gets_every_drop_once() {
    for (buffer, page) in [(1, 2), (3, 50), (100, 200)] {
        let platform = Platform::of(1_000).await;
        let follow = platform.follow().with_buffer(buffer).with_page(page);
        let (mut follower, mut peer) = platform.followed(follow).await;
        for number in 0..300 {
            platform
                .write(&mut peer, number, 1_000_000 + number as i64 * 1_000)
                .await;
        }
        let mut all = taken(&mut follower, 100).await;
        for number in 300..350 {
            platform
                .write(&mut peer, number, 1_000_000 + number as i64 * 1_000)
                .await;
            all.extend(taken(&mut follower, 3).await);
        }
        all.extend(taken(&mut follower, 100).await);
        assert_eq!(all, ids(0..350), "{buffer}");
        // And none again.
        platform.write(&mut peer, 350, 2_000_000).await;
        assert_eq!(taken(&mut follower, 1).await, ids([350]), "{buffer}");
    }
}
