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
    metered::Metered,
    pulse::{Beat, Pulse},
};
use crate::Secret;

const HEARTBEAT: Utf8Bytes = Utf8Bytes::from_static(r#"{"type":"heartbeat"}"#);

/// Bytes that the library reads at once.
const USUAL: usize = 128 << 10;

/// A connection.
pub(super) struct Line {
    socket: WebSocket,
    /// What no text repeats: the id of its session, and the credentials.
    pub(super) secrets: Vec<Secret>,
    pub(super) pulse: Pulse,
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
    /// Bytes of the largest message.
    widest: usize,
}

impl Line {
    pub(super) fn new(opened: Opened, heartbeat: Duration) -> Self {
        Self {
            socket: opened.socket,
            secrets: opened.secrets,
            pulse: Pulse::new(heartbeat),
            control: VecDeque::new(),
            is_unflushed: false,
            farewell: None,
            is_paused: false,
            resubscribing: Vec::new(),
            begun: Instant::now(),
            read: 0,
            written: 0,
            widest: 0,
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

    /// Notices what has passed: what comes is a sign of life, and so is what leaves after it had to wait, since the server has made
    /// room for it.
    pub(super) fn notice(&mut self) {
        let Metered { read, written, .. } = self.socket.get_ref();
        let has_come = std::mem::replace(&mut self.read, *read) != *read;
        let has_left = std::mem::replace(&mut self.written, *written) != *written;
        if has_come || has_left && self.pulse.is_stuck() {
            self.pulse.heard();
        }
        if has_left {
            self.pulse.writes(false);
        }
    }

    /// Whether a slice of what was read keeps little else in memory: the buffer for reading becomes as large as the largest message.
    pub(super) fn may_slice(&self) -> bool {
        self.widest <= USUAL
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
        let message = ready!(Pin::new(&mut self.socket).poll_next(context));
        if let Some(Ok(message)) = &message {
            self.widest = self.widest.max(message.len());
        }
        Poll::Ready(message)
    }
}
