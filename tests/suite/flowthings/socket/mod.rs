//! The WebSocket, against a server that a test drives.

mod event;
mod handshake;
mod reconnect;
mod request;
mod sandbox;
pub(super) mod server;
mod slow;
mod way;

use std::time::Duration;

use headwaters::{
    Error, Retry,
    flowthings::{Event, Socket},
};
use tokio::time::timeout;

use server::{PATIENCE, Peer, Server};

/// A socket and the server's end of it.
async fn opened(server: &Server) -> (Socket, Peer) {
    let socket = server
        .api()
        .websocket()
        .with_reconnect(brisk())
        .await
        .unwrap();
    (socket, server.peer().await)
}

/// Waits of a few milliseconds.
fn brisk() -> Retry {
    let waits = (Duration::from_millis(1), Duration::from_millis(4));
    Retry::default()
        .with_attempts(u32::MAX)
        .with_waits(waits.0, waits.1)
}

/// The next event, in time.
async fn next(socket: &mut Socket) -> Result<Option<Event>, Error> {
    timeout(PATIENCE, socket.next())
        .await
        .expect("no event came")
}

/// The next event is a drop of this number.
async fn assert_drop(socket: &mut Socket, number: u64) {
    let event = next(socket).await.unwrap();
    let Some(Event::Message { drop, resource, .. }) = event else {
        panic!("{event:?} instead of drop {number}");
    };
    assert_eq!(drop.id.as_str(), format!("d{number:024x}"));
    assert_eq!(resource, "f54ad6428d4c6b0419a019285");
}

async fn assert_closed(socket: &mut Socket, expected: Option<u16>) -> String {
    match next(socket).await.unwrap() {
        Some(Event::Closed { code, reason, .. }) => {
            assert_eq!(code, expected, "{reason}");
            reason
        }
        other => panic!("{other:?} instead of the end"),
    }
}

async fn assert_reconnected(socket: &mut Socket) {
    assert_eq!(next(socket).await.unwrap(), Some(Event::Reconnected));
}
