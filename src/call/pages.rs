//! Lists that a server cuts into pages.

use std::{fmt, marker::PhantomData};

use futures_core::Stream;
use futures_util::stream;
use serde::de::DeserializeOwned;

use super::{BoxFuture, in_runtime};
use crate::{
    Error, Result,
    transport::{Answer, Request},
};

/// A page, and the request of the one after it.
type Turned = Result<(Answer, Result<Option<Request>>)>;

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
pub struct Pages<T> {
    state: State,
    item: PhantomData<fn() -> T>,
}

enum State {
    Waiting(Box<Request>),
    /// It goes on where it was given up.
    Turning(BoxFuture<Turned>),
    /// The page before was handed out, and there is no way to the next one.
    Lost(Error),
    Ended,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(request: Request) -> Self {
        Self {
            state: State::Waiting(Box::new(request)),
            item: PhantomData,
        }
    }

    /// The next page, which may be empty; `None` after the last one and after an error.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no page.
    ///
    /// # Errors
    /// As the call; [`is_request`](crate::Error::is_request) when the link to the next page leads to another origin, and
    /// [`is_decode`](crate::Error::is_decode) when it leads back to a page before.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>> {
        self.state = match std::mem::replace(&mut self.state, State::Ended) {
            State::Waiting(request) => State::Turning(Box::pin(in_runtime(request.page()))),
            State::Lost(error) => return Err(error),
            state => state,
        };
        let State::Turning(turning) = &mut self.state else {
            return Ok(None);
        };
        let turned = turning.as_mut().await;
        self.state = State::Ended;
        let (answer, next) = turned?;
        let page = answer.json()?.into_value();
        self.state = match next {
            Ok(Some(next)) => State::Waiting(Box::new(next)),
            Ok(None) => State::Ended,
            Err(error) => State::Lost(error),
        };
        Ok(Some(page))
    }

    /// The same pages as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Vec<T>>> + Send + Unpin + 'static
    where
        T: 'static,
    {
        Box::pin(stream::try_unfold(self, async |mut pages| {
            let page = pages.next().await?;
            Ok(page.map(|page| (page, pages)))
        }))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = matches!(self.state, State::Ended);
        f.debug_struct("Pages").field("ended", &ended).finish()
    }
}
