//! What goes wrong on a socket, as errors.

use bytes::Bytes;
use tokio_tungstenite::tungstenite::{self, error::ProtocolError};

use crate::{Error, ErrorKind, flowthings::generated::rows::SESSION_WEBSOCKET};

/// Bytes of a frame that an error keeps.
const KEPT: usize = 64 << 10;

/// A failure that no request has to do with.
pub(super) fn failure(kind: ErrorKind, what: impl Into<String>) -> Error {
    Error::of(kind, SESSION_WEBSOCKET, what).with_maybe_sent(false)
}

/// The same about a frame.
pub(super) fn unreadable(what: impl Into<String>, frame: &[u8]) -> Error {
    let kept = frame.get(..KEPT).unwrap_or(frame);
    failure(ErrorKind::Decode, what).with_body(Bytes::copy_from_slice(kept))
}

/// Why a connection is of no more use.
pub(super) fn lost(error: tungstenite::Error) -> Error {
    use tungstenite::Error as Ws;
    let (kind, what) = match &error {
        Ws::Capacity(_) => (
            ErrorKind::TooLarge,
            "a message of the server is larger than the limit",
        ),
        Ws::Protocol(ProtocolError::ResetWithoutClosingHandshake) | Ws::Io(_) => {
            (ErrorKind::Broken, "the connection broke")
        }
        Ws::Protocol(_) | Ws::Utf8(_) => (
            ErrorKind::Decode,
            "what the server sends is not a WebSocket",
        ),
        _ => (ErrorKind::Broken, "the connection ended"),
    };
    failure(kind, what).caused_by(error)
}
