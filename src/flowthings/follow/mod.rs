//! Following a flow without gaps.
//!
//! A WebSocket tells of drops as they are written, and tells nothing of what was written while it was away. [`Api::follow`] fills that:
//! after each reconnection, and wherever the socket has lost something, it finds what is missing by `creationDate`, and hands out each
//! drop once.

mod clock;
mod event;
mod follower;
mod pass;
mod position;
mod record;
mod seen;
mod settings;
mod source;
mod task;

use std::{future::IntoFuture, time::Duration};

use self::{clock::Clock, record::Record, settings::Settings, source::Source, task::Task};
use crate::{
    Result, Retry,
    call::{BoxFuture, in_runtime},
    flowthings::{Api, calls::SessionWebsocket},
};

pub use event::FollowEvent;
pub use follower::Follower;
pub use position::FlowPosition;

/// The newest drops, which say where a flow ends. No server gives fewer at once, if it has them: so many are its default.
const NEWEST: usize = 20;
const LONGEST_OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);

/// Begins to follow a flow; [`Api::follow`] makes it, and `.await` gives the [`Follower`].
///
/// # Errors
/// Of a find in the flow, such as [`is_not_found`](crate::Error::is_not_found) where there is none; of opening the WebSocket, as
/// [`Api::websocket`]; and of the subscription.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Follow {
    source: Source,
    websocket: SessionWebsocket,
    since: Option<FlowPosition>,
    settings: Settings,
}

impl Api {
    /// Follows a flow: hands out each drop that is written to it, once, across lost connections. What begins with `/` is the path of
    /// a flow, all else its id.
    ///
    /// ```no_run
    /// use headwaters::flowthings::{FlowPosition, FollowEvent};
    ///
    /// # async fn f(api: headwaters::flowthings::Api, stored: Option<String>) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut follow = api.follow("/my-account/greenhouse");
    /// if let Some(stored) = stored {
    ///     follow = follow.since(serde_json::from_str::<FlowPosition>(&stored)?);
    /// }
    /// let mut follower = follow.await?;
    /// loop {
    ///     match follower.next().await {
    ///         Ok(Some(FollowEvent::Drop(drop))) => println!("{:?}", drop.elems),
    ///         Ok(Some(FollowEvent::Gap { from, to, .. })) => println!("lost from {from} to {to:?}"),
    ///         Ok(Some(_)) => {}
    ///         Ok(None) => break,
    ///         // It goes on after that.
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// println!("{}", serde_json::to_string(&follower.position())?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`Follow`](Follow#errors).
    pub fn follow(&self, flow: impl AsRef<str>) -> Follow {
        Follow {
            source: Source {
                api: self.clone(),
                flow: flow.as_ref().to_owned(),
            },
            websocket: self.websocket(),
            since: None,
            settings: Settings {
                page: 200,
                buffer: 1_000,
                overlap: 5_000,
                retry: Retry::default()
                    .with_attempts(u32::MAX)
                    .with_waits(Duration::from_millis(500), Duration::from_secs(30)),
            },
        }
    }
}

impl Follow {
    /// Begins at a time, in milliseconds since the Unix epoch, behind a [`Drop`](crate::flowthings::types::Drop), or where another follower
    /// [stood](Follower::position); by default with what is written from now on.
    pub fn since(mut self, position: impl Into<FlowPosition>) -> Self {
        self.since = Some(position.into());
        self
    }

    /// How many drops a find asks for at once: 200 by default, two at least.
    pub fn with_page(mut self, drops: usize) -> Self {
        self.settings.page = drops.max(2);
        self
    }

    /// How many drops wait at most to be taken: 1,000 by default, one at least. Beside them wait a page of a find, what
    /// is handed over next, and while something is missing as many of what is pushed. When there are
    /// more, what is pushed is dropped, and found again when the others have been taken.
    pub fn with_buffer(mut self, drops: usize) -> Self {
        self.settings.buffer = drops.max(1);
        self
    }

    /// By how much the `creationDate`s of two drops may contradict the order in which they can be found or are pushed: five seconds by
    /// default, a day at most. Finds go back by so much, and ids of drops are remembered for so long.
    pub fn with_overlap(mut self, overlap: Duration) -> Self {
        let overlap = overlap.min(LONGEST_OVERLAP).as_millis();
        self.settings.overlap = i64::try_from(overlap).unwrap_or(i64::MAX);
        self
    }

    /// How often in a row, and after which waits, a find or a subscription that has failed is tried again: without end by default, after
    /// waits of up to 500 ms, a second, two and so on up to 30 s. Those of a single call are the client's.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.settings.retry = retry;
        self
    }

    /// Uses a WebSocket with these settings, such as those of reconnection.
    pub fn with_websocket(mut self, websocket: SessionWebsocket) -> Self {
        self.websocket = websocket;
        self
    }

    async fn opened(self) -> Result<Follower> {
        let Self {
            source,
            websocket,
            since,
            settings,
        } = self;
        let newest = source.newest(NEWEST).await?;
        let mut clock = Clock::default();
        let dates = newest.iter().filter_map(|drop| drop.creation_date);
        dates.clone().for_each(|date| clock.observe(date));
        let socket = websocket.await?;
        socket.subscribe(&source.flow).await?;
        let begins_now = since.is_none();
        let position = since.unwrap_or_else(|| {
            // Where there are no others, all of them are known.
            let oldest = dates.min().filter(|_| newest.len() >= NEWEST);
            let mut position = FlowPosition::from(oldest.map_or(0, |date| date.saturating_add(1)));
            newest
                .iter()
                .for_each(|drop| position.pass(drop, position.since));
            position
        });
        let record = Record::new(position.clone(), clock.passed(), settings.overlap);
        Ok(Follower::start(position, settings.buffer, |told| {
            Task::new(source, settings, socket, record, begins_now, told)
        }))
    }
}

impl IntoFuture for Follow {
    type Output = Result<Follower>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(in_runtime(self.opened()))
    }
}
