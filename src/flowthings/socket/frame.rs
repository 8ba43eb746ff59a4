//! Frames that the platform sends.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{event::Event, failure::unreadable};
use crate::{
    Error, Json,
    error::{JsonError, ServerMessage},
    flowthings::{error_body::Head, generated::NUMBERS, types::Drop},
    value::{
        Braced,
        json::{Undecoded, behind, decode},
    },
};

/// What a text or binary frame says.
#[derive(Debug)]
pub(super) enum Frame {
    /// A drop has been written.
    Message(Event),
    /// What became of a request.
    Reply(Reply),
    /// A heartbeat that comes back, or something else that asks for nothing.
    Other,
}

/// The answer to a request.
#[derive(Debug)]
pub(super) struct Reply {
    /// The id of the request, if it is one of ours.
    pub(super) id: Option<u64>,
    /// What the server says where it refuses the request.
    pub(super) refusal: Option<ServerMessage>,
    pub(super) body: Json,
}

impl Frame {
    pub(super) fn read(text: &str) -> Result<Self, Error> {
        let parts = Parts::read(text, false)?;
        if parts.is_message {
            return parts.into_message(text).map(Self::Message);
        }
        let Some(head) = parts.head else {
            return Ok(Self::Other);
        };
        Ok(Self::Reply(Reply {
            id: head.message_id(),
            refusal: head.is_denied().then(|| head.into_message()),
            body: parts.body.unwrap_or_default(),
        }))
    }
}

/// Whether a frame begins as a message does: then it is one, whatever follows, or cannot be read.
pub(super) fn begins_as_message(text: &str) -> bool {
    behind(text, ["{", r#""type""#, ":", r#""message""#]).is_some()
}

/// What a frame says that begins as a message does.
pub(super) fn message(text: &str) -> Result<Event, Error> {
    Parts::read(text, true)?.into_message(text)
}

/// The drop in a frame, if there is one.
#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub fn frame_drop(text: &str) -> Result<Option<Drop>, Error> {
    let event = match begins_as_message(text) {
        true => Frame::Message(message(text)?),
        false => Frame::read(text)?,
    };
    Ok(match event {
        Frame::Message(Event::Message { drop, .. }) => Some(*drop),
        _ => None,
    })
}

fn undecoded(bytes: &[u8], error: Undecoded) -> Error {
    let what = match (error.source.is_data(), error.place.as_str()) {
        (false, _) => "a frame is not whole or not JSON".to_owned(),
        (true, "") => "a frame is not the JSON that was expected".to_owned(),
        (true, place) => format!("a frame does not fit the spec at {place}"),
    };
    unreadable(what, bytes).with_source(JsonError::from(error.source))
}

/// The members of a frame that count. A drop is decoded where it stands if the frame has said before that it is one.
#[derive(Default)]
struct Parts {
    is_message: bool,
    resource: Option<String>,
    value: Option<Value>,
    head: Option<Head>,
    body: Option<Json>,
}

impl Parts {
    fn read(text: &str, is_message: bool) -> Result<Self, Error> {
        let bytes = text.as_bytes();
        // Most are read at once; what is deep or has numbers that JSON lacks takes longer, and so does what cannot be read at all.
        Self::at_once(text, is_message)
            .or_else(|_| decode(bytes, NUMBERS))
            .map_err(|error| undecoded(bytes, error))
    }

    fn at_once(text: &str, is_message: bool) -> serde_json::Result<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let parts = json.deserialize_any(Reader { is_message })?;
        json.end()?;
        Ok(parts)
    }

    fn into_message(self, text: &str) -> Result<Event, Error> {
        let bytes = text.as_bytes();
        let (Some(resource), Some(value)) = (self.resource, self.value) else {
            return Err(unreadable(
                "a message lacks its resource or its value",
                bytes,
            ));
        };
        let drop = match value {
            Value::Drop(drop) => drop,
            Value::Unread(json) => json
                .read()
                .map_err(|error| undecoded(bytes, Undecoded::new(bytes, error)))?,
        };
        Ok(Event::Message { resource, drop })
    }
}

enum Value {
    Drop(Box<Drop>),
    Unread(Json),
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Type,
    Resource,
    Value,
    Head,
    Body,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader { is_message: false })
    }
}

struct Reader {
    /// Whether the frame is known to be a message.
    is_message: bool,
}

impl<'de> Visitor<'de> for Reader {
    type Value = Parts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a frame")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Parts, A::Error> {
        let mut parts = Parts {
            is_message: self.is_message,
            ..Parts::default()
        };
        while let Some(member) = members.next_key()? {
            match member {
                Member::Type if parts.is_message => {
                    let IgnoredAny = members.next_value()?;
                }
                Member::Type => {
                    let text: &RawValue = members.next_value()?;
                    parts.is_message = is_message(text.get());
                }
                Member::Resource if parts.is_message => {
                    parts.resource = members.next_value()?;
                }
                Member::Resource => {
                    let json: Json = members.next_value()?;
                    parts.resource = json.as_str();
                }
                Member::Value if parts.is_message => {
                    parts.value = members.next_value::<Option<_>>()?.map(Value::Drop);
                }
                Member::Value => {
                    let json: Json = members.next_value()?;
                    parts.value = (!json.is_null()).then_some(Value::Unread(json));
                }
                Member::Head => {
                    let json: Json = members.next_value()?;
                    parts.head = json.read().ok().map(|Braced(head)| head);
                }
                Member::Body => parts.body = members.next_value()?,
                Member::Other => {
                    let IgnoredAny = members.next_value()?;
                }
            }
        }
        Ok(parts)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Parts, A::Error> {
        while let Some(IgnoredAny) = items.next_element()? {}
        Ok(Parts::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Parts, E> {
        Ok(Parts::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Parts, E> {
        Ok(Parts::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Parts, E> {
        Ok(Parts::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Parts, E> {
        Ok(Parts::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Parts, E> {
        Ok(Parts::default())
    }

    fn visit_unit<E>(self) -> Result<Parts, E> {
        Ok(Parts::default())
    }
}

/// Whether the JSON is this text, however it is escaped.
fn is_message(json: &str) -> bool {
    json == r#""message""#
        || json.contains('\\')
            && serde_json::from_str::<String>(json).is_ok_and(|text| text == "message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_an_object() {
        let frame = |head| Frame::read(&format!(r#"{{"head": {head}, "body": null}}"#)).unwrap();
        let refused = frame(r#"{"status": 404, "ok": false, "errors": ["no"], "msgId": 1}"#);
        assert!(
            matches!(refused, Frame::Reply(reply) if reply.id == Some(1) && reply.refusal.is_some())
        );
        assert!(matches!(frame(r#"[404, false, ["no"], 1]"#), Frame::Other));
    }
}
