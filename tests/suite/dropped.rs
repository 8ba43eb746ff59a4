//! Waits that are dropped, as `select!` drops them.

use std::time::Duration;

use futures_util::FutureExt as _;
use headwaters::Result;
use tokio::time::{sleep, timeout};

use crate::wire::scripted_server::PATIENCE;

/// All that a source gives up to its end, where each wait is polled once and dropped unless it is ready; and how many were dropped.
pub async fn collect<S, T>(
    source: &mut S,
    mut next: impl AsyncFnMut(&mut S) -> Result<Option<T>>,
) -> (Vec<T>, usize) {
    let (mut pieces, mut dropped) = (Vec::new(), 0);
    let all = async {
        loop {
            match next(source).now_or_never() {
                None => dropped += 1,
                Some(Ok(Some(piece))) => pieces.push(piece),
                Some(Ok(None)) => return,
                Some(Err(error)) => panic!("{error:?}"),
            }
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, all).await.expect("no end comes");
    (pieces, dropped)
}
