//! Sessions, which deliver drops as they are written: opened, and read by sockets, by polling and by streaming.

use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequestParts as _;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use futures_util::future::{Either, select};
use futures_util::stream;
use serde_json::json;

use super::reader::Reader;
use super::socket;
use crate::sandbox::flowthings::model::platform::{Platform, Shared};
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::model::session::Next;
use crate::sandbox::flowthings::wire::reply::{Reply, json_response, response};
use crate::sandbox::flowthings::wire::{Answer, Response};

/// For how long a poll waits for a message.
const POLL: Duration = Duration::from_secs(30);

/// Bytes of a frame at most.
const LONGEST: usize = 16 << 20;

/// POST /session; a token that is not accepted is 400 here, as of the platform
pub(crate) fn open(platform: &mut Platform, token: Option<&str>, account: Option<&str>) -> Answer {
    let caller = match platform.caller(token) {
        Err(Refusal::Unauthorized(why)) => return Err(Refusal::invalid(why)),
        caller => caller?,
    };
    if account.is_some_and(|account| account != caller.account) {
        return Err(Refusal::invalid("The token is of another account"));
    }
    let (id, now) = (platform.secret(), platform.now());
    let token = token.unwrap_or_default().to_owned();
    if !platform.sessions.open(id.clone(), token, now) {
        return Err(Refusal::Unavailable("There are too many sessions"));
    }
    Ok(Reply::created(json!({"id": id})))
}

/// GET /session/{id}/ws, /polling and /streaming
pub(crate) async fn read(platform: &Shared, id: &str, way: &str, mut parts: Parts) -> Response {
    let upgrade = match way {
        "ws" => match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => Some(upgrade),
            Err(_) => {
                let why = Refusal::invalid("The request does not upgrade to a WebSocket");
                return response(Err(why));
            }
        },
        _ => None,
    };
    let Some(reader) = Reader::of(platform, id) else {
        return response(Err(Refusal::NotFound));
    };
    match (way, upgrade) {
        (_, Some(upgrade)) => upgrade
            .max_message_size(LONGEST)
            .on_upgrade(|socket| socket::serve(reader, socket))
            .into_response(),
        ("polling", None) => poll(reader).await,
        ("streaming", None) => {
            let lines = stream::unfold(reader, |mut reader| async {
                match reader.messages().await {
                    Next::Messages(messages) => {
                        let lines: String = messages
                            .iter()
                            .flat_map(|message| [message, "\n"])
                            .collect();
                        Some((Ok::<_, std::convert::Infallible>(lines), reader))
                    }
                    _ => None,
                }
            });
            json_response(StatusCode::OK, Body::from_stream(lines))
        }
        _ => response(Err(Refusal::NotFound)),
    }
}

/// The messages as a list; an empty one when none has come.
async fn poll(mut reader: Reader) -> Response {
    let wait = std::pin::pin!(tokio::time::sleep(POLL));
    let messages = match select(std::pin::pin!(reader.messages()), wait).await {
        Either::Left((Next::Messages(messages), _)) => messages,
        Either::Left((Next::Gone, _)) => return response(Err(Refusal::NotFound)),
        _ => Vec::new(),
    };
    json_response(StatusCode::OK, format!("[{}]", messages.join(",")))
}
