//! How a socket is opened.

use std::{future::IntoFuture, time::Duration};

use super::{Socket, handshake::open, settings::Settings};
use crate::{
    Result, Retry,
    call::{BoxFuture, in_runtime},
    flowthings::{Api, Sessions},
};

/// The periods that make sense: nobody waits longer than a day.
const SHORTEST_PERIOD: Duration = Duration::from_millis(10);
const LONGEST_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// Opens a session and its WebSocket; [`Api::websocket`] makes it.
///
/// The request for the session carries the token, and the id that it is answered with is the only credential of the WebSocket.
///
/// `GET /session/{sessionId}/ws`. Source: official document, official client on 1.0.5.
///
/// # Errors
/// Of the request for the session, as [`create`](crate::flowthings::Sessions::create); of the WebSocket:
/// - [`is_decode`](crate::Error::is_decode): what answers does not speak WebSocket.
/// - 403: The session does not allow this.
/// - 404: There is no such session any more.
/// - 500: The platform failed.
/// - 503: The platform is not available. Try again later.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct SessionWebsocket {
    sessions: Sessions,
    settings: Settings,
}

impl Api {
    /// Opens a session and its WebSocket: flowthings.io sends the drops of the flows that are subscribed to, as they are written.
    ///
    /// The session is opened with the token of this moment, and each one after a connection that has ended with the token of that
    /// moment: [`set_token`](Self::set_token) counts for the next session. TLS, proxy, timeouts, headers and the default parameters of the
    /// query are those of the client's [`Config`](crate::Config), for the WebSocket too: something before the server may want them.
    ///
    /// ```no_run
    /// use headwaters::flowthings::{Event, types::NewDrop};
    ///
    /// # async fn f(api: headwaters::flowthings::Api) -> headwaters::Result<()> {
    /// let mut socket = api.websocket().await?;
    /// socket.subscribe("/my-account/greenhouse").await?;
    /// while let Some(event) = socket.next().await? {
    ///     match event {
    ///         Event::Message { drop, .. } => println!("{:?}", drop.elems),
    ///         Event::Reconnected => println!("some drops may have passed unseen"),
    ///         other => println!("{other:?}"),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`is_unauthorized`](crate::Error::is_unauthorized), [`is_forbidden`](crate::Error::is_forbidden) or
    /// [`is_bad_request`](crate::Error::is_bad_request) when the token is not accepted; [`is_decode`](crate::Error::is_decode) when
    /// what answers does not speak WebSocket; otherwise as any call.
    pub fn websocket(&self) -> SessionWebsocket {
        SessionWebsocket {
            sessions: self.sessions().clone(),
            settings: Settings::of(&self.client.config().limits),
        }
    }
}

impl SessionWebsocket {
    /// The time between two heartbeats: ten seconds by default, 10 ms at least and a day at most. With each goes a ping; a connection on
    /// which nothing came for two of these periods has ended.
    pub fn with_heartbeat(mut self, period: Duration) -> Self {
        self.settings.heartbeat = period.clamp(SHORTEST_PERIOD, LONGEST_PERIOD);
        self
    }

    /// How long a request waits for its reply: 30 s by default. When it is over, the request fails and the socket goes on.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How often in a row, and after which waits, a connection that has ended is opened again: without end by default, after waits of up
    /// to 500 ms, a second, two and so on up to 30 s. With [`Retry::none`] the first end is the last one. The waits begin anew
    /// when a connection has lasted for a [heartbeat](Self::with_heartbeat).
    pub fn with_reconnect(mut self, retry: Retry) -> Self {
        self.settings.reconnect = retry;
        self
    }

    /// How many events wait at most to be taken: 1,000 by default, and 4 MiB of them; one at least.
    ///
    /// When so many wait, the connection is read no further, and the server has to wait. Replies come on the same connection: while
    /// one is awaited, it is read on, up to sixteen times as much. What comes beyond that is dropped, counted, and told in its place by
    /// [`Event::Missed`](super::Event::Missed).
    pub fn with_buffer(mut self, events: usize) -> Self {
        self.settings.buffer = events.max(1);
        self
    }

    /// How many bytes a message has at most: 16 MiB by default, or the limit of JSON bodies if that is lower. A larger one ends the
    /// connection, and [`is_too_large`](crate::Error::is_too_large) tells it.
    pub fn with_message_limit(mut self, bytes: usize) -> Self {
        self.settings.limit = bytes;
        self
    }
}

impl IntoFuture for SessionWebsocket {
    type Output = Result<Socket>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(in_runtime(async move {
            let Self { sessions, settings } = self;
            let opened = open(&sessions, settings.limit).await?;
            Ok(Socket::start(sessions, settings, opened))
        }))
    }
}
