//! What is uploaded: read to the end, or as far as its kind may be long.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use super::error::Failure;
use crate::sandbox::drain::linger;

/// Bytes of a body that is JSON.
pub(crate) const BODY_LIMIT: usize = 16 << 20;

/// Bytes of a toolkit.
pub(crate) const ARCHIVE_LIMIT: usize = 256 << 20;

/// Reads a bundle to its end, and tells its length. It is not kept.
pub(crate) async fn bundle(body: Body) -> Result<u64, Failure> {
    let mut body = body.into_data_stream();
    let mut length = 0;
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Failure::bad_body("it breaks off"))?;
        length += piece.len() as u64;
    }
    Ok(length)
}

/// A body that is kept, of so many bytes at most.
pub(crate) async fn whole(body: Body, limit: usize) -> Result<Bytes, Failure> {
    let mut body = body.into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(piece) = body.next().await {
        whole.extend_from_slice(&piece.map_err(|_| Failure::bad_body("it breaks off"))?);
        if whole.len() > limit {
            linger(Body::from_stream(body));
            return Err(Failure::bad_body("it is too long"));
        }
    }
    Ok(whole.freeze())
}
