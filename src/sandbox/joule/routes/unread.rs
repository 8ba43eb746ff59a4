//! Requests whose bodies have not been read.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use crate::sandbox::joule::{
    model::node::Shared,
    wire::{error::Failure, request::Request},
};

/// Bytes of a body that is JSON.
const BODY_LIMIT: usize = 1024 * 1024;

/// A request to the node whose body has not been read.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) node: Shared,
    pub(crate) request: Request,
    pub(crate) body: Body,
}

impl Unread {
    /// The request with its body, for a handler that wants JSON after all.
    pub(crate) async fn whole(self) -> Result<(Shared, Request), Failure> {
        let Self {
            node,
            mut request,
            body,
        } = self;
        request.body = read_whole(body).await?;
        Ok((node, request))
    }
}

/// A body, which may not be longer than JSON may be.
pub(crate) async fn read_whole(body: Body) -> Result<Bytes, Failure> {
    let mut stream = body.into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(Ok(chunk)) = stream.next().await {
        whole.extend_from_slice(&chunk);
        if whole.len() > BODY_LIMIT {
            return Err(Failure::too_large(BODY_LIMIT));
        }
    }
    Ok(whole.freeze())
}
