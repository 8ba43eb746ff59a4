//! Subscriptions: the rows of a module as it writes them.

use std::convert::Infallible;

use axum::body::Body;
use futures_util::stream;

use super::address;
use crate::sandbox::joule::{
    model::{node::Shared, subscription::Subscription},
    wire::{Answer, error::Failure, reply::Reply, request::Request},
};
use crate::sandbox::lock;

/// GET /data?subscribe=1; only what modules write can be subscribed to
pub(crate) fn subscribe(node: &Shared, request: &Request) -> Answer {
    let mut node = lock(node);
    let stream = address::data_stream(&mut node, request)?;
    let (id, layout) = (stream.id, stream.layout());
    let module = node.modules.iter().find(|module| module.output == id);
    let Some(producer) = module.map(|module| module.producer) else {
        return Err(Failure::bad_request("stream is not being produced"));
    };
    let subscription = Subscription::new(producer, layout, request.now);
    let body = Body::from_stream(stream::unfold(subscription, |mut subscription| async {
        let piece = subscription.next().await;
        Some((Ok::<_, Infallible>(piece), subscription))
    }));
    Ok(Reply::rows(layout, 1, body))
}
