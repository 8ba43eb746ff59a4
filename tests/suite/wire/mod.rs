//! What goes over the wire, and what the client makes of what comes back: generated Flink calls against a stub that
//! answers well, badly or not at all.

mod auth;
mod batch;
#[cfg(feature = "rustls")]
pub mod certificate;
mod coding;
mod configured;
mod deadline;
mod fleet;
mod framing;
mod hostile;
mod intermediary;
mod keep_alive;
mod limit;
mod origin;
mod path;
mod planted;
mod poll;
mod proxy;
mod retry;
pub mod scripted_server;
pub mod secret;
mod sign;
mod spawned;
mod stream;
mod submit;
mod told;
#[cfg(feature = "tracing")]
mod trace;
mod unknown;
mod unsupported;
mod upload;

use std::{
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use headwaters::{
    Auth, Config, Error, Retry, Secret, Timeouts, Token, TokenError, TokenSource, flink::Flink,
};

use scripted_server::{Answer, ScriptedServer};

/// A job's id, as Flink writes one.
const JOB: &str = "27e9393595f24e37a9fe2250564c62dc";
/// A jar's id, as Flink writes one.
const JAR: &str = "91ffae2d-d669-4f45-bbdb-88e328af9d38_ref-jobs.jar";

/// Captured on 1.20.5: `GET /overview`.
const OVERVIEW: &str = r#"{"taskmanagers":1,"slots-total":4,"slots-available":4,"jobs-running":0,"jobs-finished":0,"jobs-cancelled":0,"jobs-failed":0,"flink-version":"1.20.5","flink-commit":"0980485"}"#;
/// `GET /jobs/{jobid}/status`.
const STATUS: &str = r#"{"status":"RUNNING"}"#;
/// Captured on 1.20.5: `POST /jars/{jarid}/run`.
const RUN: &str = r#"{"jobid":"27e9393595f24e37a9fe2250564c62dc"}"#;
/// Captured on 1.20.5: `POST /jobs/{jobid}/savepoints`, with this trigger id.
const TRIGGERED: &str = r#"{"request-id":"ffffffffffffffffffffffffffffffff"}"#;
const TRIGGER: &str = "ffffffffffffffffffffffffffffffff";
/// Captured on 1.20.5: `POST /jars/upload`.
const UPLOADED: &str = r#"{"filename":"/srv/flink/up/flink-web-upload/91ffae2d-d669-4f45-bbdb-88e328af9d38_ref-jobs.jar","status":"success"}"#;

/// Retries without long waits.
pub fn brisk() -> Config {
    Config::new()
        .with_retry(Retry::default().with_waits(Duration::from_millis(1), Duration::from_millis(4)))
}

/// One attempt only.
fn single() -> Config {
    Config::new().with_retry(Retry::none())
}

/// One attempt of at most this many milliseconds.
fn hurried(attempt: u64) -> Config {
    let attempt = Duration::from_millis(attempt);
    single().with_timeouts(
        Timeouts::default()
            .with_attempt(attempt)
            .with_long_attempt(attempt),
    )
}

fn client(stub: &ScriptedServer, config: Config) -> Flink {
    Flink::with_config(stub.url(), config).unwrap()
}

/// The error of one overview against this answer.
async fn error_of(answer: Answer) -> Error {
    let stub = ScriptedServer::playing([answer]);
    client(&stub, hurried(10_000)).overview().await.unwrap_err()
}

/// What every error owes its reader: one short line, whatever the server said.
pub fn assert_readable(error: &Error) {
    for text in [error.to_string(), error.report()] {
        assert!(!text.contains(['\n', '\r', '\0', '\u{1b}']), "{text:?}");
    }
    let line = error.to_string();
    assert!(
        line.chars().count() < 600,
        "{} characters: {line}",
        line.chars().count()
    );
    let debug = format!("{error:?}");
    assert!(debug.len() < 8_000, "Debug has {} bytes", debug.len());
}

/// A port that is taken but on which nobody listens: connections are refused until [`listen`](Self::listen).
pub struct ClosedPort(tokio::net::TcpSocket);

impl ClosedPort {
    pub fn new() -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        Self(socket)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    fn listen(self) -> std::net::TcpListener {
        let listener = self.0.listen(16).unwrap().into_std().unwrap();
        listener.set_nonblocking(false).unwrap();
        listener
    }
}

/// Tokens that end at once, so that every attempt fetches one: `hook` runs before each attempt and is told its number,
/// from 1.
fn before_each_attempt(hook: impl Fn(usize) + Send + Sync + 'static) -> Auth {
    struct Hooked<F>(F, AtomicUsize);

    impl<F: Fn(usize) + Send + Sync + 'static> TokenSource for Hooked<F> {
        fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
            (self.0)(self.1.fetch_add(1, Ordering::SeqCst) + 1);
            let token = Token {
                secret: Secret::from("token"),
                lifetime: Some(Duration::ZERO),
            };
            Box::pin(async move { Ok(token) })
        }
    }

    Auth::refreshing(Hooked(hook, AtomicUsize::new(0)))
}

/// Runs a part of a test in a process of its own, with these environment variables beside the others.
pub(crate) fn in_a_fresh_process(variables: &[(&str, &str)], part: impl FnOnce()) {
    const FRESH: &str = "HEADWATERS_TEST_IN_A_FRESH_PROCESS";
    if std::env::var_os(FRESH).is_some() {
        return part();
    }
    let name = std::thread::current().name().unwrap().to_owned();
    let test = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name])
        .env(FRESH, "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&test.stdout);
    assert!(text.contains("1 passed"), "{text}");
}
