//! Servers in your process that speak the platforms' wire protocols.
//!
//! A sandbox is a real HTTP server on a loopback port: point a client at its address, and it answers
//! with the statuses, members and error texts of the real server. It keeps state (what you upload is
//! listed, what you start runs), writes a [journal](Exchange) of the requests that arrived, and
//! misbehaves on demand ([`Fault`]). Use it to test your own code, or to try the crate without a cluster.
//!
//! ```no_run
//! use headwaters::sandbox::{self, Fault};
//!
//! # async fn f() -> std::io::Result<()> {
//! let flink = sandbox::Flink::start().await?;
//! flink.inject(Fault::status(503).with_header("retry-after", "1").on("GET", "/overview"));
//! // ... let your code talk to flink.url() ...
//! for exchange in flink.journal() {
//!     println!("{} {}: {:?}", exchange.method, exchange.target, exchange.status);
//! }
//! # Ok(()) }
//! ```
//!
//! A sandbox runs on a thread of its own until it is dropped, so it may be shared by tests that each
//! have their own runtime. It is strict rather than complete: a call that the platform has and the
//! sandbox does not answers 501 and says so.

mod clock;
mod controls;
mod drain;
mod fault;
mod flink;
#[cfg(feature = "flowthings")]
mod flowthings;
mod ids;
mod joule;
mod journal;
mod server;
mod streams;
mod tls;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use fault::Fault;
pub use flink::{Flink, FlinkBuilder};
#[cfg(feature = "flowthings")]
pub use flowthings::{Flowthings, FlowthingsBuilder, Undelivered};
pub use joule::{Joule, JouleBuilder};
pub use journal::Exchange;
pub use streams::{Flavour, Streams, StreamsBuilder, UnknownFlavour};

/// Locks, whatever happened to the last holder: the state of a test server stays readable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
