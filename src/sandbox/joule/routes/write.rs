//! POST /data: rows from a client.

use axum::body::Body;
use futures_util::StreamExt as _;

use super::address;
use super::unread::Unread;
use crate::sandbox::drain::linger;
use crate::sandbox::joule::{
    model::{
        inserter::{Inserter, Refusal},
        node::{self, Shared},
        source::Source,
    },
    wire::{Answer, error::Failure, python::integer, reply::Reply, request::Request},
};
use crate::sandbox::lock;

/// POST /data
pub(crate) async fn write(unread: Unread) -> Answer {
    let Unread {
        node,
        request,
        body,
    } = unread;
    let connection = node::connection(&node).await;
    let mut writing = match Writing::begin(node.clone(), &request) {
        Ok(writing) => writing,
        Err(failure) => {
            linger(body);
            return Err(failure);
        }
    };
    drop(connection);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        // The rows that came before a client went away stay.
        let Ok(chunk) = chunk else { break };
        let _connection = node::connection(&node).await;
        if let Err(refusal) = writing.take(&chunk) {
            linger(Body::from_stream(chunks));
            return Err(refusal.into());
        }
    }
    Ok(Reply::ok())
}

/// A stream that is being written to; it is active until this is dropped.
struct Writing {
    node: Shared,
    stream: i64,
    inserter: Inserter,
}

impl Writing {
    fn begin(node: Shared, request: &Request) -> Result<Self, Failure> {
        let mut guard = lock(&node);
        let stream = address::data_stream(&mut guard, request)?;
        if stream.is_destination {
            let name = &stream.facts.name;
            let reason = format!("DataStream [{name}] is already being produced");
            return Err(Failure::bad_request(reason));
        }
        let merge_gap = merge_gap(request)?;
        stream.is_destination = true;
        let (layout, id) = (stream.layout(), stream.id);
        // Also a write without rows makes the tables.
        stream.content.create(layout);
        drop(guard);
        Ok(Self {
            node,
            stream: id,
            inserter: Inserter::new(layout, merge_gap),
        })
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        let mut node = lock(&self.node);
        // Gone is gone: another client has deleted it.
        let Some(stream) = node.data_streams.get_mut(self.stream) else {
            return Ok(());
        };
        if let Source::Sink(sink) = &mut stream.content {
            sink.swallow(chunk.len());
            return Ok(());
        }
        self.inserter.take(stream, chunk)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(stream) = lock(&self.node).data_streams.get_mut(self.stream) {
            stream.is_destination = false;
        }
    }
}

fn merge_gap(request: &Request) -> Result<i64, Failure> {
    let Some(text) = request.query("merge-gap") else {
        return Ok(0);
    };
    match integer(text).map(i64::try_from) {
        None => Err(Failure::bad_request("merge-gap must be an integer")),
        Some(Ok(gap)) if gap >= 0 => Ok(gap),
        Some(_) => Err(Failure::bad_request("merge-gap must be >= 0")),
    }
}
