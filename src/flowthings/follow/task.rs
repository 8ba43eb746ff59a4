//! The task that listens to the WebSocket, and finds what it did not hear.

use std::{collections::VecDeque, future::pending, pin::pin, time::Duration};

use futures_util::{
    FutureExt as _,
    future::{Either, select},
};
use tokio::{sync::mpsc, task::yield_now, time::sleep};

use super::{
    NEWEST,
    event::FollowEvent,
    pass::{Join, Pass},
    record::Record,
    settings::Settings,
    source::Source,
};
use crate::{
    Error, ErrorKind, Result,
    call::BoxFuture,
    flowthings::{Event, Socket, calls::DropFindMany, types::Drop},
};

/// More than wait in the queue of a socket.
const MOST_HEARD: usize = 1 << 16;

/// Events that are heard before other tasks have their turn.
const AT_ONCE: usize = 32;

/// What the task tells.
pub(super) enum Told {
    /// With the date before which nothing is left.
    Event(FollowEvent, i64),
    Failure(Error),
    End,
}

/// What listens and finds.
pub(super) struct Task {
    source: Source,
    settings: Settings,
    socket: Socket,
    record: Record,
    told: mpsc::Sender<Told>,
    /// What is told next.
    ready: VecDeque<Told>,
    /// What was pushed while something is missing.
    held: VecDeque<Drop>,
    /// Whether something is missing.
    is_missing: bool,
    /// Whether a reading is to begin for it.
    is_due: bool,
    pass: Option<Pass>,
    /// A page of which it is not known whether something is lost before it.
    doubtful: Option<Vec<Drop>>,
    /// Whether nothing counts as lost: the follower begins with what it finds, and has missed nothing since.
    begins_now: bool,
    connection: Connection,
    work: Option<BoxFuture<Done>>,
    waits: Box<dyn Iterator<Item = Duration> + Send>,
    wait: Option<Duration>,
    has_ended: bool,
}

/// The connection of the socket.
struct Connection {
    /// How many there were before.
    number: u64,
    is_open: bool,
    is_subscribed: bool,
    /// Whether a subscription may not have been made again.
    is_doubtful: bool,
}

/// What has come of a request.
enum Done {
    Page(Result<Vec<Drop>>),
    Whole(Result<bool>),
    /// On the connection with this number.
    Subscribed(u64, Result<()>),
}

enum Turn {
    Heard(Result<Option<Event>>),
    Given(bool),
    Done(Done),
}

impl Task {
    /// The socket is subscribed.
    pub(super) fn new(
        source: Source,
        settings: Settings,
        socket: Socket,
        record: Record,
        begins_now: bool,
        told: mpsc::Sender<Told>,
    ) -> Self {
        Self {
            waits: Box::new(settings.retry.waits()),
            source,
            settings,
            socket,
            record,
            told,
            ready: VecDeque::new(),
            held: VecDeque::new(),
            is_missing: true,
            is_due: true,
            pass: None,
            doubtful: None,
            begins_now,
            connection: Connection {
                number: 0,
                is_open: true,
                is_subscribed: true,
                is_doubtful: false,
            },
            work: None,
            wait: None,
            has_ended: false,
        }
    }

    /// Lives as long as the follower does.
    pub(super) async fn run(mut self) {
        loop {
            self.plan();
            if self.has_ended && self.ready.is_empty() {
                return;
            }
            match self.turn().await {
                Turn::Heard(heard) => {
                    self.hear(heard);
                    // The queue of the socket gives nobody else a turn.
                    yield_now().await;
                }
                Turn::Given(true) => {}
                Turn::Given(false) => return,
                Turn::Done(done) => {
                    self.work = None;
                    self.listen().await;
                    if !self.has_ended {
                        self.done(done);
                    }
                }
            }
        }
    }

    /// What happens next.
    async fn turn(&mut self) -> Turn {
        let Self {
            socket,
            told,
            ready,
            work,
            has_ended,
            ..
        } = self;
        let working = pin!(async {
            match work {
                Some(work) => work.await,
                None => pending().await,
            }
        });
        let giving = pin!(async {
            if ready.is_empty() {
                return pending().await;
            }
            let Ok(room) = told.reserve().await else {
                return false;
            };
            if let Some(next) = ready.pop_front() {
                room.send(next);
            }
            true
        });
        let hearing = pin!(async {
            match has_ended {
                false => socket.next().await,
                true => pending().await,
            }
        });
        match select(working, select(giving, hearing)).await {
            Either::Left((done, _)) => Turn::Done(done),
            Either::Right((Either::Left((given, _)), _)) => Turn::Given(given),
            Either::Right((Either::Right((heard, _)), _)) => Turn::Heard(heard),
        }
    }

    /// Hears what has arrived: an answer tells of a time after it.
    async fn listen(&mut self) {
        for number in 1..=MOST_HEARD {
            if number % AT_ONCE == 0 {
                yield_now().await;
            }
            if self.has_ended {
                return;
            }
            let Some(heard) = self.socket.next().now_or_never() else {
                return;
            };
            self.hear(heard);
        }
    }

    fn hear(&mut self, heard: Result<Option<Event>>) {
        match heard {
            Ok(Some(Event::Message { drop, .. })) => self.pushed(*drop),
            Ok(Some(Event::Closed { .. })) => {
                self.record.close();
                self.connection = Connection {
                    number: self.connection.number.wrapping_add(1),
                    is_open: false,
                    is_subscribed: false,
                    is_doubtful: false,
                };
                self.miss();
            }
            Ok(Some(Event::Reconnected)) => {
                self.connection.is_open = true;
                self.connection.is_subscribed = !self.connection.is_doubtful;
            }
            Ok(Some(Event::Missed(_))) => {
                // Among it may be that the connection has ended, and that it is there again.
                self.connection = Connection {
                    number: self.connection.number.wrapping_add(1),
                    is_open: true,
                    is_subscribed: false,
                    is_doubtful: false,
                };
                self.miss();
            }
            Ok(None) => self.end(),
            Err(error) => {
                // It may be that of a drop that could not be read, or of a subscription.
                self.connection.is_doubtful = true;
                self.miss();
                self.tell(error);
            }
        }
    }

    /// A drop was pushed.
    fn pushed(&mut self, drop: Drop) {
        self.record.push(&drop);
        if self.record.has(&drop) {
            return;
        }
        if !self.is_missing && self.ready.len() < self.settings.buffer {
            self.go_live(drop);
            return self.record.forget(None);
        }
        if !self.is_missing {
            // It is found when the others have been taken.
            return self.miss();
        }
        if self.held.len() >= self.settings.buffer {
            // Some have been found.
            self.held.retain(|drop| !self.record.has(drop));
            if self.held.len() > self.settings.buffer / 2 {
                self.held.clear();
                return self.miss();
            }
        }
        self.held.push_back(drop);
    }

    /// Something is missing.
    fn miss(&mut self) {
        self.is_missing = true;
        self.is_due = true;
        self.begins_now = false;
    }

    /// Hands out what was pushed when nothing before it is missing.
    fn go_live(&mut self, drop: Drop) {
        self.hand_out(drop);
        if let Some(passed) = self.record.passed() {
            self.record.settle(passed);
        }
    }

    fn hand_out(&mut self, drop: Drop) {
        if let Some(drop) = self.record.take(drop) {
            let event = FollowEvent::Drop(Box::new(drop));
            self.ready.push_back(Told::Event(event, self.record.since));
        }
    }

    /// Tells a failure, in the place of one before that nobody has heard.
    fn tell(&mut self, error: Error) {
        if let Some(Told::Failure(before)) = self.ready.back_mut() {
            *before = error;
        } else {
            self.ready.push_back(Told::Failure(error));
        }
    }

    /// What has failed is tried again after a wait, if it is to be.
    fn fail(&mut self, error: Error) {
        self.tell(error);
        self.wait = self.waits.next();
        if self.wait.is_none() {
            self.end();
        }
    }

    fn end(&mut self) {
        self.has_ended = true;
        self.work = None;
        self.ready.push_back(Told::End);
    }

    /// Begins what is to be done next. Pages wait until the one before has been taken.
    fn plan(&mut self) {
        if self.has_ended || self.work.is_some() || !self.is_missing {
            return;
        }
        if self.pass.is_none() && !self.is_due {
            self.is_missing = false;
            self.begins_now = false;
            for drop in std::mem::take(&mut self.held) {
                self.go_live(drop);
            }
            self.record.forget(None);
            return;
        }
        let wait = self.wait.take();
        let source = self.source.clone();
        let work: BoxFuture<Done> = if self.doubtful.is_some()
            && let Some(pass) = &self.pass
        {
            let (since, has_seen) = (pass.since, self.record.is_anchored);
            Box::pin(async move { Done::Whole(source.holds_all(since, has_seen).await) })
        } else if self.pass.is_some() || self.connection.is_subscribed {
            if !self.ready.is_empty() {
                self.wait = wait;
                return;
            }
            let since = self.record.since;
            let pass = self.pass.get_or_insert_with(|| {
                self.is_due = false;
                Pass::new(since)
            });
            pass.asked = self.record.clock();
            let asked = source.page(pass.since, pass.skipped, self.settings.page);
            Box::pin(asked.map(Done::Page))
        } else if self.connection.is_open {
            let (handle, number) = (self.socket.handle().clone(), self.connection.number);
            Box::pin(async move { Done::Subscribed(number, handle.subscribe(source.flow).await) })
        } else {
            self.wait = wait;
            return;
        };
        self.work = Some(match wait {
            Some(wait) => Box::pin(async move {
                sleep(wait).await;
                work.await
            }),
            None => work,
        });
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Page(Ok(page)) => self.turned(page),
            Done::Page(Err(error)) => {
                if error.is_too_large() {
                    self.settings.page = (self.settings.page / 2).max(2);
                }
                self.fail(error);
            }
            Done::Whole(Ok(is_whole)) => {
                if let Some(page) = self.doubtful.take() {
                    self.accept(page, !is_whole);
                }
            }
            Done::Subscribed(number, Ok(())) => {
                self.waits = Box::new(self.settings.retry.waits());
                if self.connection.number == number {
                    self.connection.is_subscribed = true;
                    self.connection.is_doubtful = false;
                }
            }
            Done::Whole(Err(error)) | Done::Subscribed(_, Err(error)) => self.fail(error),
        }
    }

    /// A page has come.
    fn turned(&mut self, page: Vec<Drop>) {
        let Some(pass) = &mut self.pass else {
            return;
        };
        let join = pass.join(&page);
        let is_known = |drop: &Drop| self.record.has(drop);
        match join {
            Join::Torn => {}
            Join::Wrong(why) => {
                let error = Error::of(ErrorKind::Decode, DropFindMany::OPERATION, why);
                self.fail(error.with_maybe_sent(false));
            }
            Join::Open if !self.begins_now && !page.iter().any(is_known) => {
                self.doubtful = Some(page);
            }
            Join::Open | Join::Joined => self.accept(page, false),
        }
    }

    /// Hands out what is on a page.
    fn accept(&mut self, page: Vec<Drop>, is_lossy: bool) {
        let Some(pass) = &mut self.pass else {
            return;
        };
        self.waits = Box::new(self.settings.retry.waits());
        if is_lossy {
            let to = page.iter().filter_map(|drop| drop.creation_date).min();
            let from = self.record.lost_since(to);
            self.record.is_anchored = false;
            let gap = FollowEvent::Gap { from, to };
            self.ready.push_back(Told::Event(gap, self.record.since));
        }
        let mut passed = pass.reach(&page, self.record.overlap);
        match pass.turn(&page, self.settings.page.min(NEWEST)) {
            true => passed = passed.min(pass.since),
            false => self.pass = None,
        }
        for drop in page {
            self.hand_out(drop);
        }
        self.record.settle(passed);
        let waiting = self.held.iter().filter_map(|drop| drop.creation_date);
        self.record.forget(waiting.min());
    }
}
