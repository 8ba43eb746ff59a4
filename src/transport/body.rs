//! Reading answers without trusting their size.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

/// How a body ended.
pub(super) enum Read {
    Whole(Bytes),
    /// It is longer than the limit; these are its first bytes.
    Cut(Bytes),
}

/// At most `limit` bytes of the body. One piece is handed on without a copy.
pub(super) async fn read(response: &mut Response, limit: usize) -> reqwest::Result<Read> {
    let Some(first) = response.chunk().await? else {
        return Ok(Read::Whole(Bytes::new()));
    };
    if first.len() > limit {
        return Ok(Read::Cut(first.slice(..limit)));
    }
    let Some(second) = response.chunk().await? else {
        return Ok(Read::Whole(first));
    };
    let announced = response.content_length().unwrap_or(0).min(limit as u64) as usize;
    let mut whole = BytesMut::with_capacity(announced.max(first.len() + second.len()));
    whole.extend_from_slice(&first);
    let mut next = Some(second);
    while let Some(piece) = next {
        let room = limit - whole.len();
        if piece.len() > room {
            whole.extend_from_slice(&piece.slice(..room));
            return Ok(Read::Cut(whole.freeze()));
        }
        whole.extend_from_slice(&piece);
        next = response.chunk().await?;
    }
    Ok(Read::Whole(whole.freeze()))
}
