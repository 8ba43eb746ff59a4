//! Connections that go on in another protocol.

use std::sync::Arc;

use reqwest::{
    Upgraded,
    header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, UPGRADE},
};

use super::{Credentials, Reading, Request, answer::Content};
use crate::{Auth, Result, error::History};

/// A connection that the server has switched to another protocol.
pub(crate) struct Upgrade {
    pub(crate) history: History,
    pub(crate) headers: HeaderMap,
    pub(crate) connection: Upgraded,
}

impl Request {
    /// Asks the server to go on in this protocol, with the headers that belong to it. What opens the connection stands in the path: the
    /// client's credentials do not go along.
    pub(crate) async fn upgrade(
        mut self,
        protocol: &'static str,
        headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    ) -> Result<Upgrade> {
        self.reading = Reading::Upgrade;
        self.take_credentials()?;
        self.credentials = Some(Arc::new(Credentials::new(Auth::none())));
        self.headers.extend([
            (CONNECTION, HeaderValue::from_static("Upgrade")),
            (UPGRADE, HeaderValue::from_static(protocol)),
        ]);
        self.headers.extend(headers);
        let mut answer = self.send().await?;
        match std::mem::replace(&mut answer.content, Content::Whole(Default::default())) {
            Content::Upgraded(connection) => Ok(Upgrade {
                history: answer.history,
                headers: answer.headers,
                connection,
            }),
            _ => Err(answer.unread()),
        }
    }
}
