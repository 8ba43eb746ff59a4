//! Going on where another follower stood.

use headwaters::flowthings::FlowPosition;

use super::*;

#[tokio::test]
async fn a_follower_goes_on_where_another_one_stood() {
    for stop in [0, 1, 6, 7, 8, 13, 19, 20, 21, 29] {
        let platform = Platform::of(1_000).await;
        // Seven in each millisecond.
        (1..20).for_each(|number| platform.add(number, 1_000_000 + number as i64 / 7));
        let follow = platform.follow().since(0).with_page(5);
        let (mut follower, mut peer) = platform.followed(follow).await;
        let mut all = taken(&mut follower, stop.min(19)).await;
        for number in 20..30 {
            let date = 1_000_000 + number as i64 / 7;
            platform.write(&mut peer, number, date).await;
        }
        all.extend(taken(&mut follower, stop.saturating_sub(19)).await);
        let stored = headwaters::serde_json::to_string(&follower.position()).unwrap();
        drop(follower);
        let position: FlowPosition = headwaters::serde_json::from_str(&stored).unwrap();
        (30..40).for_each(|number| platform.add(number, 1_000_000 + number as i64 / 7));
        let follow = platform.follow().since(position).with_page(5);
        let (mut follower, _peer) = platform.followed(follow).await;
        all.extend(taken(&mut follower, 39 - stop).await);
        assert_eq!(all, ids(1..40), "{stop}");
    }
}

#[tokio::test]
async fn a_position_can_be_a_time_or_a_drop() {
    let platform = Platform::of(1_000).await;
    (1..7).for_each(|number| platform.add(number, 1_000_000 + number as i64 / 2));
    let follow = platform.follow().since(1_000_002);
    let (mut follower, _peer) = platform.followed(follow).await;
    assert_eq!(taken(&mut follower, 3).await, ids(4..7));
    let found = platform.api().drop(platform::FLOW).find_many();
    let found = found.filter(headwaters::flowthings::exists("elems"));
    let found = found.sort("creationDate").order("asc").start(2).limit(1);
    let third = found.await.unwrap().remove(0);
    let (mut follower, _peer) = platform.followed(platform.follow().since(&third)).await;
    // The second one is of the same millisecond.
    assert_eq!(taken(&mut follower, 4).await, ids([2, 4, 5, 6]));
}

#[tokio::test]
async fn a_position_holds_no_more_ids_than_may_come_again() {
    let platform = Platform::of(2_000).await;
    let (mut follower, mut peer) = platform.followed(platform.follow()).await;
    for number in 0..1_000 {
        platform
            .write(&mut peer, number, 1_000_000 + number as i64 * 1_000)
            .await;
    }
    assert_eq!(taken(&mut follower, 1_000).await, ids(0..1_000));
    settled(&mut follower, &mut peer).await;
    platform.write(&mut peer, 1_000, 2_000_000).await;
    assert_eq!(taken(&mut follower, 1).await, ids([1_000]));
    let position = follower.position();
    // Those of five seconds, eight that tell the time, the last one, and the one without a date.
    let (count, since) = (position.drops().len(), position.since());
    assert!(count <= 5 + 8 + 1 + 1, "{count}");
    assert!(since > 1_900_000, "{since}");
}
