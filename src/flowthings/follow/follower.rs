//! The drops of a flow, each once.

use std::{
    fmt,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use futures_util::stream;
use tokio::{sync::mpsc, task::AbortHandle};

use super::{
    event::FollowEvent,
    position::FlowPosition,
    task::{Task, Told},
};
use crate::{Error, Result};

/// The drops of a flow, each once; [`Api::follow`](crate::flowthings::Api::follow) begins it.
///
/// A task of the tokio runtime in which it was opened holds the WebSocket and finds what is missing. Dropping the follower ends the task,
/// its requests and the connection at once.
///
/// # Order
/// Drops come in the order in which the platform pushes them. Where some are missing, what is pushed waits until they have been found:
/// those come by `creationDate`, and what has waited behind them. So a drop comes after one with a later `creationDate` only where the
/// platform pushes them so, or finds the one later than the other.
///
/// # What is handed out
/// Each drop that is written to the flow, by whomever, tracks included, comes once: a later change of it is no event. Two things take
/// that away. One is a platform whose dates contradict the order of its drops by more than
/// [`with_overlap`](super::Follow::with_overlap) says. The other is a drop that the flow has deleted before it could be read, because its
/// capacity was exceeded: where that is possible there is a [`FollowEvent::Gap`], and there is none where the flow still holds something
/// that was written before what was missing, since the oldest go first.
pub struct Follower {
    told: mpsc::Receiver<Told>,
    position: FlowPosition,
    state: State,
    running: AbortHandle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Ended,
}

impl Follower {
    /// Starts the task. The caller is in a runtime.
    pub(super) fn start(
        position: FlowPosition,
        buffer: usize,
        task: impl FnOnce(mpsc::Sender<Told>) -> Task,
    ) -> Self {
        // The drops that wait are counted there.
        let (sender, told) = mpsc::channel(buffer.min(16));
        let running = tokio::spawn(task(sender).run()).abort_handle();
        Self {
            told,
            position,
            state: State::Open,
            running,
        }
    }

    /// The next event; `None` after the WebSocket has ended.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no event.
    ///
    /// # Errors
    /// That of a find or of a subscription, which is tried again, and those of
    /// [`Socket::next`](crate::flowthings::Socket::next): after all of these the next event follows, and no drop is passed over. The last
    /// one is that which has ended the WebSocket, or that of the last attempt where
    /// [they are limited](super::Follow::with_retry). Another follower can go on from the [position](Self::position) then.
    pub async fn next(&mut self) -> Result<Option<FollowEvent>> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// How far it has come: the drops that [`next`](Self::next) has given are behind it. A gap that it has told may be told again to who
    /// goes on from there.
    pub fn position(&self) -> FlowPosition {
        self.position.clone()
    }

    /// The same events as a [`Stream`]. An error does not end it.
    pub fn into_stream(
        mut self,
    ) -> impl Stream<Item = Result<FollowEvent>> + Send + Unpin + 'static {
        stream::poll_fn(move |context| {
            // The task goes on with the whole of it.
            let follower = &mut self;
            follower.poll_next(context).map(Result::transpose)
        })
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<FollowEvent>>> {
        if self.state == State::Ended {
            return Poll::Ready(Ok(None));
        }
        Poll::Ready(match ready!(self.told.poll_recv(context)) {
            Some(Told::Event(event, since)) => {
                if let FollowEvent::Drop(drop) = &event {
                    self.position.pass(drop, since);
                }
                Ok(Some(event))
            }
            Some(Told::Failure(error)) => Err(error),
            Some(Told::End) => {
                self.state = State::Ended;
                Ok(None)
            }
            None => {
                self.state = State::Ended;
                let what = "the task of the follower was stopped, with its runtime or by a panic";
                Err(Error::stopped(what))
            }
        })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower")
            .field("since", &self.position.since())
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
