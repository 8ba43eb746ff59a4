//! What an answer of JSON may cost in memory. In a binary of its own, since it replaces the allocator.
#![cfg(all(feature = "flink", feature = "dynamic"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

#[path = "../codegen/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "specs are read with it, and nothing is generated"
)]
mod codegen;
#[path = "suite/document.rs"]
mod document;

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use document::{Described, Document, Wish};
use headwaters::{
    Config, Error, Limits, Operation, PLATFORMS, Retry,
    dynamic::{Answer, Platform, Server},
};
use tokio::runtime::{Builder, Runtime};

/// Bytes of an answer here, with as large a part of the limit for values; the figures are for 32 MiB.
const SIZE: usize = 64 << 10;
/// What text that a server does not write may cost: 512 MiB at 32 MiB.
const HOSTILE: u64 = 16;
/// What most text as a server writes it may cost. The call by name that is measured writes the value once more.
const GOOD: u64 = 4;

#[test]
fn no_text_costs_sixteen_times_its_size() {
    let worst = Mutex::new((0, String::new()));
    each_operation(|call| {
        for (name, text) in hostile(call) {
            let (cost, _) = call.cost(&text);
            let mut worst = worst.lock().unwrap();
            if cost > worst.0 {
                *worst = (cost, format!("{} {name}", call.operation.id));
            }
            drop(worst);
            assert!(
                cost <= HOSTILE * text.len() as u64,
                "{} of {name}: {cost} bytes for {}",
                call.operation.id,
                text.len()
            );
        }
    });
    let worst = worst.into_inner().unwrap();
    println!("worst of {SIZE} bytes: {worst:?}");
}

#[test]
fn most_answers_as_servers_write_them_cost_four_times_their_size() {
    let costs = Mutex::new(Vec::new());
    each_operation(|call| {
        for (name, example) in &call.examples {
            let Some(text) = repeated(example, 4 * SIZE) else {
                continue;
            };
            let (cost, outcome) = call.cost(&text);
            let answer = format!("{} of {name}", call.operation.id);
            if let Err(error) = outcome {
                panic!("{answer}: {error}");
            }
            // A list of items of a few bytes costs more: their type takes as much as if they said everything.
            assert!(cost <= HOSTILE * text.len() as u64, "{answer}: {cost}");
            let percent = cost * 100 / text.len() as u64;
            costs.lock().unwrap().push((percent, answer));
        }
    });
    let mut costs = costs.into_inner().unwrap();
    costs.sort();
    let (median, _) = &costs[costs.len() / 2];
    println!(
        "of {} answers the median is {median} %, the last {:?}",
        costs.len(),
        costs.last()
    );
    assert!(costs.len() > 50, "{}", costs.len());
    assert!(*median <= GOOD * 100, "{median} %");
}

/// Texts of `SIZE` bytes that are mostly values, as a whole and in the place of each list and each object of an example.
fn hostile(call: &Call<'_>) -> Vec<(String, String)> {
    let texts = crowds();
    let (_, example) = &call.examples[0];
    let mut places = Vec::new();
    walk(example, String::new(), &mut places);
    let planted = places.iter().flat_map(|place| {
        texts.iter().map(move |(name, text)| {
            let mut example = example.clone();
            if let Some(value) = example.pointer_mut(place) {
                *value = "HERE".into();
            }
            let whole = example.to_string().replacen("\"HERE\"", text, 1);
            (format!("{name} at {place:?}"), whole)
        })
    });
    planted.collect()
}

/// Where lists and objects are, of each list only in its first item.
fn walk(value: &serde_json::Value, place: String, places: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::Array(items) => {
            if let Some(first) = items.first() {
                walk(first, format!("{place}/0"), places);
            }
            places.push(place);
        }
        Value::Object(members) => {
            for (name, value) in members {
                walk(
                    value,
                    format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")),
                    places,
                );
            }
            places.push(place);
        }
        _ => {}
    }
}

fn crowds() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for item in [
        "0",
        "{}",
        "[]",
        "\"\"",
        "null",
        r#"{"":0}"#,
        r#"{"id":0}"#,
        "[0]",
        r#"{"className":"completed"}"#,
    ] {
        let items = vec![item; SIZE / (item.len() + 1)].join(",");
        texts.push((format!("[{item},…]"), format!("[{items}]")));
    }
    let members: Vec<String> = (0..SIZE / 12)
        .map(|index| format!("\"{index:x}\":0"))
        .collect();
    texts.push((
        "an object of many members".to_owned(),
        format!("{{{}}}", members.join(",")),
    ));
    texts.push((
        "one member again and again".to_owned(),
        format!("{{{}}}", vec![r#""":0"#; SIZE / 5].join(",")),
    ));
    texts.push((
        "deep lists".to_owned(),
        "[".repeat(SIZE / 2) + &"]".repeat(SIZE / 2),
    ));
    texts
}

/// The example with the items of one of its lists again and again; `None` if it has no list of objects.
fn repeated(example: &serde_json::Value, bytes: usize) -> Option<String> {
    let mut example = example.clone();
    let text = example.to_string().len();
    let list = objects(&mut example)?;
    let items = list.clone();
    let size = serde_json::Value::from(items.clone())
        .to_string()
        .len()
        .max(1);
    for _ in 0..bytes.saturating_sub(text) / size {
        list.extend(items.iter().cloned());
    }
    Some(example.to_string())
}

fn objects(value: &mut serde_json::Value) -> Option<&mut Vec<serde_json::Value>> {
    use serde_json::Value;
    match value {
        Value::Array(items) => match items.iter().any(Value::is_object) {
            true => Some(items),
            false => items.iter_mut().find_map(objects),
        },
        Value::Object(members) => members.iter_mut().find_map(|(_, value)| objects(value)),
        _ => None,
    }
}

/// A call of one operation, by name and through its types.
struct Call<'a> {
    operation: &'static Operation,
    document: &'a Document,
    described: &'a Described<'a>,
    examples: Vec<(String, serde_json::Value)>,
    runtime: &'a Runtime,
    config: &'a Config,
    platform: &'static Platform,
}

impl Call<'_> {
    /// The most bytes that the call had at once beyond those before it, those of the server left out.
    fn cost(&self, text: &str) -> (u64, Result<Answer, Error>) {
        let url = serve(text);
        let arguments = self.document.arguments(self.described, Wish::Least, &[]);
        // Clones share their connections: a client of its own for each call would take most of the time.
        let limits = Limits::default();
        let values = limits.values * text.len() / (32 << 20);
        let config = self.config.clone().with_limits(limits.with_values(values));
        let server = Server::new(url).with_key("account:key").with_config(config);
        let mut outcome = None;
        let measured = allocation_counter::measure(|| {
            let call = self.platform.call(server, self.operation.id, arguments);
            outcome = Some(self.runtime.block_on(call));
        });
        (measured.bytes_max, outcome.unwrap())
    }
}

/// The platforms beside each other: what is allocated is counted by thread.
fn each_operation(check: impl Fn(&Call<'_>) + Sync) {
    thread::scope(|scope| {
        for platform in PLATFORMS {
            scope.spawn(|| each_of(platform, &check));
        }
    });
}

fn each_of(platform: &'static Platform, check: impl Fn(&Call<'_>)) {
    let config = Config::new().with_retry(Retry::none());
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let spec = format!(
        "{}/specs/{}.yaml",
        env!("CARGO_MANIFEST_DIR"),
        platform.name
    );
    let document = Document::read(&fs::read_to_string(spec).unwrap());
    for (described, operation) in document.operations().iter().zip(platform.operations) {
        let examples = document.examples(described);
        if !examples.is_empty() && !described.is_manual() {
            check(&Call {
                operation,
                document: &document,
                described,
                examples,
                runtime: &runtime,
                config: &config,
                platform,
            });
        }
    }
}

/// A server that answers one request with the text.
fn serve(text: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let text: Arc<str> = text.into();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        // The client may give up before the end.
        let _ = answer(stream, &text);
    });
    url
}

fn answer(mut stream: TcpStream, text: &str) -> std::io::Result<()> {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    while !seen.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        seen.extend_from_slice(&piece[..count]);
    }
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    )?;
    stream.write_all(text.as_bytes())?;
    // What the request still has to say is read, so that closing does not take the answer back.
    stream.shutdown(std::net::Shutdown::Write)?;
    while stream.read(&mut piece)? > 0 {}
    Ok(())
}
