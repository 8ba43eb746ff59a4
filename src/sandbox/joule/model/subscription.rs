//! Subscriptions: the rows of a module as it writes them.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::layout::Layout;
use super::producer::Producer;
use super::store::Run;
use super::time::Micros;
use crate::sandbox::clock;

/// How often the node looks for rows.
const POLL: Duration = Duration::from_millis(500);

/// The rows that a module writes from some time on.
#[derive(Debug)]
pub(crate) struct Subscription {
    producer: Producer,
    layout: Layout,
    /// Until when rows have been sent.
    sent: Micros,
    waiting: VecDeque<Bytes>,
}

impl Subscription {
    /// To what is written from this time on.
    pub(crate) fn new(producer: Producer, layout: Layout, from: Micros) -> Self {
        Self {
            producer,
            layout,
            sent: from,
            waiting: VecDeque::new(),
        }
    }

    /// The next rows, or a token, as soon as there are some.
    pub(crate) async fn next(&mut self) -> Bytes {
        loop {
            if let Some(piece) = self.waiting.pop_front() {
                return piece;
            }
            tokio::time::sleep(POLL).await;
            let now = clock::micros();
            let mut rows = Vec::new();
            for run in self.producer.between(self.sent, now) {
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
            self.sent = now;
        }
    }
}
