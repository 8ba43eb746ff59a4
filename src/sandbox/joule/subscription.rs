//! Subscriptions: the rows of a module as it writes them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;

use super::data_stream::DataStream;
use super::error::Failure;
use super::layout::Layout;
use super::node::Shared;
use super::producer::Producer;
use super::reply::{Answer, Reply};
use super::request::Request;
use super::store::Run;
use super::time::Micros;
use crate::sandbox::clock;
use crate::sandbox::lock;

/// How often the node looks for rows.
const POLL: Duration = Duration::from_millis(500);

/// GET /data?subscribe=1; only what modules write can be subscribed to
pub(super) fn subscribe(node: &Shared, request: &Request) -> Answer {
    let mut node = lock(node);
    let stream = DataStream::of(&mut node, request)?;
    let (id, layout) = (stream.id, stream.layout());
    let module = node.modules.iter().find(|module| module.output == id);
    let Some(producer) = module.map(|module| module.producer) else {
        return Err(Failure::bad_request("stream is not being produced"));
    };
    let subscription = Subscription {
        producer,
        layout,
        told: request.now,
        waiting: VecDeque::new(),
    };
    let body = Body::from_stream(stream::unfold(subscription, |mut subscription| async {
        let piece = subscription.next().await;
        Some((Ok::<_, Infallible>(piece), subscription))
    }));
    Ok(Reply::rows(layout, 1, body))
}

struct Subscription {
    producer: Producer,
    layout: Layout,
    /// Until when the subscriber has been told of rows.
    told: Micros,
    waiting: VecDeque<Bytes>,
}

impl Subscription {
    async fn next(&mut self) -> Bytes {
        loop {
            if let Some(piece) = self.waiting.pop_front() {
                return piece;
            }
            tokio::time::sleep(POLL).await;
            let now = clock::micros();
            let mut rows = Vec::new();
            for run in self.producer.between(self.told, now) {
                match run {
                    Run::Rows(more) => rows.extend_from_slice(&more),
                    Run::Break => {
                        self.waiting.push_back(std::mem::take(&mut rows).into());
                        self.waiting
                            .push_back(vec![0; self.layout.row_size()].into());
                    }
                }
            }
            self.waiting.push_back(rows.into());
            self.waiting.retain(|piece| !piece.is_empty());
            self.told = now;
        }
    }
}
