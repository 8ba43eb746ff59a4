//! Extra streams: those that whoever starts a sandbox adds to it, and no client could make.

use std::io;

use serde_json::Map;

use super::data_stream::DataFacts;
use super::event_stream::EventFacts;
use super::layout::Layout;
use super::node::Node;
use super::sink::Sink;
use super::source::Source;
use super::synthetic::Synthetic;
use super::time::Micros;

/// A stream to be added.
#[derive(Clone, Debug)]
pub(crate) struct ExtraStream {
    pub(crate) path: String,
    pub(crate) kind: ExtraKind,
}

#[derive(Clone, Debug)]
pub(crate) enum ExtraKind {
    /// So many rows are computed when they are read.
    Synthetic { layout: String, rows: u64 },
    /// Rows are counted and dropped.
    Sink { layout: String },
    /// An event stream that a configuration file describes.
    ConfiguredEvents,
}

impl ExtraStream {
    pub(crate) fn add(&self, node: &mut Node, now: Micros) -> io::Result<()> {
        self.made(node, now).ok_or_else(|| {
            let what = format!("no stream can be made at {}: {:?}", self.path, self.kind);
            io::Error::new(io::ErrorKind::InvalidInput, what)
        })
    }

    fn made(&self, node: &mut Node, now: Micros) -> Option<()> {
        match &self.kind {
            ExtraKind::Synthetic { layout, rows } => {
                let layout = layout.parse().ok()?;
                let rows = Source::Synthetic(Synthetic::new(layout, *rows)?);
                // Whatever computes them is in the way of writers.
                self.made_of(node, layout, rows, true, now)
            }
            ExtraKind::Sink { layout } => {
                let layout = layout.parse().ok()?;
                self.made_of(node, layout, Source::Sink(Sink::new(layout)), false, now)
            }
            ExtraKind::ConfiguredEvents => {
                let facts = |name: &str| EventFacts {
                    name: name.to_owned(),
                    description: Some(String::new()),
                    event_fields: Map::new(),
                    chunk_duration_us: 0,
                    keep_us: -1,
                };
                let id = node.add_stream_at(&self.path, facts, now)?;
                node.event_streams.get_mut(id)?.is_configured = true;
                Some(())
            }
        }
    }

    fn made_of(
        &self,
        node: &mut Node,
        layout: Layout,
        rows: Source,
        is_destination: bool,
        now: Micros,
    ) -> Option<()> {
        let names: Vec<String> = (0..layout.width).map(|index| format!("e{index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let facts = |name: &str| DataFacts {
            decimate: false,
            ..DataFacts::new(name, layout, &names)
        };
        let id = node.add_stream_at(&self.path, facts, now)?;
        let stream = node.data_streams.get_mut(id)?;
        stream.content = rows;
        stream.is_destination = is_destination;
        Some(())
    }
}
