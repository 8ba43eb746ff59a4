//! Finding many objects over a socket.

use std::future::IntoFuture;

use super::{
    ask::{Asking, Options},
    objects::{SocketObject, SocketObjects},
};
use crate::{
    Error, Result,
    call::BoxFuture,
    flowthings::{Filter, FilterError, generated::rows::SESSION_WEBSOCKET, types::Order},
};

/// A find over a socket, not yet sent; [`SocketObjects::find_many`] makes it, and `.await` sends it.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct SocketFindMany<T> {
    objects: SocketObjects<T>,
    filter: Option<Filter>,
    options: Options,
}

impl<T: SocketObject> SocketObjects<T> {
    /// Returns those that match a filter, or all of them; at most as many as its limit says.
    pub fn find_many(&self) -> SocketFindMany<T> {
        SocketFindMany {
            objects: self.clone(),
            filter: None,
            options: Options::default(),
        }
    }
}

impl<T: SocketObject> SocketFindMany<T> {
    /// Only those that match it.
    pub fn filter(mut self, filter: impl Into<Filter>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// How many at most.
    pub fn limit(mut self, limit: i32) -> Self {
        self.options.limit = Some(limit.to_string());
        self
    }

    /// How many to pass over.
    pub fn start(mut self, start: i32) -> Self {
        self.options.skip = Some(start.to_string());
        self
    }

    /// The member that they are sorted by, such as `creationDate`.
    pub fn sort(mut self, member: impl Into<String>) -> Self {
        self.options.sort = Some(member.into());
        self
    }

    /// In which order they are sorted.
    pub fn order(mut self, order: impl Into<Order>) -> Self {
        self.options.order = Some(order.into().to_string());
        self
    }

    async fn found(mut self) -> Result<Vec<T>> {
        if let Some(filter) = self.filter.take() {
            let text: std::result::Result<String, FilterError> = filter.try_into();
            let text = text.map_err(|error| {
                let what = format!("filter cannot be sent: {error}");
                Error::request(SESSION_WEBSOCKET, what)
            })?;
            self.options.filter = Some(text);
        }
        let is_plain = self.options == Options::default();
        let asking: Asking<'_> = Asking {
            options: (!is_plain).then_some(&self.options),
            ..self.objects.asking("findmany")
        };
        // The platform sometimes answers null for an empty list.
        let found: Option<Vec<T>> = self.objects.handle.ask(&asking).await?;
        Ok(found.unwrap_or_default())
    }
}

impl<T: SocketObject> IntoFuture for SocketFindMany<T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.found())
    }
}
