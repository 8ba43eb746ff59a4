//! Whoever reads a session: a socket, a poll, a stream.

use futures_util::future::{Either, select};
use tokio::sync::watch;

use crate::sandbox::flowthings::model::platform::Shared;
use crate::sandbox::flowthings::model::session::Next;
use crate::sandbox::lock;

/// Somebody who reads a session.
pub(super) struct Reader {
    pub(super) platform: Shared,
    pub(super) id: String,
    news: watch::Receiver<()>,
}

impl Reader {
    /// Of a session that there is.
    pub(super) fn of(platform: &Shared, id: &str) -> Option<Self> {
        let mut locked = lock(platform);
        let now = locked.now();
        let news = locked.sessions.enter(id, now)?;
        Some(Self {
            platform: platform.clone(),
            id: id.to_owned(),
            news,
        })
    }

    /// What there is to do now.
    pub(super) fn next(&self) -> Next {
        lock(&self.platform).sessions.next(&self.id)
    }

    /// Waits for news, or for the end.
    pub(super) async fn news(&mut self) {
        // An error says that the session is gone, which is news too.
        let _ = self.news.changed().await;
    }

    /// What comes of it, unless the session is gone before.
    pub(super) async fn unless_gone<F: Future>(&self, work: F) -> Option<F::Output> {
        let mut news = self.news.clone();
        let gone = std::pin::pin!(async move { while news.changed().await.is_ok() {} });
        match select(gone, std::pin::pin!(work)).await {
            Either::Left(_) => None,
            Either::Right((outcome, _)) => Some(outcome),
        }
    }

    /// Waits for something else than waiting.
    pub(super) async fn messages(&mut self) -> Next {
        loop {
            match self.next() {
                Next::Wait => self.news().await,
                next => return next,
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut platform = lock(&self.platform);
        let now = platform.now();
        platform.sessions.leave(&self.id, now);
    }
}
