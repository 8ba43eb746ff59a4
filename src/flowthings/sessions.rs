//! The server of sessions.

#[cfg(feature = "dynamic")]
use super::Api;
use crate::transport::Client;
#[cfg(feature = "dynamic")]
use crate::{Error, Result, dynamic::Server};

/// The server of sessions, through which drops arrive as they are written; [`Api::sessions`](super::Api::sessions) gives it.
///
/// Clones are cheap and share connections and token.
#[derive(Clone, Debug)]
pub struct Sessions {
    pub(super) client: Client,
}

#[cfg(feature = "dynamic")]
impl TryFrom<Server> for Sessions {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        Ok(Api::try_from(server)?.sessions().clone())
    }
}
