//! GET /data and /data.json: rows that are stored, at a level of decimation.

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;

use super::unread::Unread;
use super::{address, subscription};
use crate::sandbox::ids::Ids;
use crate::sandbox::joule::{
    model::{
        bounds::Bounds,
        connections::Connection,
        data_stream::DataStream,
        decimator::coarseness,
        extraction::Extraction,
        layout::Layout,
        node::{self, Shared},
        source::Source,
        store::Store,
        synthetic::Generator,
        time::{check_year, through_float},
    },
    wire::{Answer, error::Failure, reply::Reply, request::Request, rows},
};
use crate::sandbox::lock;

/// What a read finds.
enum Found {
    /// The stream has no rows to tell of, or not at this level: an empty body.
    Nothing(Layout, u64),
    Rows(Extraction),
    Computed(Layout, Generator),
}

/// GET /data
pub(crate) async fn binary(unread: Unread) -> Answer {
    let Unread { node, request, .. } = unread;
    if request.query("subscribe") == Some("1") {
        return subscription::subscribe(&node, &request);
    }
    let connection = node::connection(&node).await;
    let mut guard = lock(&node);
    let cuts = guard.cuts();
    let stream = address::data_stream(&mut guard, &request)?;
    match find(stream, &request)? {
        Found::Nothing(layout, level) => {
            let nothing = streamed(std::iter::empty(), connection);
            Ok(Reply::rows(layout, level, nothing))
        }
        Found::Computed(layout, rows) => Ok(Reply::rows(layout, 1, streamed(rows, connection))),
        Found::Rows(mut extraction) => {
            let (layout, level) = (extraction.layout, extraction.level);
            let first = stream
                .content
                .store()
                .and_then(|store| extraction.next(store));
            let rows = Reading {
                node: node.clone(),
                stream: stream.id,
                extraction,
                waiting: first.ok_or_else(|| Failure::disguised("this stream has no data"))?,
                cuts,
            };
            Ok(Reply::rows(layout, level, streamed(rows, connection)))
        }
    }
}

/// GET /data.json
pub(crate) async fn json(unread: Unread) -> Answer {
    let Unread { node, request, .. } = unread;
    if request.query("subscribe") == Some("1") {
        return Err(Failure::bad_request("JSON subscription not implemented"));
    }
    let _connection = node::connection(&node).await;
    let mut guard = lock(&node);
    let stream = address::data_stream(&mut guard, &request)?;
    let (level, intervals) = match find(stream, &request)? {
        Found::Nothing(_, level) => (level, "[]".to_owned()),
        Found::Computed(layout, rows) => (1, rows::to_json(layout, rows)),
        Found::Rows(mut extraction) => {
            let (layout, level) = (extraction.layout, extraction.level);
            let store = stream.content.store();
            let blocks = store.into_iter().flat_map(|store| {
                std::iter::from_fn(|| extraction.next(store)).collect::<Vec<_>>()
            });
            (level, rows::to_json(layout, blocks))
        }
    };
    // Where nothing was read the node does not get to know the level.
    let level = if intervals.is_empty() { 1 } else { level };
    Ok(Reply::json_text(format!(
        "{{\"data\": [{intervals}], \"decimation_factor\": {level}}}"
    )))
}

fn find(stream: &mut DataStream, request: &Request) -> Result<Found, Failure> {
    let layout = stream.layout();
    let bounds = request.bounds()?;
    let max_rows = positive(request, "max-rows")?;
    let level = positive(request, "decimation-level")?;
    let store = match &stream.content {
        Source::Stored(store) => store,
        Source::Synthetic(synthetic) => {
            let rows = synthetic.read(bounds);
            let level = level.or(max_rows.map(|max| coarseness(rows.left(), max)));
            return Ok(match level {
                None | Some(1) => Found::Computed(layout, rows),
                Some(level) => Found::Nothing(layout.decimated(), level),
            });
        }
        Source::Empty | Source::Sink(_) => {
            return Ok(match level {
                None | Some(1) => Found::Nothing(layout, 1),
                Some(level) => Found::Nothing(layout.decimated(), level),
            });
        }
    };
    let clipped = store.bounds().map(|(first, end)| {
        let (first, end) = (through_float(first), through_float(end));
        let start = bounds.start.map_or(first, |start| start.max(first));
        (start, bounds.end.map_or(end, |bound| bound.min(end)))
    });
    if let Some((start, end)) = clipped {
        check_year(start)?;
        check_year(end)?;
    }
    let level = match (level, max_rows) {
        (Some(level), _) => level,
        (None, None) => 1,
        (None, Some(max)) => {
            let rows = clipped.map_or(0, |(start, end)| store.estimate(start, end));
            if rows == 0 {
                return Ok(Found::Nothing(layout, 1));
            }
            coarseness(rows as u64, max)
        }
    };
    let bounds = Bounds {
        start: clipped.map(|(start, _)| start),
        end: clipped.map(|(_, end)| end),
    };
    if store.level(level).is_none() {
        return Ok(missing_level(store, layout, level));
    }
    Ok(Found::Rows(Extraction::new(store, level, bounds)))
}

fn missing_level(store: &Store, layout: Layout, level: u64) -> Found {
    match store.bounds() {
        Some(_) => Found::Nothing(layout.decimated(), level),
        // Without rows Joule does not come to look for the level.
        None => Found::Rows(Extraction::new(store, 1, Bounds::default())),
    }
}

fn positive(request: &Request, name: &str) -> Result<Option<u64>, Failure> {
    let refused = || Failure::bad_request(format!("[{name}] must be > 0"));
    let positive = |number: i128| match number {
        1.. => Ok(u64::try_from(number).unwrap_or(u64::MAX)),
        _ => Err(refused()),
    };
    request.integer(name)?.map(positive).transpose()
}

/// A body that is made while it leaves, and holds its connection until the last piece has left.
fn streamed(pieces: impl Iterator<Item = Bytes> + Send + 'static, connection: Connection) -> Body {
    Body::from_stream(stream::iter(pieces.map(move |piece| {
        let _held = &connection;
        Ok::<_, Infallible>(piece)
    })))
}

/// Stored rows on their way.
struct Reading {
    node: Shared,
    stream: i64,
    extraction: Extraction,
    /// A block that has been fetched, and not left yet.
    waiting: Bytes,
    /// Where blocks are cut, if they are.
    cuts: Option<Ids>,
}

impl Iterator for Reading {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        if self.waiting.is_empty() {
            let mut node = lock(&self.node);
            let stream = node.data_streams.get_mut(self.stream)?;
            self.waiting = self.extraction.next(stream.content.store()?)?;
        }
        let length = self.waiting.len();
        let piece = self.cuts.as_mut().map_or(length, |cuts| {
            1 + usize::try_from(cuts.next() % length as u64).unwrap_or_default()
        });
        Some(self.waiting.split_to(piece))
    }
}
