//! The task that holds the connection, and opens it again.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::poll_fn,
    ops::Deref,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::future::{self, Either};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, Sleep, sleep},
};
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes, protocol::CloseFrame};

use super::{
    ask::{Ask, Asking, Fate, Ids, Subscription},
    event::Event,
    event_queue::EventQueue,
    failure::{failure, lost, unreadable},
    frame::{Frame, Reply, begins_as_message},
    handshake::{Opened, open},
    line::Line,
    pulse::Beat,
    settings::Settings,
    slot::MOST_AWAITED,
    topic::Topic,
};
use crate::{
    Error, ErrorKind, Json, Result, Secret,
    error::ServerMessage,
    flowthings::{Sessions, generated::rows::SESSION_WEBSOCKET},
    transport::hidden,
    value::json::has_at_most,
};

/// So many requests have gone to the server at most before those that were given up are forgotten.
const MOST_PENDING: usize = 2 * MOST_AWAITED;
/// Messages that are read before other tasks have their turn.
const AT_ONCE: usize = 32;
/// How long the server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);
const NORMAL: u16 = 1000;

/// The connection of a socket, over all its sessions.
pub(super) struct Connection {
    sessions: Sessions,
    settings: Settings,
    asks: mpsc::Receiver<Ask>,
    closing: Closing,
    events: Ending,
    topics: BTreeSet<Topic>,
    /// Requests that have gone to the server.
    pending: BTreeMap<u64, Ask>,
    /// Subscriptions that are to be made again.
    again: Vec<Ask>,
    ids: Ids,
}

/// Whether the socket is to be closed.
struct Closing {
    asked: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// When to wait no longer for the server.
    until: Option<Pin<Box<Sleep>>>,
}

/// Why a connection has ended.
enum End {
    /// We said goodbye.
    Ours,
    /// The server did.
    Theirs(Option<CloseFrame>),
    /// It is of no more use.
    Lost(Error),
}

impl Connection {
    pub(super) fn new(
        sessions: Sessions,
        settings: Settings,
        asks: mpsc::Receiver<Ask>,
        mut closing: watch::Receiver<bool>,
        ids: Ids,
        events: Arc<EventQueue>,
    ) -> Self {
        let asked = Box::pin(async move {
            if closing.wait_for(|closing| *closing).await.is_err() {
                // Nobody is left who could ask.
                future::pending::<()>().await;
            }
        });
        Self {
            sessions,
            settings,
            asks,
            closing: Closing { asked, until: None },
            events: Ending(events),
            topics: BTreeSet::new(),
            pending: BTreeMap::new(),
            again: Vec::new(),
            ids,
        }
    }

    /// Lives as long as the socket does.
    pub(super) async fn run(mut self, opened: Opened) {
        let mut waits = self.settings.reconnect.waits();
        let mut line = Line::new(opened, self.settings.heartbeat);
        loop {
            let begun = Instant::now();
            let end = poll_fn(|context| self.poll(&mut line, context)).await;
            let is_ours = matches!(end, End::Ours);
            self.end(end, &line.secrets);
            if is_ours {
                return self.events.end(None);
            }
            if begun.elapsed() >= self.settings.heartbeat {
                waits = self.settings.reconnect.waits();
            }
            drop(line);
            let Some(opened) = self.reopen(&mut waits).await else {
                return;
            };
            line = Line::new(opened, self.settings.heartbeat);
            self.resubscribe(&mut line);
        }
    }

    /// Opens the connection again, unless it is not to be.
    async fn reopen(&mut self, waits: &mut impl Iterator<Item = Duration>) -> Option<Opened> {
        let mut last = None;
        loop {
            let Some(wait) = waits.next() else {
                let what = "the connection has ended, and is not opened again";
                let error = last.unwrap_or_else(|| failure(ErrorKind::Broken, what));
                self.events.end(Some(error));
                return None;
            };
            let opening = Box::pin(async {
                sleep(wait).await;
                open(&self.sessions, self.settings.limit).await
            });
            let opened = match future::select(opening, self.closing.asked.as_mut()).await {
                Either::Left((opened, _)) => opened,
                Either::Right(_) => {
                    self.events.end(None);
                    return None;
                }
            };
            match opened {
                Ok(opened) => return Some(opened),
                Err(error) if is_final(&error) => {
                    self.events.end(Some(error));
                    return None;
                }
                Err(error) => {
                    self.events.tell_attempt(error.clone());
                    last = Some(error);
                }
            }
        }
    }

    /// Makes the subscriptions again.
    fn resubscribe(&mut self, line: &mut Line) {
        self.again.clear();
        for topic in &self.topics {
            let subscription = Subscription {
                topic: topic.clone(),
                begins: true,
            };
            let id = self.ids.next();
            let (text, secrets) = Asking::of_topic(&subscription).text(id);
            // A text can always be written.
            if let Ok(text) = text {
                line.resubscribing.push(id);
                self.again.push(Ask {
                    id,
                    text: text.into(),
                    subscription: Some(subscription),
                    reply: None,
                    _slot: None,
                    fate: Fate::default(),
                    secrets,
                });
            }
        }
        if line.resubscribing.is_empty() {
            self.events.push(Ok(Event::Reconnected), 0);
        }
    }

    /// Drives the connection until it ends.
    fn poll(&mut self, line: &mut Line, context: &mut Context<'_>) -> Poll<End> {
        if self.closing.poll(context).is_ready() {
            self.fail_all("the socket was closed before the reply");
            line.close();
        }
        if self.closing.is_begun() {
            // Who asks now fails at once. The channel closes with the task, for which `close` waits.
            while let Poll::Ready(Some(_)) = self.asks.poll_recv(context) {}
        }
        if self.closing.is_over(context) {
            return Poll::Ready(End::Ours);
        }
        line.notice();
        while !self.closing.is_begun()
            && let Poll::Ready(beat) = line.poll_beat(context)
        {
            let period = self.settings.heartbeat.saturating_mul(2);
            let lost = match beat {
                Beat::Due if line.waits_for_subscriptions(self.settings.timeout) => format!(
                    "subscriptions were not made again within {:?}",
                    self.settings.timeout
                ),
                Beat::Due => {
                    self.forget_abandoned();
                    continue;
                }
                Beat::Silent => format!("the server was silent for {period:?}"),
                Beat::Stuck => format!("the server took nothing for {period:?}"),
            };
            return Poll::Ready(End::Lost(failure(ErrorKind::Timeout, lost)));
        }
        let written = match self.poll_write(line, context) {
            Poll::Ready(Ok(())) => true,
            Poll::Ready(Err(error)) => {
                return Poll::Ready(match line.farewell.take() {
                    // The server has gone without hearing our answer.
                    Some(frame) => self.said(frame),
                    None => self.ended(Some(error)),
                });
            }
            Poll::Pending => false,
        };
        line.notice();
        line.pulse.writes(!written);
        if written && let Some(frame) = line.farewell.take() {
            return Poll::Ready(self.said(frame));
        }
        self.poll_read(line, context)
    }

    /// Ready when there is nothing to write.
    fn poll_write(
        &mut self,
        line: &mut Line,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), tungstenite::Error>> {
        // After the server's goodbye nothing is sent.
        while line.farewell.is_none() {
            ready!(line.poll_ready(context))?;
            if self.closing.is_begun() {
                break;
            }
            let mut ask = match self.again.pop() {
                Some(ask) => ask,
                None => match self.asks.poll_recv(context) {
                    Poll::Ready(Some(ask)) => ask,
                    Poll::Ready(None) | Poll::Pending => break,
                },
            };
            if ask.is_abandoned() || !ask.fate.send() {
                continue;
            }
            if ask.reply.is_some() && self.pending.len() >= MOST_PENDING {
                self.forget_abandoned();
            }
            let text = std::mem::take(&mut ask.text);
            self.pending.insert(ask.id, ask);
            line.give(Message::Text(text))?;
        }
        line.poll_flush(context)
    }

    /// Forgets the requests for which nobody waits, but for subscriptions, as the server may still agree to one; those too when there are
    /// very many.
    fn forget_abandoned(&mut self) {
        let pending = &mut self.pending;
        pending.retain(|_, ask| !ask.is_abandoned() || ask.subscription.is_some());
        if pending.len() >= MOST_PENDING {
            pending.retain(|_, ask| !ask.is_abandoned());
        }
    }

    /// Reads until nothing is there, or nobody has room for it.
    fn poll_read(&mut self, line: &mut Line, context: &mut Context<'_>) -> Poll<End> {
        let mut left = AT_ONCE;
        let mut has_room = false;
        let end = loop {
            line.is_paused = !has_room && !self.may_read(context);
            if line.is_paused {
                break None;
            }
            if left == 0 {
                context.waker().wake_by_ref();
                break None;
            }
            left -= 1;
            let message = match line.poll_message(context) {
                Poll::Pending => break None,
                Poll::Ready(None) => break Some(self.ended(None)),
                Poll::Ready(Some(Err(error))) => break Some(self.ended(Some(error))),
                Poll::Ready(Some(Ok(message))) => message,
            };
            has_room = match message {
                Message::Text(text) => self.take(line, text),
                Message::Binary(bytes) => match Utf8Bytes::try_from(bytes.clone()) {
                    Ok(text) => self.take(line, text),
                    Err(_) => {
                        let error = unreadable("a binary frame is not text", &bytes);
                        self.events.push(Err(error), bytes.len())
                    }
                },
                Message::Close(frame) => {
                    line.farewell = Some(frame);
                    // The answer is to be written.
                    context.waker().wake_by_ref();
                    break None;
                }
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => false,
            };
        };
        line.notice();
        match end {
            Some(end) => Poll::Ready(end),
            None => Poll::Pending,
        }
    }

    /// Whether there is room for what may come, or a reply is awaited that may stand behind it.
    fn may_read(&self, context: &mut Context<'_>) -> bool {
        self.events.poll_room(context).is_ready()
            || self.closing.is_begun()
            || self.pending.values().any(|ask| !ask.is_abandoned())
    }

    /// Takes what a frame says; `true` when there is surely room for more.
    fn take(&mut self, line: &mut Line, text: Utf8Bytes) -> bool {
        let bytes = text.as_bytes();
        if !has_at_most(&[bytes], self.settings.values) {
            let what = format!("a frame holds more than {} values", self.settings.values);
            let error = failure(ErrorKind::TooLarge, what);
            return self.events.push(Err(error), bytes.len());
        }
        if begins_as_message(&text) {
            return self.events.push_message(text, line.may_slice());
        }
        let outcome = match Frame::read(&text) {
            Ok(Frame::Message(event)) => Ok(event),
            Ok(Frame::Reply(Reply {
                id: Some(id),
                refusal,
                body,
            })) => {
                if let Some(ask) = self.pending.remove(&id) {
                    let refusal = refusal.map(|said| refused(said, &ask.secrets, &line.secrets));
                    let outcome = refusal.map_or(Ok(body), Err);
                    self.replied(line, ask, outcome);
                }
                return false;
            }
            // The server says something that no request has to do with.
            Ok(Frame::Reply(Reply {
                refusal: Some(said),
                ..
            })) => Err(refused(said, &[], &line.secrets).with_maybe_sent(false)),
            Ok(Frame::Reply(_)) => Err(unreadable("a reply lacks the id of its request", bytes)),
            Ok(Frame::Other) => return false,
            Err(error) => Err(error),
        };
        self.events.push(outcome, bytes.len())
    }

    fn replied(&mut self, line: &mut Line, ask: Ask, outcome: Result<Json>) {
        if let Some(Subscription { topic, begins }) = &ask.subscription {
            match (&outcome, begins) {
                (Ok(_), true) => {
                    self.topics.insert(topic.clone());
                }
                (Ok(_), false) => {
                    self.topics.remove(topic);
                }
                (Err(error), _) if ask.reply.is_none() => {
                    self.topics.remove(topic);
                    let what = format!("the subscription to {} was not made again", topic.as_str());
                    self.events.push(Err(error.clone().with_context(what)), 0);
                }
                (Err(_), _) => {}
            }
        }
        if ask.reply.is_none() {
            line.resubscribing.retain(|id| *id != ask.id);
            if line.resubscribing.is_empty() {
                self.events.push(Ok(Event::Reconnected), 0);
            }
        }
        ask.end(outcome);
    }

    /// The end of a connection that gives nothing more.
    fn ended(&self, error: Option<tungstenite::Error>) -> End {
        match error {
            _ if self.closing.is_begun() => End::Ours,
            Some(error) => End::Lost(lost(error)),
            None => End::Theirs(None),
        }
    }

    fn said(&self, frame: Option<CloseFrame>) -> End {
        match self.closing.is_begun() {
            true => End::Ours,
            false => End::Theirs(frame),
        }
    }

    /// Tells that a connection has ended to all that it concerns.
    fn end(&mut self, end: End, secrets: &[Secret]) {
        let (code, reason) = match end {
            End::Ours => (Some(NORMAL), "the socket was closed".to_owned()),
            End::Theirs(None) => (None, "the server ended the connection".to_owned()),
            End::Theirs(Some(frame)) => {
                let reason = hidden(frame.reason.to_string(), secrets);
                (Some(frame.code.into()), reason)
            }
            End::Lost(error) => {
                let reason = error.to_string();
                if error.is_decode() || error.is_too_large() {
                    self.events.push(Err(error), 0);
                }
                (None, reason)
            }
        };
        self.fail_all("the connection ended before the reply");
        self.events.push(Ok(Event::Closed { code, reason }), 0);
    }

    /// Fails what the server has not answered.
    fn fail_all(&mut self, what: &str) {
        for ask in std::mem::take(&mut self.pending).into_values() {
            let error = failure(ErrorKind::Broken, what).with_maybe_sent(true);
            ask.end(Err(error));
        }
    }
}

impl Closing {
    fn is_begun(&self) -> bool {
        self.until.is_some()
    }

    /// Ready when closing begins.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_begun() || self.asked.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.until = Some(Box::pin(sleep(GOODBYE)));
        Poll::Ready(())
    }

    /// Whether the server has taken too long to say goodbye.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let until = self.until.as_mut();
        until.is_some_and(|until| until.as_mut().poll(context).is_ready())
    }
}

/// Whether a session that was refused would be refused again.
fn is_final(error: &Error) -> bool {
    let is_refused = error.is_bad_request() || error.is_unauthorized() || error.is_forbidden();
    error.is_request() || is_refused && !error.is_intermediary()
}

/// The server's own words as an error, without secrets.
fn refused(said: ServerMessage, secrets: &[Secret], of_line: &[Secret]) -> Error {
    let secrets = [secrets, of_line].concat();
    let messages = said.messages.into_iter();
    let messages = messages.map(|message| hidden(message, &secrets)).collect();
    let error = Error::of(ErrorKind::Status, SESSION_WEBSOCKET, "").with_messages(messages);
    match said.status {
        Some(status) => error
            .with_status(status)
            .with_maybe_sent(!crate::error::is_untouched(status)),
        None => error,
    }
}

/// Tells who waits for events that none come any more, however that came: a panic, or the end of the runtime.
struct Ending(Arc<EventQueue>);

impl Deref for Ending {
    type Target = EventQueue;

    fn deref(&self) -> &EventQueue {
        &self.0
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let what = "the task of the socket was stopped, with its runtime or by a panic";
        self.0.end(Some(Error::stopped(what)));
    }
}
