//! Connections that go on in another protocol.

use std::sync::Arc;

use reqwest::{
    Upgraded,
    header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, UPGRADE},
};

use super::{Credentials, Reading, Request, answer::Content};
use crate::{Auth, Result, Secret, error::History};

/// A connection that the server has switched to another protocol.
pub(crate) struct Upgrade {
    pub(crate) history: History,
    pub(crate) headers: HeaderMap,
    pub(crate) connection: Upgraded,
    /// The client's credentials, which the server may repeat.
    pub(crate) secrets: Vec<Secret>,
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
        let none = Arc::new(Credentials::new(Auth::none()));
        let credentials = self.credentials.replace(none);
        let secrets: Vec<_> = credentials
            .iter()
            .flat_map(|own| own.auth.secrets())
            .collect();
        self.secrets.extend(secrets.iter().cloned());
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
                secrets,
            }),
            _ => Err(answer.unread()),
        }
    }
}
