//! Flows, tracks and drops over a socket.

use std::{fmt, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};

use super::{ask::Asking, handle::SocketHandle};
use crate::{
    Change, Error, Identified, Json, Result,
    call::BoxFuture,
    flowthings::{
        generated::rows::SESSION_WEBSOCKET,
        types::{Drop, DropId, Flow, FlowId, NewDrop, NewFlow, NewTrack, Track, TrackId},
    },
};

/// What can be asked for over a socket. The trait is sealed.
pub trait SocketObject:
    Identified + Serialize + DeserializeOwned + Clone + Send + Sync + 'static
{
    /// Its id.
    type Id: AsRef<str> + Send + Sync + 'static;
    /// One that does not exist yet.
    type New: Serialize + Send + Sync + 'static;

    /// Its name on the wire.
    #[doc(hidden)]
    const OBJECT: &'static str;
}

impl SocketObject for Drop {
    type Id = DropId;
    type New = NewDrop;
    const OBJECT: &'static str = "drop";
}

impl SocketObject for Flow {
    type Id = FlowId;
    type New = NewFlow;
    const OBJECT: &'static str = "flow";
}

impl SocketObject for Track {
    type Id = TrackId;
    type New = NewTrack;
    const OBJECT: &'static str = "track";
}

/// The flows, the tracks or the drops of a flow, over a socket; [`SocketHandle`] gives them.
///
/// # Errors
/// Every request fails with the server's own words where it refuses: [`is_not_found`](Error::is_not_found) and so on; with
/// [`is_timeout`](Error::is_timeout) where no reply came in [time](super::SessionWebsocket::with_timeout), or it could not be sent in that
/// time, after which the socket goes on; and with [`ErrorKind::Broken`](crate::ErrorKind::Broken) where the connection ended before the
/// reply or the socket is closed.
/// [`maybe_sent`](Error::maybe_sent) says whether the server may have got it.
#[derive(Clone)]
pub struct SocketObjects<T> {
    pub(super) handle: SocketHandle,
    pub(super) flow: Option<FlowId>,
    object: PhantomData<fn() -> T>,
}

impl SocketHandle {
    /// The drops of a flow.
    pub fn drop(&self, flow: impl Into<FlowId>) -> SocketObjects<Drop> {
        SocketObjects::new(self.clone(), Some(flow.into()))
    }

    /// The flows.
    pub fn flow(&self) -> SocketObjects<Flow> {
        SocketObjects::new(self.clone(), None)
    }

    /// The tracks.
    pub fn track(&self) -> SocketObjects<Track> {
        SocketObjects::new(self.clone(), None)
    }
}

impl<T: SocketObject> SocketObjects<T> {
    fn new(handle: SocketHandle, flow: Option<FlowId>) -> Self {
        Self {
            handle,
            flow,
            object: PhantomData,
        }
    }

    /// Creates one and returns it as the platform keeps it.
    ///
    /// # Errors
    /// See [above](Self#errors).
    pub fn create(&self, new: impl Into<T::New>) -> BoxFuture<Result<T>> {
        let (this, new) = (self.clone(), new.into());
        Box::pin(async move {
            let asking = Asking {
                value: Some(&new),
                ..this.asking("create")
            };
            this.handle.ask(&asking).await
        })
    }

    /// Returns the one that has this id.
    ///
    /// # Errors
    /// See [above](Self#errors).
    pub fn read(&self, id: impl Into<T::Id>) -> BoxFuture<Result<T>> {
        let (this, id) = (self.clone(), id.into());
        Box::pin(async move {
            let asking: Asking<'_> = this.asking("find");
            this.handle.ask(&asking.named(id.as_ref())?).await
        })
    }

    /// Changes one and returns it as it is then: a whole one, or the changed members of a [`Modify`](crate::flowthings::Modify).
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the change has no id or is empty, before anything is sent; otherwise see
    /// [above](Self#errors).
    pub fn update(&self, change: impl Into<Change<T>>) -> BoxFuture<Result<T>> {
        let (this, change) = (self.clone(), change.into());
        Box::pin(async move {
            let id = change.checked();
            let id = id.map_err(|reason| Error::request(SESSION_WEBSOCKET, reason))?;
            let asking = Asking {
                value: Some(&change),
                ..this.asking("update")
            };
            this.handle.ask(&asking.named(&id)?).await
        })
    }

    /// Deletes the one that has this id.
    ///
    /// # Errors
    /// See [above](Self#errors).
    pub fn delete(&self, id: impl Into<T::Id>) -> BoxFuture<Result<()>> {
        let (this, id) = (self.clone(), id.into());
        Box::pin(async move {
            let asking: Asking<'_> = this.asking("delete");
            let _: Json = this.handle.ask(&asking.named(id.as_ref())?).await?;
            Ok(())
        })
    }

    pub(super) fn asking<V: ?Sized>(&self, verb: &'static str) -> Asking<'_, V> {
        Asking {
            flow: self.flow.as_ref(),
            ..Asking::new(verb, T::OBJECT)
        }
    }
}

impl<'a, V: ?Sized> Asking<'a, V> {
    /// The same about the one that has this id.
    fn named(self, id: &'a str) -> Result<Self> {
        match id {
            "" => Err(Error::request(SESSION_WEBSOCKET, "the id is empty")),
            _ => Ok(Self {
                id: Some(id),
                ..self
            }),
        }
    }
}

impl<T> fmt::Debug for SocketObjects<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketObjects")
            .field("flow", &self.flow)
            .finish()
    }
}
