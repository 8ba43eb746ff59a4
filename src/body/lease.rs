//! Request bodies that end with their call.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::{Stream, stream::BoxStream};
use futures_util::{StreamExt as _, task::AtomicWaker};

/// The pieces of a body.
pub(crate) type Pieces = BoxStream<'static, io::Result<Bytes>>;

/// A body on its way out.
pub(crate) struct Leased(Arc<Shared>);

/// The call's hold on it. When the call has ended, with an early answer or without any, the HTTP client would go on
/// sending a file that nobody wants: dropping the lease lets go of the file and fails the body.
pub(crate) struct Lease(Arc<Shared>);

struct Shared {
    pieces: Mutex<Option<Pieces>>,
    waker: AtomicWaker,
}

pub(crate) fn lease(pieces: Pieces) -> (Leased, Lease) {
    let shared = Arc::new(Shared {
        pieces: Mutex::new(Some(pieces)),
        waker: AtomicWaker::new(),
    });
    (Leased(Arc::clone(&shared)), Lease(shared))
}

impl Stream for Leased {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.waker.register(context.waker());
        let mut pieces = self.0.pieces.lock();
        match pieces.as_mut().ok().and_then(|pieces| pieces.as_mut()) {
            Some(pieces) => pieces.poll_next_unpin(context),
            None => Poll::Ready(Some(Err(io::Error::other("the call has ended")))),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Ok(mut pieces) = self.0.pieces.lock() {
            *pieces = None;
        }
        self.0.waker.wake();
    }
}
