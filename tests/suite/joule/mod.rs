//! The client of Joule: on the sandbox and its faults, and on servers that do what no honest one does. Expected values are
//! those of jouled 1.0.1.

#[cfg(feature = "dynamic")]
mod by_name;
mod event;
mod folder;
mod node;
mod node_store;
mod pipe_reader;
mod pipe_resume;
mod pipe_validation;
mod pipe_watch;
mod pipe_writer;
mod pipe_writing;
mod request;
mod secret;

use headwaters::{
    Config, Result,
    joule::{
        Block, Element, Layout, Node, PipeReader,
        types::{DataStream, DataType, NewDataStream},
    },
    sandbox::Joule,
};

use crate::{
    platform::KEY,
    wire::scripted_server::{Answer, Request, ScriptedServer},
};

/// A time late enough to survive Python's floating point: 21 September 2026.
const T0: i64 = 1_790_000_000_000_000;

/// What a node sent for three rows, a break and one row of float32_3 (Joule 1.0.1).
const SENT: [u8; 100] = [
    0x00, 0xe0, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0x40,
    0x00, 0x00, 0x40, 0x40, 0xe8, 0xe3, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0x40,
    0x00, 0x00, 0xa0, 0x40, 0x00, 0x00, 0xc0, 0x40, 0xd0, 0xe7, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00,
    0x00, 0x00, 0xe0, 0x40, 0x00, 0x00, 0x00, 0x41, 0x00, 0x00, 0x18, 0x41, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0xf3, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00,
    0x80, 0xbf, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x40, 0xc0,
];

/// Rows and breaks in order: `None` is a break.
type Script<T> = Vec<Option<(i64, Vec<T>)>>;

/// What [`SENT`] says.
fn said() -> Script<f32> {
    vec![
        Some((T0, vec![1.0, 2.0, 3.0])),
        Some((T0 + 1_000, vec![4.0, 5.0, 6.0])),
        Some((T0 + 2_000, vec![7.0, 8.0, 9.5])),
        None,
        Some((T0 + 5_000, vec![-1.0, -2.0, -3.0])),
    ]
}

fn node(url: impl AsRef<str>) -> Node {
    Node::new(url, KEY).unwrap()
}

fn node_with(url: impl AsRef<str>, config: Config) -> Node {
    Node::with_config(url, KEY, config).unwrap()
}

fn node_of(sandbox: &Joule) -> Node {
    Node::new(sandbox.url(), sandbox.key()).unwrap()
}

/// A stream in the folder /w.
async fn stream(node: &Node, name: &str, datatype: DataType, width: usize) -> DataStream {
    let elements: Vec<String> = (0..width).map(|index| format!("e{index}")).collect();
    node.data_streams()
        .create("/w", NewDataStream::new(name, datatype, elements))
        .await
        .unwrap()
}

/// Puts the rows and breaks of a block at the end of a script.
fn take<T: Element>(script: &mut Script<T>, block: &Block) {
    let rows = block.rows().iter::<T>().unwrap();
    script.extend(rows.map(|row| Some((row.timestamp(), row.elements().collect()))));
    if block.ends_interval() {
        script.push(None);
    }
}

/// Reads to the end, or to the error that is given beside what came before.
async fn drain<T: Element>(pipe: &mut PipeReader) -> (Script<T>, Result<()>) {
    let mut script = Script::new();
    loop {
        match pipe.next().await {
            Ok(Some(block)) => take(&mut script, &block),
            Ok(None) => return (script, Ok(())),
            Err(error) => return (script, Err(error)),
        }
    }
}

/// All that a stream holds.
async fn whole<T: Element>(node: &Node, stream: &DataStream) -> Script<T> {
    let mut pipe = node.data().read(stream).await.unwrap();
    let (script, outcome) = drain(&mut pipe).await;
    outcome.unwrap();
    script
}

/// The rows and breaks as bytes of the wire.
fn encoded(script: &Script<i32>) -> Vec<u8> {
    let width = script
        .iter()
        .flatten()
        .next()
        .map_or(1, |(_, row)| row.len());
    let mut bytes = Vec::new();
    for line in script {
        match line {
            None => bytes.resize(bytes.len() + 8 + 4 * width, 0),
            Some((time, row)) => {
                bytes.extend(time.to_le_bytes());
                bytes.extend(row.iter().flat_map(|value| value.to_le_bytes()));
            }
        }
    }
    bytes
}

/// The head of a read's answer.
fn head(layout: &str) -> Answer {
    Answer::head(
        200,
        &[
            ("content-type", "application/octet-stream"),
            ("transfer-encoding", "chunked"),
            ("joule-layout", layout),
            ("joule-decimation", "1"),
        ],
    )
}

/// A node whose every read is answered like this.
async fn reading(answer: Answer) -> (ScriptedServer, Result<PipeReader>) {
    let stub = ScriptedServer::playing([answer]);
    let pipe = node(stub.url()).data().read(7).await;
    (stub, pipe)
}

/// The answer of `GET /stream.json` for a stream with the id 7 and this layout.
fn described(layout: &str) -> Answer {
    let layout: Layout = layout.parse().unwrap();
    let datatype = layout.element_type().as_str();
    Answer::json(format!(
        r#"{{"id": 7, "name": "meter", "description": null, "datatype": "{datatype}", "layout": "{layout}", "keep_us": -1, "is_configured": false, "is_source": false, "is_destination": false, "updated_at": "2026-11-20T10:14:06+00:00", "locked": false, "active": false, "decimate": true, "elements": []}}"#
    ))
}

/// What a node says when all is stored.
fn stored() -> Answer {
    Answer::status(200, &[("content-type", "text/plain; charset=utf-8")], "ok")
}

/// A node with one stream; what is done about a write is the test's, the body included.
fn writing(layout: &'static str, answer: Answer) -> ScriptedServer {
    ScriptedServer::narrow(move |request| match request.method.as_str() {
        "POST" => answer.clone(),
        _ => described(layout),
    })
}

/// The writes that came.
fn posts(stub: &ScriptedServer) -> Vec<Request> {
    let mut requests = stub.requests();
    requests.retain(|request| request.method == "POST");
    requests
}
