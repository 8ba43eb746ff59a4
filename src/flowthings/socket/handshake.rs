//! From nothing to a WebSocket: a session, and the connection that is switched.

use reqwest::{
    Upgraded,
    header::{
        HeaderMap, HeaderValue, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
        SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
    },
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

use super::metered::Metered;
use crate::{
    Error, ErrorKind, Result, Secret,
    flowthings::{Sessions, generated::rows::SESSION_WEBSOCKET},
};

pub(super) type WebSocket = WebSocketStream<Metered<Upgraded>>;

/// A WebSocket, and what no text repeats: the id of its session, and the credentials.
pub(super) struct Opened {
    pub(super) socket: WebSocket,
    pub(super) secrets: Vec<Secret>,
}

/// Opens a session and its WebSocket, whose messages have so many bytes at most.
pub(super) async fn open(sessions: &Sessions, limit: usize) -> Result<Opened> {
    let session = sessions.create().await?.id;
    let request = sessions.client.draft().request(SESSION_WEBSOCKET);
    let key = generate_key();
    let origin = sessions.client.url().origin().ascii_serialization();
    let of_text = |text: &str| {
        HeaderValue::from_str(text).map_err(|error| {
            Error::request(SESSION_WEBSOCKET, "a header cannot be written").with_source(error)
        })
    };
    let headers = [
        (SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
        (SEC_WEBSOCKET_KEY, of_text(&key)?),
        (ORIGIN, of_text(&origin)?),
    ];
    let mut upgrade = request
        .secret_segment(session.secret())
        .upgrade("websocket", headers)
        .await?;
    if let Some(what) = wrong(&upgrade.headers, &key) {
        return Err(upgrade.history.error(ErrorKind::Decode, what));
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(limit))
        .max_frame_size(Some(limit));
    upgrade.secrets.push(session.secret().clone());
    let connection = Metered::new(upgrade.connection);
    let socket = WebSocketStream::from_raw_socket(connection, Role::Client, Some(config)).await;
    Ok(Opened {
        socket,
        secrets: upgrade.secrets,
    })
}

/// What is wrong with the answer to the handshake (RFC 6455, section 4.1).
fn wrong(headers: &HeaderMap, key: &str) -> Option<&'static str> {
    let is_websocket = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"websocket");
    let accepted = headers.get(SEC_WEBSOCKET_ACCEPT);
    let expected = derive_accept_key(key.as_bytes());
    if !headers.get(UPGRADE).is_some_and(is_websocket) {
        Some("the server switched to another protocol than WebSocket")
    } else if accepted
        .is_none_or(|accepted| accepted.as_bytes().trim_ascii() != expected.as_bytes())
    {
        Some("the server did not accept the key of the handshake: it may not know WebSocket")
    } else if headers.contains_key(SEC_WEBSOCKET_EXTENSIONS)
        || headers.contains_key(SEC_WEBSOCKET_PROTOCOL)
    {
        Some("the server chose an extension or a subprotocol that was not offered")
    } else {
        None
    }
}
