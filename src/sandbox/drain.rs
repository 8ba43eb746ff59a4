//! Reading what nobody needs: so that a client sees the answer rather than a broken pipe.

use std::time::Duration;

use axum::body::Body;
use futures_util::StreamExt as _;

/// How much of a body is read before a fault answers in the platform's place: 1 MiB.
pub(super) const SWALLOWED: usize = 1024 * 1024;

/// For how long a body is read when the answer has been given.
const LINGER: Duration = Duration::from_secs(10);

/// Reads a body for the journal's sake, and so that a client sees the answer rather than a broken pipe; what comes
/// after `enough` bytes is given back.
pub(super) async fn swallow(body: Body, enough: usize) -> Body {
    let mut body = body.into_data_stream();
    let mut read = 0;
    while read < enough
        && let Some(Ok(chunk)) = body.next().await
    {
        read += chunk.len();
    }
    Body::from_stream(body)
}

/// Goes on reading a body that is of no use any more, for ten seconds: while it does, whoever sends the body sees the
/// answer and no reset.
pub(super) fn linger(body: Body) {
    tokio::spawn(tokio::time::timeout(LINGER, async {
        let mut chunks = body.into_data_stream();
        while let Some(Ok(_)) = chunks.next().await {}
    }));
}
