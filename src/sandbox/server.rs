//! The listener that every sandbox stands on: a loopback port, a journal, faults.

use std::borrow::Cow;
use std::future::{IntoFuture as _, pending};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::{oneshot, watch};

use super::drain::{SWALLOWED, swallow};
use super::fault::{self, Effect, Faults};
use super::journal::Journal;
use super::lock;
use super::tls::{Tls, TlsListener};

/// A port that nobody answers yet. Two steps, since a platform must know its address to be built.
#[derive(Debug)]
pub(super) struct Port {
    listener: std::net::TcpListener,
    address: SocketAddr,
    switch: Switch,
    tls: Option<Tls>,
}

impl Port {
    /// Binds a loopback port; 0 takes any free one.
    pub(super) fn bind(port: u16) -> io::Result<Self> {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let address = listener.local_addr()?;
        let switch = Switch(watch::Sender::new(true));
        Ok(Self {
            listener,
            address,
            switch,
            tls: None,
        })
    }

    /// Speaks TLS.
    pub(super) fn secured(self, tls: Tls) -> Self {
        let tls = Some(tls);
        Self { tls, ..self }
    }

    /// `http://127.0.0.1:<port>`, `https` where it speaks TLS.
    pub(super) fn url(&self) -> String {
        let scheme = match self.tls {
            Some(_) => "https",
            None => "http",
        };
        format!("{scheme}://{}", self.address)
    }

    /// Its number.
    pub(super) fn number(&self) -> u16 {
        self.address.port()
    }

    /// By which a platform shuts its own server down.
    pub(super) fn switch(&self) -> Switch {
        self.switch.clone()
    }

    /// Serves `platform`, whose clients may leave out `optional_prefix` from any path.
    pub(super) async fn serve(
        self,
        platform: Router,
        optional_prefix: impl Into<Cow<'static, str>>,
        journal: Journal,
    ) -> io::Result<Server> {
        let shared = Arc::new(Shared {
            journal,
            faults: Faults::default(),
            optional_prefix: optional_prefix.into(),
        });
        let app = platform
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(Arc::clone(&shared), pass));
        // Made before the wait: if this future is dropped there, the thread ends with it.
        let server = Server {
            address: self.address,
            url: self.url(),
            shared,
            app,
            switch: self.switch,
            tls: self.tls,
            thread: Mutex::default(),
        };
        server.answer(self.listener).await?;
        Ok(server)
    }
}

/// Turns a server off from within, where nobody can wait for its thread to end.
#[derive(Clone, Debug)]
pub(super) struct Switch(watch::Sender<bool>);

impl Switch {
    pub(super) fn off(&self) {
        self.0.send_replace(false);
    }
}

/// A running server. Dropping it closes the port and every connection.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    url: String,
    shared: Arc<Shared>,
    app: Router,
    switch: Switch,
    tls: Option<Tls>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    journal: Journal,
    faults: Faults,
    optional_prefix: Cow<'static, str>,
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

    /// Closes the port and every connection.
    pub(super) fn close(&self) {
        self.switch.off();
        if let Some(thread) = lock(&self.thread).take() {
            // Short: the runtime ends without waiting for requests. After it the port is free.
            let _ = thread.join();
        }
    }

    /// Opens the port again.
    pub(super) async fn open(&self) -> io::Result<()> {
        self.close();
        self.answer(listen(self.address)?).await
    }

    async fn answer(&self, listener: std::net::TcpListener) -> io::Result<()> {
        let (ready, started) = oneshot::channel();
        self.switch.0.send_replace(true);
        let (app, on) = (self.app.clone(), self.switch.0.subscribe());
        let tls = self.tls.clone();
        let thread = thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || run(listener, tls, app, ready, on))?;
        *lock(&self.thread) = Some(thread);
        started.await.map_err(io::Error::other)?
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The server's own thread and runtime: it survives the runtime of the test that started it, and a
/// client that blocks its thread, or a paused tokio clock, does not stop it.
fn run(
    listener: std::net::TcpListener,
    tls: Option<Tls>,
    app: Router,
    ready: oneshot::Sender<io::Result<()>>,
    mut on: watch::Receiver<bool>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(error))),
    };
    runtime.block_on(async move {
        let served = TcpListener::from_std(listener).and_then(|listener| {
            match tls {
                Some(tls) => {
                    let listener = TlsListener::new(listener, tls.config)?;
                    tokio::spawn(axum::serve(listener, app).into_future());
                }
                None => drop(tokio::spawn(axum::serve(listener, app).into_future())),
            }
            Ok(())
        });
        match served {
            Ok(()) => {
                let _ = ready.send(Ok(()));
                let _ = on.wait_for(|on| !on).await;
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    });
}

/// The way of every request: into the journal, past the faults, to the platform.
async fn pass(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let path = path
        .strip_prefix(&*shared.optional_prefix)
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
        Some(Effect::Stall(bytes)) => fault::stall(next.run(request).await, bytes),
        Some(Effect::Answer(answer)) => {
            answer.hear(request.into_body()).await;
            answer.into_response()
        }
        Some(Effect::Hang) => {
            let _rest = swallow(request.into_body(), SWALLOWED).await;
            pending().await
        }
    };
    entry.answered(response.status());
    response
}
