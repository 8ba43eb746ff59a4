//! Lists that a server cuts into pages.

use std::fmt;

use futures_core::Stream;
use futures_util::stream;
use serde::de::DeserializeOwned;

use super::{BoxFuture, in_runtime};
use crate::{Error, Result, transport::Request};

/// What asks for a page.
pub(crate) struct Turn<T>(Box<dyn FnOnce() -> BoxFuture<Result<Turned<T>>> + Send>);

/// A page, and how the one after it is asked for.
pub(crate) type Turned<T> = (Vec<T>, Result<Option<Turn<T>>>);

impl<T> Turn<T> {
    pub(crate) fn new<F>(turn: impl FnOnce() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Turned<T>>> + Send + 'static,
    {
        Self(Box::new(|| Box::pin(turn())))
    }
}

/// A list page by page. The pages are asked for one after the other, each when it is wanted.
///
/// ```no_run
/// # async fn f(sc: headwaters::streams::StreamsConnection) -> headwaters::Result<()> {
/// let mut pages = sc.instances().list().count(500).pages();
/// while let Some(page) = pages.next().await? {
///     println!("{} more", page.len());
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is asked for before `next` is awaited"]
pub struct Pages<T>(State<T>);

enum State<T> {
    Waiting(Turn<T>),
    /// It goes on where it was given up.
    Turning(BoxFuture<Result<Turned<T>>>),
    /// The page before was handed out, and there is no way to the next one.
    Lost(Error),
    Ended,
}

impl<T: DeserializeOwned + Send + 'static> Pages<T> {
    /// The pages from this one on, each of which has a link to the next one.
    pub(crate) fn new(request: Request) -> Self {
        Self::by(linked(request))
    }
}

fn linked<T: DeserializeOwned + Send + 'static>(request: Request) -> Turn<T> {
    Turn::new(|| async {
        let (answer, next) = request.page().await?;
        let page = answer.json()?.into_value();
        Ok((page, next.map(|next| next.map(linked))))
    })
}

impl<T: Send + 'static> Pages<T> {
    /// The pages that this asks for.
    pub(crate) fn by(turn: Turn<T>) -> Self {
        Self(State::Waiting(turn))
    }

    /// The next page, which may be empty; `None` after the last one and after an error.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no page.
    ///
    /// # Errors
    /// As the call; [`is_request`](crate::Error::is_request) when the link to the next page leads to another origin, and
    /// [`is_decode`](crate::Error::is_decode) when it leads back to a page before.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>> {
        self.0 = match std::mem::replace(&mut self.0, State::Ended) {
            State::Waiting(turn) => State::Turning(Box::pin(in_runtime((turn.0)()))),
            State::Lost(error) => return Err(error),
            state => state,
        };
        let State::Turning(turning) = &mut self.0 else {
            return Ok(None);
        };
        let turned = turning.as_mut().await;
        self.0 = State::Ended;
        let (page, next) = turned?;
        self.0 = match next {
            Ok(Some(next)) => State::Waiting(next),
            Ok(None) => State::Ended,
            Err(error) => State::Lost(error),
        };
        Ok(Some(page))
    }

    /// The same pages as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Vec<T>>> + Send + Unpin + 'static {
        Box::pin(stream::try_unfold(self, async |mut pages| {
            let page = pages.next().await?;
            Ok(page.map(|page| (page, pages)))
        }))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = matches!(self.0, State::Ended);
        f.debug_struct("Pages").field("ended", &ended).finish()
    }
}
