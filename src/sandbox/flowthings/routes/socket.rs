//! The WebSocket of a session: what clients say on it, and what they are told.

use std::collections::BTreeMap;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::answer;
use super::drops::parameters;
use super::reader::Reader;
use crate::sandbox::flowthings::model::permission::Deed;
use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::model::session::{Next, Resource};
use crate::sandbox::flowthings::model::value::text;
use crate::sandbox::flowthings::wire::Answer;
use crate::sandbox::flowthings::wire::reply::{Reply, message};
use crate::sandbox::flowthings::wire::request::Request;
use crate::sandbox::lock;

/// Serves a socket until it or its session ends.
pub(super) async fn serve(mut reader: Reader, mut socket: WebSocket) {
    loop {
        let frame = match reader.next() {
            Next::Messages(messages) => {
                for message in messages {
                    let sent = reader.unless_gone(socket.send(Message::text(message)));
                    if !matches!(sent.await, Some(Ok(()))) {
                        return;
                    }
                }
                socket.recv().now_or_never()
            }
            Next::Wait => {
                let news = std::pin::pin!(reader.news());
                match select(news, std::pin::pin!(socket.recv())).await {
                    Either::Left(_) => None,
                    Either::Right((frame, _)) => Some(frame),
                }
            }
            Next::Close(code) => {
                let reason = Utf8Bytes::default();
                let farewell = Message::Close(Some(CloseFrame { code, reason }));
                reader.unless_gone(socket.send(farewell)).await;
                return;
            }
            Next::Gone => return,
        };
        let said = match frame {
            None => continue,
            Some(Some(Ok(Message::Close(_)))) => {
                // The goodbye that answers it leaves with the next read.
                reader.unless_gone(socket.recv()).await;
                return;
            }
            Some(None | Some(Err(_))) => return,
            Some(Some(Ok(message))) => message,
        };
        let reply = match &said {
            Message::Text(said) => hear(&reader, said.as_bytes()),
            Message::Binary(said) => hear(&reader, said),
            _ => None,
        };
        if let Some(reply) = reply {
            let sent = reader.unless_gone(socket.send(Message::text(reply)));
            if !matches!(sent.await, Some(Ok(()))) {
                return;
            }
        }
    }
}

/// Does what a client says, and gives the reply if it wants one. What is no JSON is not heard.
fn hear(reader: &Reader, said: &[u8]) -> Option<String> {
    let id = message_id(said);
    let said: Value = serde_json::from_slice(said).ok()?;
    if text(&said, "type") == "heartbeat" && id.is_none() {
        return Some(json!({"type": "heartbeat"}).to_string());
    }
    let answer = {
        let mut platform = lock(&reader.platform);
        carry_out(&mut platform, &reader.id, &said)
    };
    // Whoever gives no id cannot tell a reply from others.
    message(answer, id?).ok()
}

/// The id of a message as it stands there: a number may have more digits than a [`Value`] keeps.
fn message_id(said: &[u8]) -> Option<&RawValue> {
    let mut members: BTreeMap<String, &RawValue> = serde_json::from_slice(said).ok()?;
    members.remove("msgId")
}

fn carry_out(platform: &mut Platform, session: &str, said: &Value) -> Answer {
    let here = platform
        .sessions
        .get_mut(session)
        .ok_or(Refusal::NotFound)?;
    let token = here.token.clone();
    let caller = platform.caller(Some(&token))?;
    let member = |name: &str| member(said, name)?.ok_or(Refusal::missing(name));
    let (method, tail) = match member("type")? {
        "heartbeat" => return Ok(Reply::gone()),
        "subscribe" => {
            let (resource, flow) = resource(platform, said)?;
            platform.permit(&caller, &flow, Deed::DropRead)?;
            let session = platform
                .sessions
                .get_mut(session)
                .ok_or(Refusal::NotFound)?;
            if !session.resources.contains(&resource) {
                session.resources.push(resource);
            }
            return Ok(Reply::gone());
        }
        "unsubscribe" => {
            let resource = named(said)?;
            let session = platform
                .sessions
                .get_mut(session)
                .ok_or(Refusal::NotFound)?;
            session.resources.retain(|other| *other != resource);
            return Ok(Reply::gone());
        }
        "create" => ("POST", None),
        "findmany" => ("GET", None),
        "find" => ("GET", Some(member("id")?)),
        "update" => ("PUT", Some(member("id")?)),
        "delete" => ("DELETE", Some(member("id")?)),
        other => return Err(Refusal::Invalid(format!("type: {other} is not known"))),
    };
    let object = member("object")?;
    let mut path = vec![object];
    if object == "drop" {
        match self::member(said, "flowId")? {
            Some(flow) => path.push(flow),
            // The drop names the path of its flow then.
            None if method == "POST" => {}
            None => return Err(Refusal::missing("flowId")),
        }
    }
    path.extend(tail);
    let request = Request {
        caller,
        query: parameters(said.get("options"))?,
        body: said.get("value").cloned(),
    };
    answer(platform, method, &path, &request)
}

/// A member of a message, if it has it, which has to be a text.
fn member<'s>(said: &'s Value, name: &str) -> Result<Option<&'s str>, Refusal> {
    match said.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::Invalid(format!("{name} is not a text"))),
    }
}

/// What a message names by `flowId` or `path`, to hear of its drops or no more.
fn named(said: &Value) -> Result<Resource, Refusal> {
    let resource = match (member(said, "flowId")?, member(said, "path")?) {
        (Some(id), _) => Resource::Flow(id.to_owned()),
        (None, Some(path)) => Resource::Path(path.to_owned()),
        (None, None) => return Err(Refusal::missing("flowId")),
    };
    // The official clients for Python and Java send it always.
    match member(said, "object")? {
        Some("drop") => Ok(resource),
        Some(other) => Err(format!("object: {other} has no subscriptions").into()),
        None => Err(Refusal::missing("object")),
    }
}

/// The same, and the id of the flow.
fn resource(platform: &Platform, said: &Value) -> Result<(Resource, String), Refusal> {
    let resource = named(said)?;
    let flow = match &resource {
        Resource::Flow(id) => id.clone(),
        Resource::Path(path) => platform.flow_at(path)?.to_owned(),
    };
    Ok((resource, flow))
}
