//! Requests over a socket.

use std::sync::{
    Arc,
    atomic::{AtomicU8, AtomicU64, Ordering},
};

use serde::Serialize;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{slot::Slot, topic::Topic};
use crate::{
    Json, Result, Secret,
    flowthings::types::FlowId,
    value::{self, json},
};

/// A request as it stands in a frame, without its id.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Asking<'a, V: ?Sized = ()> {
    #[serde(rename = "type")]
    pub(super) verb: &'static str,
    pub(super) object: &'static str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(super) topic: Option<&'a Topic>,
    #[serde(rename = "flowId", skip_serializing_if = "Option::is_none")]
    pub(super) flow: Option<&'a FlowId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<&'a V>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) options: Option<&'a Options>,
}

/// What a find of many asks for; all of them are texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Options {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) skip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order: Option<String>,
}

impl<'a, V: ?Sized> Asking<'a, V> {
    pub(super) fn new(verb: &'static str, object: &'static str) -> Self {
        Self {
            verb,
            object,
            topic: None,
            flow: None,
            id: None,
            value: None,
            options: None,
        }
    }

    /// Whether it changes nothing.
    pub(super) fn is_repeatable(&self) -> bool {
        !matches!(self.verb, "create" | "update" | "delete")
    }
}

impl Asking<'_> {
    /// The request to be told of a flow's drops, or not any more.
    pub(super) fn of_topic(subscription: &Subscription) -> Asking<'_> {
        let verb = match subscription.begins {
            true => "subscribe",
            false => "unsubscribe",
        };
        Asking {
            topic: Some(&subscription.topic),
            ..Asking::new(verb, "drop")
        }
    }
}

impl<V: Serialize + ?Sized> Asking<'_, V> {
    /// The text of its frame, and the secrets in it.
    pub(super) fn text(&self, id: u64) -> (serde_json::Result<String>, Vec<Secret>) {
        #[derive(Serialize)]
        struct Numbered<'a, A> {
            #[serde(flatten)]
            asking: &'a A,
            #[serde(rename = "msgId")]
            id: u64,
        }
        let (text, secrets) = value::written(|| json::encode(&Numbered { asking: self, id }));
        let text = text.and_then(|text| {
            String::from_utf8(text).map_err(<serde_json::Error as serde::ser::Error>::custom)
        });
        (text, secrets)
    }
}

/// What a subscription changes, once the server has agreed.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    pub(super) topic: Topic,
    /// Whether it begins or ends.
    pub(super) begins: bool,
}

/// A request on its way to the task that holds the connection.
pub(super) struct Ask {
    pub(super) id: u64,
    pub(super) text: Utf8Bytes,
    pub(super) subscription: Option<Subscription>,
    /// Nobody waits for the reply where a subscription is made again.
    pub(super) reply: Option<oneshot::Sender<Result<Json>>>,
    pub(super) _slot: Option<Slot>,
    pub(super) fate: Fate,
    pub(super) secrets: Vec<Secret>,
}

impl Ask {
    /// Whether nobody waits for it any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.reply.as_ref().is_some_and(oneshot::Sender::is_closed)
    }

    pub(super) fn end(self, outcome: Result<Json>) {
        if let Some(reply) = self.reply {
            // Who has given up does not need it.
            let _ = reply.send(outcome);
        }
    }
}

/// The ids of the requests of a socket, over all its connections. Clones count on together.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids(Arc<AtomicU64>);

impl Ids {
    pub(super) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// What becomes of a request first: it goes to the connection, or it is given up.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate(Arc<AtomicU8>);

const OPEN: u8 = 0;
const SENT: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Fate {
    /// Whether it may be sent, which is settled then.
    pub(super) fn send(&self) -> bool {
        self.settle(SENT) == SENT
    }

    /// Gives it up, and says whether it was sent before.
    pub(super) fn give_up(&self) -> bool {
        self.settle(GIVEN_UP) == SENT
    }

    fn settle(&self, fate: u8) -> u8 {
        let (order, other) = (Ordering::AcqRel, Ordering::Acquire);
        let settled = self.0.compare_exchange(OPEN, fate, order, other);
        settled.map_or_else(|before| before, |_| fate)
    }
}
