//! The listener that every sandbox stands on: a loopback port, a journal, faults.

use std::future::{IntoFuture as _, pending};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use futures_util::StreamExt as _;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::oneshot;

use super::exchange::Journal;
use super::fault::{self, Effect, Faults};

/// How much of a body is read before a fault answers in the platform's place: 1 MiB.
const SWALLOWED: usize = 1024 * 1024;

/// A port that nobody answers yet. Two steps, since a platform must know its address to be built.
#[derive(Debug)]
pub(super) struct Port {
    listener: std::net::TcpListener,
    url: String,
}

impl Port {
    /// Binds a loopback port; 0 takes any free one.
    pub(super) fn bind(port: u16) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        Ok(Self { listener, url })
    }

    /// `http://127.0.0.1:<port>`.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Serves `platform`, whose clients may leave out `optional_prefix` from any path.
    pub(super) async fn serve(
        self,
        platform: Router,
        optional_prefix: &'static str,
    ) -> io::Result<Server> {
        let shared = Arc::new(Shared {
            journal: Journal::default(),
            faults: Faults::default(),
            optional_prefix,
        });
        let app = platform
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(Arc::clone(&shared), pass));
        let (ready, started) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || run(self.listener, app, ready, stopped))?;
        // Made before the wait: if this future is dropped there, the thread ends with it.
        let server = Server {
            url: self.url,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        };
        started.await.map_err(io::Error::other)??;
        Ok(server)
    }
}

/// A running server. Dropping it closes the port and every connection.
#[derive(Debug)]
pub(super) struct Server {
    url: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    journal: Journal,
    faults: Faults,
    optional_prefix: &'static str,
}

impl Server {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.shared.journal
    }

    pub(super) fn faults(&self) -> &Faults {
        &self.shared.faults
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Short: the runtime ends without waiting for requests. After it the port is free.
            let _ = thread.join();
        }
    }
}

/// The server's own thread and runtime: it survives the runtime of the test that started it, and a
/// client that blocks its thread, or a paused tokio clock, does not stop it.
fn run(
    listener: std::net::TcpListener,
    app: Router,
    ready: oneshot::Sender<io::Result<()>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(error))),
    };
    runtime.block_on(async move {
        match TcpListener::from_std(listener) {
            Ok(listener) => {
                tokio::spawn(axum::serve(listener, app).into_future());
                let _ = ready.send(Ok(()));
                let _ = stopped.await;
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    });
}

/// The way of every request: into the journal, past the faults, to the platform.
async fn pass(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let path = path
        .strip_prefix(shared.optional_prefix)
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path);
    let effect = shared.faults.take(request.method().as_str(), path);
    let (entry, request) = shared.journal.open(request);
    let response = match effect {
        None => next.run(request).await,
        Some(Effect::Delay(duration)) => {
            tokio::time::sleep(duration).await;
            next.run(request).await
        }
        Some(Effect::Cut(bytes)) => fault::cut(next.run(request).await, bytes),
        Some(Effect::Answer(answer)) => {
            swallow(request.into_body()).await;
            answer.into_response()
        }
        Some(Effect::Hang) => {
            swallow(request.into_body()).await;
            pending().await
        }
    };
    entry.answered(response.status());
    response
}

/// Reads the body for the journal's sake, and so that a client sees the answer rather than a broken pipe.
async fn swallow(body: Body) {
    let mut body = body.into_data_stream();
    let mut read = 0;
    while let Some(Ok(chunk)) = body.next().await {
        read += chunk.len();
        if read > SWALLOWED {
            break;
        }
    }
}
