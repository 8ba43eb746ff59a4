//! Forms: a bundle and how it is to run, in one body.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Error;
use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart};
use axum::http::Request;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream::{self, Fuse};

use super::error::Failure;
use super::upload::BODY_LIMIT;
use crate::sandbox::drain::linger;
use crate::sandbox::lock;

/// Bytes before a part, and of its headers: what reads forms keeps them, and searches all of them whenever there are more.
const HEAD_LIMIT: usize = 64 * 1024;

/// A form with a bundle and how it is to run.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// The name of the file, and its length.
    pub(crate) bundle: Option<(String, u64)>,
    pub(crate) options: Option<Bytes>,
}

impl Form {
    /// Reads a form to its end. The bundle is counted, and not kept.
    pub(crate) async fn read(request: Request<Body>) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let source = Source::of(body);
        let request = Request::from_parts(parts, source.body());
        let form = match Multipart::from_request(request, &()).await {
            Ok(parts) => Self::of(parts, &source).await,
            Err(_) => Err(broken()),
        };
        source.allow(usize::MAX);
        linger(source.body());
        form
    }

    async fn of(mut parts: Multipart, source: &Source) -> Result<Self, Failure> {
        let mut form = Self::default();
        loop {
            source.allow(HEAD_LIMIT);
            let Some(mut part) = parts.next_field().await.map_err(|_| broken())? else {
                return Ok(form);
            };
            source.allow(usize::MAX);
            match part.name() {
                Some("bundle_file") => {
                    let name = part.file_name().unwrap_or_default().to_owned();
                    form.bundle = Some((name, length(&mut part).await?));
                }
                Some("job_options") => form.options = Some(content(&mut part).await?),
                // What nobody asks for.
                _ => drop(length(&mut part).await?),
            }
        }
    }
}

fn broken() -> Failure {
    Failure::bad_body("it is not a form")
}

/// Reads a part to its end, and tells its length.
async fn length(part: &mut Field<'_>) -> Result<u64, Failure> {
    let mut length = 0;
    while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
        length += piece.len() as u64;
    }
    Ok(length)
}

/// A part that is kept.
async fn content(part: &mut Field<'_>) -> Result<Bytes, Failure> {
    let mut content = BytesMut::new();
    while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
        content.extend_from_slice(&piece);
        if content.len() > BODY_LIMIT {
            return Err(Failure::bad_body("the part job_options is too long"));
        }
    }
    Ok(content.freeze())
}

/// A body that can be read on when whoever has read it before has given up.
#[derive(Clone)]
struct Source(Arc<Mutex<Pieces>>);

struct Pieces {
    rest: Fuse<BodyDataStream>,
    /// Bytes that may still be read.
    allowed: usize,
    /// Whether the reader is to look at what it has before it gets more.
    is_paused: bool,
}

impl Source {
    fn of(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Pieces {
            rest: body.into_data_stream().fuse(),
            allowed: usize::MAX,
            is_paused: false,
        })))
    }

    /// Lets so many bytes be read from now on; the last piece may exceed them.
    fn allow(&self, bytes: usize) {
        lock(&self.0).allowed = bytes;
    }

    /// The body as far as it has not been read.
    fn body(&self) -> Body {
        let source = self.clone();
        Body::from_stream(stream::poll_fn(move |context| {
            lock(&source.0).poll(context)
        }))
    }
}

impl Pieces {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        // What reads forms takes whatever there is before it looks for a part: it would exceed every limit.
        if std::mem::take(&mut self.is_paused) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.allowed == 0 {
            return Poll::Ready(Some(Err(Error::new("no part begins"))));
        }
        let piece = self.rest.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(piece))) = &piece {
            self.allowed = self.allowed.saturating_sub(piece.len());
            self.is_paused = true;
        }
        piece
    }
}
