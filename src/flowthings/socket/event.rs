//! What a socket tells.

use crate::flowthings::types::Drop;

/// What happens on a [`Socket`](super::Socket).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A drop has been written to a flow that the socket is subscribed to.
    #[non_exhaustive]
    Message {
        /// What was subscribed to: the id of the flow, or its path.
        resource: String,
        /// The drop.
        drop: Box<Drop>,
    },
    /// The connection is there again, with a new session, and all subscriptions are made. What was written since
    /// [`Closed`](Self::Closed) did not arrive: find it by its `creationDate`.
    Reconnected,
    /// The connection has ended. It is opened again, unless the socket was closed or no attempt is left.
    #[non_exhaustive]
    Closed {
        /// The code of the close frame, such as 1000 or 1011; none where the connection ended without one.
        code: Option<u16>,
        /// The server's words, or what happened to the connection.
        reason: String,
    },
    /// So many events and failures were dropped here, because nobody took them while replies were awaited; see
    /// [`SessionWebsocket::with_buffer`](super::SessionWebsocket::with_buffer).
    Missed(u64),
}
