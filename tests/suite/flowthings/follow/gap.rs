//! Where a flow may have deleted drops before they could be read.

use headwaters::Config;

use super::*;

/// A follower of a flow with this capacity that has had the drops 1 to 3, of 1,000,001 to 1,000,003, and whose connection is cut.
async fn cut(capacity: usize) -> (Platform, Follower) {
    let platform = Platform::of(capacity).await;
    let follow = platform.follow().with_page(2);
    let (mut follower, mut peer) = platform.followed(follow).await;
    settled(&mut follower, &mut peer).await;
    for number in 1..4 {
        platform
            .write(&mut peer, number, 1_000_000 + number as i64)
            .await;
    }
    assert_eq!(taken(&mut follower, 3).await, ids(1..4));
    drop(peer);
    (platform, follower)
}

#[tokio::test]
async fn a_flow_that_has_overflowed_has_a_gap() {
    let (platform, mut follower) = cut(3).await;
    (4..10).for_each(|number| platform.add(number, 1_000_000 + number as i64));
    let mut peer = platform.subscribed().await;
    assert_gap(&mut follower, (1_000_003, Some(1_000_007))).await;
    assert_eq!(taken(&mut follower, 3).await, ids(7..10));
    // It is told once.
    drop(peer);
    platform.add(10, 1_000_010);
    peer = platform.subscribed().await;
    assert_eq!(taken(&mut follower, 1).await, ids([10]));
    platform.write(&mut peer, 11, 1_000_011).await;
    assert_eq!(taken(&mut follower, 1).await, ids([11]));
}

#[tokio::test]
async fn there_is_no_gap_while_the_last_drop_is_there() {
    let (platform, mut follower) = cut(3).await;
    (4..6).for_each(|number| platform.add(number, 1_000_000 + number as i64));
    let _peer = platform.subscribed().await;
    assert_eq!(taken(&mut follower, 2).await, ids(4..6));
}

#[tokio::test]
async fn there_is_no_gap_while_something_older_is_there() {
    let (platform, mut follower) = cut(100).await;
    platform.flow.lock().unwrap().delete(3);
    platform.add(4, 1_000_004);
    let mut peer = platform.subscribed().await;
    assert_eq!(taken(&mut follower, 1).await, ids([4]));
    // Once the place of the finds is beyond it too.
    for number in 5..30 {
        platform
            .write(&mut peer, number, 2_000_000 + number as i64)
            .await;
    }
    taken(&mut follower, 25).await;
    drop(peer);
    {
        let mut flow = platform.flow.lock().unwrap();
        (2..30).for_each(|number| flow.delete(number));
        flow.add(30, 2_000_030);
    }
    let _peer = platform.subscribed().await;
    assert_eq!(taken(&mut follower, 1).await, ids([30]));
}

#[tokio::test]
async fn a_flow_from_which_everything_was_deleted_has_a_gap() {
    let (platform, mut follower) = cut(100).await;
    {
        let mut flow = platform.flow.lock().unwrap();
        (1..4).for_each(|number| flow.delete(number));
    }
    let mut peer = platform.subscribed().await;
    assert_gap(&mut follower, (1_000_003, None)).await;
    platform.write(&mut peer, 4, 1_000_004).await;
    assert_eq!(taken(&mut follower, 1).await, ids([4]));
}

#[tokio::test]
async fn a_flow_that_overflows_between_two_pages_has_a_gap() {
    let (platform, mut follower) = cut(6).await;
    (4..8).for_each(|number| platform.add(number, 1_000_000 + number as i64));
    let mut writes = 0;
    platform.flow.lock().unwrap().after = Some(Box::new(move |flow| {
        writes += 1;
        // The page with the drops 3 and 4 has been read.
        if writes == 2 {
            (8..14).for_each(|number| flow.add(number, 1_000_000 + number as i64));
        }
    }));
    let _peer = platform.subscribed().await;
    assert_eq!(taken(&mut follower, 1).await, ids([4]));
    assert_gap(&mut follower, (1_000_004, Some(1_000_008))).await;
    assert_eq!(taken(&mut follower, 6).await, ids(8..14));
}

#[tokio::test]
async fn a_flow_that_stores_nothing_has_a_gap_after_each_cut_and_none_before() {
    let platform = Platform::of(0).await;
    let (mut follower, mut peer) = platform.followed(platform.follow()).await;
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1, 1_000_001).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1]));
    drop(peer);
    let mut peer = platform.subscribed().await;
    assert_gap(&mut follower, (1_000_001, None)).await;
    platform.write(&mut peer, 2, 1_000_002).await;
    assert_eq!(taken(&mut follower, 1).await, ids([2]));
}

#[tokio::test]
async fn a_past_that_the_flow_does_not_hold_any_more_is_a_gap() {
    for (capacity, gap) in [(10, true), (11, false)] {
        let platform = Platform::of(capacity).await;
        (1..11).for_each(|number| platform.add(number, 1_000_000 + number as i64));
        let follow = platform.follow().since(1_000_000);
        let (mut follower, _peer) = platform.followed(follow).await;
        if gap {
            assert_gap(&mut follower, (1_000_000, Some(1_000_001))).await;
        }
        assert_eq!(taken(&mut follower, 10).await, ids(1..11));
    }
    // Something older is there.
    let platform = Platform::of(10).await;
    (1..11).for_each(|number| platform.add(number, 1_000_000 + number as i64));
    let follow = platform.follow().since(1_000_002);
    let (mut follower, _peer) = platform.followed(follow).await;
    assert_eq!(taken(&mut follower, 9).await, ids(2..11));
}

#[tokio::test]
async fn members_that_the_client_leaves_out_by_default_make_no_gap() {
    let date = |number: u64| 1_000_000 + number as i64 * 1_000;
    for only in ["elems", "flowId,path", "creationDate"] {
        let platform = Platform::of(1_000).await;
        (1..5).for_each(|number| platform.add(number, date(number)));
        let follow = platform.follow_with(Config::new().with_query("only", only));
        let follow = follow.since(1_000_000).with_page(2);
        let (mut follower, peer) = platform.followed(follow).await;
        // Nothing older is there, and nothing is known: it must have room.
        assert_eq!(taken(&mut follower, 4).await, ids(1..5), "{only}");
        drop(peer);
        (5..30).for_each(|number| platform.add(number, date(number)));
        let mut peer = platform.subscribed().await;
        platform.write(&mut peer, 30, date(30)).await;
        assert_eq!(taken(&mut follower, 26).await, ids(5..31), "{only}");
        settled(&mut follower, &mut peer).await;
        // Only the first one is left of what is known.
        drop(peer);
        {
            let mut flow = platform.flow.lock().unwrap();
            (2..31).for_each(|number| flow.delete(number));
            flow.add(31, date(31));
        }
        let mut peer = platform.subscribed().await;
        assert_eq!(taken(&mut follower, 1).await, ids([31]), "{only}");
        platform.write(&mut peer, 32, date(32)).await;
        assert_eq!(taken(&mut follower, 1).await, ids([32]), "{only}");
    }
}
