//! Modules: the programs of a node that write to streams.

use super::data_stream::DataStream;
use super::inserter::Inserter;
use super::layout::Layout;
use super::producer::Producer;
use super::store::Run;
use super::time::Micros;

/// A module that runs.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Whether it has pages.
    pub(crate) is_app: bool,
    /// The number of the stream that it writes.
    pub(crate) output: i64,
    pub(crate) producer: Producer,
    layout: Layout,
    inserter: Inserter,
    pub(crate) started: Micros,
    /// Until when its rows are stored.
    stored: Micros,
}

impl Module {
    pub(crate) fn new(
        name: &'static str,
        description: &'static str,
        output: i64,
        layout: Layout,
        producer: Producer,
        started: Micros,
    ) -> Self {
        Self {
            name,
            description,
            is_app: false,
            output,
            producer,
            layout,
            inserter: Inserter::new(layout, 0),
            started,
            stored: started - 1,
        }
    }

    /// Stores in its stream what it has written until now.
    pub(crate) fn write(&mut self, stream: &mut DataStream, now: Micros) {
        let token = vec![0; self.layout.row_size()];
        for run in self.producer.between(self.stored, now) {
            let rows = match &run {
                Run::Rows(rows) => rows,
                Run::Break => &token[..],
            };
            // A clock that was set back would write rows again, which are refused.
            let _ = self.inserter.take(stream, rows);
        }
        self.stored = now.max(self.stored);
    }
}
