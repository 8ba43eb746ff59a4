//! The WebSocket of a session: drops as they are written, and requests beside them.
//!
//! [`Api::websocket`] opens a session and its WebSocket. The [`Socket`] gives one [`Event`] after the other; the [`SocketHandle`] in it
//! asks, and can be cloned, so that one task reads events while others subscribe, create and find.
//!
//! One task holds the connection, whether somebody reads events or not: replies arrive, heartbeats go out, and a connection that ends is
//! opened again with a new session and the same subscriptions.

mod ask;
mod connection;
mod event;
mod event_queue;
mod failure;
mod find;
mod frame;
mod handle;
mod handshake;
mod line;
mod metered;
mod objects;
mod pulse;
mod session_websocket;
mod settings;
mod slot;
mod topic;

use std::{
    fmt,
    future::poll_fn,
    ops::Deref,
    sync::Arc,
    task::{Context, Poll},
};

use futures_core::Stream;
use futures_util::stream;
use tokio::{
    sync::{mpsc, watch},
    task::AbortHandle,
};

use self::{
    ask::Ids, connection::Connection, event_queue::EventQueue, handshake::Opened,
    settings::Settings, slot::Slots,
};
use crate::{Result, flowthings::Sessions};

pub use event::Event;
pub use find::SocketFindMany;
#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub use frame::frame_drop;
pub use handle::SocketHandle;
pub use objects::{SocketObject, SocketObjects};
pub use session_websocket::SessionWebsocket;

/// Requests that wait to be sent; whoever makes a further one waits.
const ASKS: usize = 64;

/// A WebSocket of flowthings.io; [`Api::websocket`](crate::flowthings::Api::websocket) opens it.
///
/// It asks as its [`SocketHandle`] does, and gives one [`Event`] after the other. A task of the tokio runtime in which it was opened holds the
/// connection. Dropping the socket ends the task and the connection at once, whatever handles there are; [`close`](SocketHandle::close)
/// says goodbye first.
///
/// ```no_run
/// use headwaters::flowthings::{Event, types::NewDrop};
///
/// # async fn f(api: headwaters::flowthings::Api) -> headwaters::Result<()> {
/// let mut socket = api.websocket().await?;
/// let flow = socket.flow().find_many().limit(1).await?.remove(0);
/// socket.subscribe(&flow.id).await?;
///
/// // One task reads, others ask.
/// let handle = socket.handle().clone();
/// let writer = tokio::spawn(async move {
///     handle.drop(flow.id).create(NewDrop::new([("temperature", 21)])).await
/// });
/// while let Some(event) = socket.next().await? {
///     if let Event::Message { resource, drop, .. } = event {
///         println!("{resource}: {:?}", drop.elems);
/// #       break;
///     }
/// }
/// socket.close().await;
/// # Ok(()) }
/// ```
pub struct Socket {
    handle: SocketHandle,
    events: Arc<EventQueue>,
    _running: Running,
}

impl Socket {
    /// Starts the task. The caller is in a runtime.
    fn start(sessions: Sessions, settings: Settings, opened: Opened) -> Self {
        let (asks, asked) = mpsc::channel(ASKS);
        let (closing, closed) = watch::channel(false);
        let events = Arc::new(EventQueue::new(settings.buffer));
        let handle = SocketHandle {
            asks,
            closing,
            ids: Ids::default(),
            timeout: settings.timeout,
            slots: Slots::new(),
            client: sessions.client.clone(),
        };
        let (ids, own) = (handle.ids.clone(), Arc::clone(&events));
        let connection = Connection::new(sessions, settings, asked, closed, ids, own);
        Self {
            handle,
            events,
            _running: Running(tokio::spawn(connection.run(opened)).abort_handle()),
        }
    }

    /// What asks over the socket. It can be cloned and given away.
    pub fn handle(&self) -> &SocketHandle {
        &self.handle
    }

    /// The next event; `None` after the socket was closed, and after the error that has ended it.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no event.
    ///
    /// # Errors
    /// [`is_decode`](crate::Error::is_decode) when a frame is not JSON or of another form; that of an attempt to open the connection
    /// again, or of a subscription that was not made again: after all of these the next event follows. The last one is that which
    /// has ended the socket: [`is_unauthorized`](crate::Error::is_unauthorized), [`is_forbidden`](crate::Error::is_forbidden) or
    /// [`is_bad_request`](crate::Error::is_bad_request) when the token was not accepted for a new session, or any when
    /// [no attempt is left](SessionWebsocket::with_reconnect).
    pub async fn next(&mut self) -> Result<Option<Event>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&self, context: &mut Context<'_>) -> Poll<Result<Option<Event>>> {
        let next = self.events.poll_take(context);
        next.map_err(|error| error.with_account(self.handle.client.account()))
    }

    /// The same events as a [`Stream`]. An error does not end it.
    pub fn into_stream(self) -> impl Stream<Item = Result<Event>> + Send + Unpin + 'static {
        stream::poll_fn(move |context| {
            // The task goes on with the whole of it.
            let socket = &self;
            socket.poll_next(context).map(Result::transpose)
        })
    }
}

impl Deref for Socket {
    type Target = SocketHandle;

    fn deref(&self) -> &SocketHandle {
        &self.handle
    }
}

/// Ends the task. On the socket itself an `impl Drop` would stand before its method `drop`.
struct Running(AbortHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("waiting", &self.events.len())
            .field("handle", &self.handle)
            .finish()
    }
}
