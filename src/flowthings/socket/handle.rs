//! Asking over a socket.

use std::{fmt, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

use super::{
    ask::{Ask, Asking, Fate, Ids, Subscription},
    failure::{failure, unreadable},
    slot::Slots,
    topic::Topic,
};
use crate::{
    Error, ErrorKind, Json, Result,
    call::in_runtime,
    error::JsonError,
    flowthings::generated::{NUMBERS, rows::SESSION_WEBSOCKET},
    transport::Client,
    value::json::decode,
};

/// Asks over a [`Socket`](super::Socket): subscriptions, and flows, tracks and drops.
///
/// Clones are cheap and ask over the same connection. A reply arrives whether somebody reads events or not. A request that is made while
/// the connection is opened again waits for it, within [its time](super::SessionWebsocket::with_timeout). One that has gone to a connection
/// which then ends fails, and [`maybe_sent`](Error::maybe_sent) says so: it is not sent twice. The order of replies is the server's. When
/// 1,024 replies are awaited, further requests wait before they are sent, within their time.
#[derive(Clone)]
pub struct SocketHandle {
    pub(super) asks: mpsc::Sender<Ask>,
    pub(super) closing: watch::Sender<bool>,
    pub(super) ids: Ids,
    pub(super) timeout: Duration,
    pub(super) slots: Slots,
    /// Who asks.
    pub(super) client: Client,
}

impl SocketHandle {
    /// Asks for the drops of a flow as they are written, and waits until the server agrees. What begins with `/` is the path of a flow,
    /// all else its id. The subscription is made again whenever the connection is opened again. One to which the server agrees only after the
    /// request has timed out stands too.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when it names nothing, before anything is sent; otherwise as every request of a socket:
    /// see [`SocketObjects`](super::SocketObjects#errors).
    pub async fn subscribe(&self, flow: impl AsRef<str>) -> Result<()> {
        self.change(flow.as_ref(), true).await
    }

    /// Asks for the drops of a flow no longer, and waits until the server agrees. Name the flow as it was subscribed to.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe); the subscription goes on then.
    pub async fn unsubscribe(&self, flow: impl AsRef<str>) -> Result<()> {
        self.change(flow.as_ref(), false).await
    }

    /// Closes the socket: says goodbye with code 1000 and waits for the server to do so, for five seconds at most. Requests that wait
    /// for replies fail; events that have arrived can still be read, and `None` comes after the last one.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        self.asks.closed().await;
    }

    async fn change(&self, flow: &str, begins: bool) -> Result<()> {
        let Some(topic) = Topic::new(flow) else {
            return Err(Error::request(
                SESSION_WEBSOCKET,
                "neither a path nor an id is given",
            ));
        };
        let subscription = Subscription { topic, begins };
        let asking = Asking::of_topic(&subscription);
        self.answer(&asking, Some(subscription.clone())).await?;
        Ok(())
    }

    /// The value that the server answers.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        asking: &Asking<'_, impl Serialize + ?Sized>,
    ) -> Result<T> {
        let body = self.answer(asking, None).await?;
        let text = body.text().as_bytes();
        decode(text, NUMBERS).map_err(|error| {
            let what = match error.place.as_str() {
                "" => "the reply is not the JSON that the spec describes".to_owned(),
                place => format!("the reply does not fit the spec at body.{place}"),
            };
            let error = unreadable(what, text).with_source(JsonError::from(error.source));
            self.told(asking, error).with_maybe_sent(true)
        })
    }

    /// What the server answers.
    async fn answer(
        &self,
        asking: &Asking<'_, impl Serialize + ?Sized>,
        subscription: Option<Subscription>,
    ) -> Result<Json> {
        let id = self.ids.next();
        let (text, secrets) = asking.text(id);
        let text = text.map_err(|error| {
            let fault = Error::request(SESSION_WEBSOCKET, "the value cannot be written as JSON");
            self.told(asking, fault.with_source(error))
        })?;
        let (reply, answer) = oneshot::channel();
        let fate = Fate::default();
        let gone = || {
            let error = failure(ErrorKind::Broken, "the socket has ended").permanent();
            error.with_maybe_sent(fate.give_up())
        };
        let asked = async {
            let (slot, _own) = self.slots.take().await;
            let ask = Ask {
                id,
                text: text.into(),
                subscription,
                reply: Some(reply),
                _slot: Some(slot),
                fate: fate.clone(),
                secrets,
            };
            if self.asks.send(ask).await.is_err() {
                return Err(gone());
            }
            answer.await.unwrap_or_else(|_| Err(gone()))
        };
        let outcome = in_runtime(async {
            timeout(self.timeout, asked).await.unwrap_or_else(|_| {
                let (was_sent, time) = (fate.give_up(), self.timeout);
                let what = match was_sent {
                    true => format!("there was no reply within {time:?}"),
                    false => format!(
                        "it could not be sent within {time:?}: the connection was not there, or had too much to send or too many replies to wait for"
                    ),
                };
                Err(failure(ErrorKind::Timeout, what).with_maybe_sent(was_sent))
            })
        });
        outcome.await.map_err(|error| self.told(asking, error))
    }

    /// The error with what was asked for.
    fn told(&self, asking: &Asking<'_, impl ?Sized>, error: Error) -> Error {
        let once = !asking.is_repeatable();
        let error = error
            .with_route(None, once)
            .with_account(self.client.account());
        error.with_context(format!("{} of {}", asking.verb, asking.object))
    }
}

impl fmt::Debug for SocketHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketHandle")
            .field("timeout", &self.timeout)
            .field("closed", &self.asks.is_closed())
            .finish()
    }
}
