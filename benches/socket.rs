//! Drops that arrive over the WebSocket of flowthings.io, beside tokio-tungstenite and serde by hand on the same frames.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark fails by panicking"
)]

mod bare;

use std::{
    collections::BTreeMap,
    hint::black_box,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use futures_util::StreamExt as _;
use headwaters::{
    Config,
    flowthings::{self, Api, Event, Token},
};
use serde::{Deserialize, de::DeserializeOwned};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

/// Frames of a turn.
const FRAMES: usize = 20_000;
const ROUNDS: usize = 21;
/// What the time may be at most, so that the pace is 0.85 of the other.
const TARGET: f64 = 1.0 / 0.85;

/// A message, as one writes it down for these frames.
#[derive(Deserialize)]
struct Written<D> {
    #[serde(rename = "type")]
    kind: String,
    resource: String,
    value: D,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "whoever writes it down reads it elsewhere")]
struct Drop {
    id: String,
    flow_id: String,
    path: String,
    creation_date: i64,
    elems: BTreeMap<String, Elem>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "whoever writes it down reads it elsewhere")]
struct Elem {
    #[serde(rename = "type")]
    kind: String,
    value: serde_json::Value,
}

fn main() {
    bare::ratio::pin();
    for (name, elems) in [("2 elems", 2), ("12 elems", 12)] {
        let frames: Arc<[u8]> = (0..FRAMES)
            .flat_map(|number| frame(number, elems))
            .collect();
        println!("{name}: {} bytes a frame", frames.len() / FRAMES);
        let address = start(frames);
        for (kind, theirs) in [
            ("beside structs by hand", bare::<Drop> as fn(_) -> _),
            ("beside the crate's type", bare::<flowthings::types::Drop>),
        ] {
            let name = format!("{FRAMES} drops of {name}, {kind}");
            let (bare, ours) = (|| theirs(address), || ours(address));
            bare::ratio::in_turns(&name, TARGET, ROUNDS, bare, ours);
        }
    }
}

fn ours(address: SocketAddr) -> Duration {
    runtime().block_on(async {
        let token = Token::new("acc", "tok");
        let api = Api::with_config(format!("http://{address}"), token, Config::new()).unwrap();
        let mut socket = api.websocket().await.unwrap();
        let start = Instant::now();
        for _ in 0..FRAMES {
            match socket.next().await.unwrap().unwrap() {
                event @ Event::Message { .. } => black_box(event),
                other => panic!("{other:?}"),
            };
        }
        start.elapsed()
    })
}

fn bare<D: DeserializeOwned>(address: SocketAddr) -> Duration {
    let mut stream = TcpStream::connect(address).unwrap();
    let key = "dGhlIHNhbXBsZSBub25jZQ==";
    write!(
        stream,
        "GET /session/s/ws HTTP/1.1\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    )
    .unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    stream.set_nonblocking(true).unwrap();
    runtime().block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream).unwrap();
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
        let start = Instant::now();
        for _ in 0..FRAMES {
            match socket.next().await.unwrap().unwrap() {
                Message::Text(text) => {
                    let written: Written<D> = serde_json::from_str(&text).unwrap();
                    assert_eq!(written.kind, "message");
                    black_box((written.resource, written.value));
                }
                other => panic!("{other:?}"),
            }
        }
        start.elapsed()
    })
}

/// A text frame with a drop in it.
fn frame(number: usize, elems: usize) -> Vec<u8> {
    let elems: Vec<String> = (0..elems)
        .map(|elem| format!(r#""elem{elem}": {{"type": "float", "value": {elem}.{number}}}"#))
        .collect();
    let text = format!(
        r#"{{"type": "message", "resource": "f54ad6428d4c6b0419a019285", "value": {{"id": "d{number:024x}", "flowId": "f54ad6428d4c6b0419a019285", "path": "/alice/greenhouse", "creationDate": 1420664203776, "elems": {{{}}}}}}}"#,
        elems.join(", ")
    );
    let length = u16::try_from(text.len()).unwrap();
    assert!(length > 125);
    [&[0x81, 126], &length.to_be_bytes()[..], text.as_bytes()].concat()
}

/// A server that opens sessions and sends all frames on each WebSocket at once.
fn start(frames: Arc<[u8]>) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let frames = Arc::clone(&frames);
            thread::spawn(move || serve(stream.unwrap(), &frames));
        }
    });
    address
}

fn serve(mut stream: TcpStream, frames: &[u8]) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut key = None;
    while let Some(Ok(line)) = lines.next() {
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("sec-websocket-key")
        {
            key = Some(value.to_owned());
        }
        if !line.is_empty() {
            continue;
        }
        let Some(key) = key.take() else {
            let body = r#"{"head": {"status": 201, "ok": true}, "body": {"id": "s"}}"#;
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 201 Created\r\ncontent-length: {length}\r\n\r\n{body}"
            )
            .unwrap();
            continue;
        };
        let accept = derive_accept_key(key.as_bytes());
        write!(stream, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n").unwrap();
        // The client leaves when it has seen enough.
        let _ = stream.write_all(frames);
        let _ = stream.read(&mut [0; 64]);
        return;
    }
}

fn runtime() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.enable_all().build().unwrap()
}
