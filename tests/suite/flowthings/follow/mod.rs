//! Following a flow, across all that can happen to it.

mod faults;
mod gap;
mod live;
mod missing;
mod platform;
mod position;
mod sandbox;

use headwaters::{
    Error,
    flowthings::{FollowEvent, Follower},
};
use tokio::time::timeout;

use super::socket::server::{PATIENCE, Peer};
use platform::{Platform, brisk, drop_of, id, ids, push};

/// The next event, in time.
async fn next(follower: &mut Follower) -> Result<Option<FollowEvent>, Error> {
    timeout(PATIENCE, follower.next())
        .await
        .expect("no event came")
}

/// The ids of so many drops, which come without anything else between.
async fn taken(follower: &mut Follower, count: usize) -> Vec<String> {
    let mut taken = Vec::new();
    while taken.len() < count {
        match next(follower).await.unwrap() {
            Some(FollowEvent::Drop(drop)) => taken.push(drop.id.as_str().to_owned()),
            other => panic!("{other:?} after {taken:?}"),
        }
    }
    taken
}

/// The next event is a gap.
async fn assert_gap(follower: &mut Follower, expected: (i64, Option<i64>)) {
    match next(follower).await.unwrap() {
        Some(FollowEvent::Gap { from, to, .. }) => assert_eq!((from, to), expected),
        other => panic!("{other:?} instead of a gap"),
    }
}

/// Waits until nothing is looked for any more: what the flow does not hold is handed out no sooner.
async fn settled(follower: &mut Follower, peer: &mut Peer) {
    let mut drop = drop_of(0, 0);
    drop["id"] = "d-settled".into();
    drop.as_object_mut().unwrap().remove("creationDate");
    push(peer, &drop).await;
    assert_eq!(taken(follower, 1).await, ["d-settled"]);
}
