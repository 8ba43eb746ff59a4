//! One connection: what goes out, what comes in, and whether it lives.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::Stream;
use futures_util::Sink;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{
    self, Message, Utf8Bytes,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use super::{
    handshake::{Opened, WebSocket},
    pulse::{Beat, Pulse},
};
use crate::Secret;

const HEARTBEAT: Utf8Bytes = Utf8Bytes::from_static(r#"{"type":"heartbeat"}"#);

/// A connection.
pub(super) struct Line {
    socket: WebSocket,
    /// The id of its session.
    pub(super) session: Secret,
    pulse: Pulse,
    /// What is no request and goes out first.
    control: VecDeque<Message>,
    is_unflushed: bool,
    /// The server's goodbye.
    pub(super) farewell: Option<Option<CloseFrame>>,
    /// Whether the connection is read no further.
    pub(super) is_paused: bool,
    /// Subscriptions that are made again: the ids of their requests.
    pub(super) resubscribing: Vec<u64>,
    begun: Instant,
    /// Bytes that had passed when it was last looked at.
    read: u64,
    written: u64,
}

impl Line {
    pub(super) fn new(opened: Opened, heartbeat: Duration) -> Self {
        Self {
            socket: opened.socket,
            session: opened.session,
            pulse: Pulse::new(heartbeat),
            control: VecDeque::new(),
            is_unflushed: false,
            farewell: None,
            is_paused: false,
            resubscribing: Vec::new(),
            begun: Instant::now(),
            read: 0,
            written: 0,
        }
    }

    /// Whether subscriptions have not been made again in this time.
    pub(super) fn waits_for_subscriptions(&self, time: Duration) -> bool {
        !self.resubscribing.is_empty() && self.begun.elapsed() >= time
    }

    /// A period is over.
    pub(super) fn poll_beat(&mut self, context: &mut Context<'_>) -> Poll<Beat> {
        if self.is_paused {
            // Who does not listen hears nothing.
            self.pulse.heard();
        }
        let beat = ready!(self.pulse.poll(context));
        if beat == Beat::Due && self.control.is_empty() {
            self.control.push_back(Message::Text(HEARTBEAT));
            // A server that says nothing to a heartbeat answers this.
            self.control.push_back(Message::Ping(Default::default()));
        }
        Poll::Ready(beat)
    }

    /// Notices what has come: the server lives.
    pub(super) fn notice_read(&mut self) {
        let read = self.socket.get_ref().read;
        if std::mem::replace(&mut self.read, read) != read {
            self.pulse.heard();
        }
    }

    /// Notices what has left, and whether something waits to.
    pub(super) fn notice_written(&mut self, waits: bool) {
        let written = self.socket.get_ref().written;
        if std::mem::replace(&mut self.written, written) != written {
            self.pulse.writes(false);
        }
        self.pulse.writes(waits);
    }

    /// Says goodbye.
    pub(super) fn close(&mut self) {
        self.control.push_back(Message::Close(Some(CloseFrame {
            code: CloseCode::Normal,
            reason: Utf8Bytes::default(),
        })));
    }

    /// Ready when the next message can be given away.
    pub(super) fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), tungstenite::Error>> {
        loop {
            ready!(Pin::new(&mut self.socket).poll_ready(context))?;
            match self.control.pop_front() {
                Some(message) => self.give(message)?,
                None => return Poll::Ready(Ok(())),
            }
        }
    }

    /// Gives a message away; it leaves with the next flush at the latest.
    pub(super) fn give(&mut self, message: Message) -> Result<(), tungstenite::Error> {
        self.is_unflushed = true;
        Pin::new(&mut self.socket).start_send(message)
    }

    /// Ready when all that was given away has left.
    pub(super) fn poll_flush(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), tungstenite::Error>> {
        // The answer to a goodbye is the library's to give.
        if self.is_unflushed || self.farewell.is_some() {
            ready!(Pin::new(&mut self.socket).poll_flush(context))?;
            self.is_unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// The next message; nothing after the end.
    pub(super) fn poll_message(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Message, tungstenite::Error>>> {
        Pin::new(&mut self.socket).poll_next(context)
    }
}
