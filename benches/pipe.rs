//! Pipes against copying, decoding and bare reqwest by hand; with `JOULE_PYTHON`, against the Python client too.
//!
//! Arguments choose sections: `python`, `apart`, `columns`, `arrow` (with the feature), `read`, `write`.
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
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use bare::{node, ratio};
use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use headwaters::joule::{Columns, Element, Node, PipeReader, Rows};
use tokio::runtime::{Builder, Runtime};

const GIB: usize = 1 << 30;

fn main() {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    // These two come first, while they have every core.
    let sections: [(&str, fn()); 6] = [
        ("python", python),
        ("apart", apart),
        ("columns", columns),
        ("arrow", arrow),
        ("read", read),
        ("write", write),
    ];
    for (name, section) in sections {
        if chosen.is_empty() || chosen.iter().any(|choice| choice == name) {
            section();
        }
    }
}

/// Rows to columns: in a block as a node sends it, which the caches hold, and in 64 MiB, which they do not.
fn columns() {
    ratio::pin();
    split("float32_3", |bytes| bytes.get_f32_le());
    split("float64_8", |bytes| bytes.get_f64_le());
    split("int16_3", |bytes| bytes.get_i16_le());
    split("float32_1", |bytes| bytes.get_f32_le());
}

fn split<T: Element>(layout: &str, read: impl Fn(&mut &[u8]) -> T) {
    let block = node::rows(layout, 0);
    for (size, blocks) in [("a block", 1), ("64 MiB", (64 << 20) / block.len())] {
        let rows = Rows::new(layout.parse().unwrap(), block.repeat(blocks)).unwrap();
        let width = rows.layout().width();
        let mut columns = Columns::<T>::new(width);
        let mut split = |repetitions| {
            time(repetitions, || {
                clear(&mut columns);
                columns.extend(black_box(&rows)).unwrap();
                black_box(&mut columns);
            })
        };
        let mut copied = Vec::new();
        let copy = |repetitions| {
            time(repetitions, || {
                copied.clear();
                copied.extend_from_slice(black_box(rows.as_bytes()));
                black_box(&mut copied);
            })
        };
        ratio::turns(
            &format!("columns of {layout}, {size}, beside a copy"),
            2.5,
            copy,
            &mut split,
        );

        let mut columns = Columns::<T>::new(width);
        let by_value = |repetitions| {
            time(repetitions, || {
                clear(&mut columns);
                let mut bytes: &[u8] = black_box(rows.as_bytes());
                while bytes.has_remaining() {
                    columns.timestamps.push(bytes.get_i64_le());
                    for column in &mut columns.elements {
                        column.push(read(&mut bytes));
                    }
                }
                black_box(&mut columns);
            })
        };
        ratio::turns(
            &format!("columns of {layout}, {size}, beside value by value"),
            0.6,
            by_value,
            &mut split,
        );

        let by_row = |repetitions| {
            time(repetitions, || {
                let mut bytes: &[u8] = black_box(rows.as_bytes());
                let mut decoded = Vec::new();
                while bytes.has_remaining() {
                    let time = bytes.get_i64_le();
                    let values: Vec<T> = (0..width).map(|_| read(&mut bytes)).collect();
                    decoded.push((time, values));
                }
                let mut columns = Columns::<T>::new(width);
                for (time, values) in decoded {
                    columns.timestamps.push(time);
                    for (column, value) in columns.elements.iter_mut().zip(values) {
                        column.push(value);
                    }
                }
                black_box(&mut columns);
            })
        };
        ratio::turns(
            &format!("columns of {layout}, {size}, beside row by row"),
            0.2,
            by_row,
            &mut split,
        );
    }
}

/// Record batches, beside the columns that they are made of.
#[cfg(feature = "arrow-60")]
fn arrow() {
    ratio::pin();
    let rows = Rows::new("float32_3".parse().unwrap(), node::rows("float32_3", 0)).unwrap();
    let schema = rows.layout().arrow_schema(["x", "y", "z"]).unwrap();
    let columns = |repetitions| {
        time(repetitions, || {
            black_box(black_box(&rows).columns::<f32>().unwrap());
        })
    };
    let batches = |repetitions| {
        time(repetitions, || {
            black_box(black_box(&rows).to_record_batch(schema.clone()).unwrap());
        })
    };
    ratio::turns(
        "a batch of float32_3, beside columns",
        1.15,
        columns,
        batches,
    );
}

#[cfg(not(feature = "arrow-60"))]
fn arrow() {
    println!("without the feature arrow-60 there are no batches");
}

fn clear<T>(columns: &mut Columns<T>) {
    columns.timestamps.clear();
    columns.elements.iter_mut().for_each(Vec::clear);
}

/// 1 GiB from a node to rows, and to columns.
fn read() {
    ratio::pin();
    let stream = node::Stream::of("float32_3", GIB);
    let bytes = stream.bytes();
    let url = stream.serve().unwrap();
    let node = Node::new(&url, "key").unwrap();
    let client = reqwest::Client::new();
    let path = format!("{url}/data?id=1");
    let runtime = runtime();
    let mut drain = || {
        let mut count = 0;
        runtime.block_on(async {
            let mut response = client.get(&path).send().await.unwrap();
            while let Some(chunk) = response.chunk().await.unwrap() {
                count += chunk.len();
            }
        });
        assert_eq!(count, bytes);
    };
    ratio::transfers("1 GiB read as rows", 1.0 / 0.85, &mut drain, || {
        let mut count = 0;
        runtime.block_on(async {
            let mut pipe = open(&node).await;
            while let Some(block) = pipe.next().await.unwrap() {
                count += black_box(block.rows()).as_bytes().len();
            }
        });
        assert_eq!(count, bytes);
    });
    ratio::transfers("1 GiB read as columns", 1.0 / 0.65, &mut drain, || {
        let mut rows = 0;
        runtime.block_on(async {
            let mut pipe = open(&node).await;
            while let Some(block) = pipe.next().await.unwrap() {
                let columns: Columns<f32> = block.rows().columns().unwrap();
                rows += black_box(columns).len();
            }
        });
        assert_eq!(rows * 20, bytes);
    });
}

async fn open(node: &Node) -> PipeReader {
    node.data().read(1).await.unwrap()
}

/// 1 GiB to a node, with a thread each for the writer and for the connection.
fn apart() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let sink = Sink::new(&runtime);
    write_rows("1 GiB written as rows, on every core", &sink);
    write_columns("1 GiB written as columns, on every core", &sink);
}

/// 1 GiB to a node, from rows, columns and an iterator.
fn write() {
    ratio::pin();
    let runtime = runtime();
    let sink = Sink::new(&runtime);
    write_rows("1 GiB written as rows", &sink);
    write_columns("1 GiB written as columns", &sink);
    ratio::transfers(
        "1 GiB written row by row",
        2.5,
        || sink.post(),
        || {
            runtime.block_on(async {
                let mut pipe = sink.node.data().write(1).await.unwrap();
                for rows in &sink.blocks {
                    let rows = rows.iter::<f32>().unwrap();
                    pipe.write_rows(rows.map(|row| (row.timestamp(), row.elements())))
                        .await
                        .unwrap();
                }
                pipe.close().await.unwrap();
            });
        },
    );
}

fn write_rows(name: &str, sink: &Sink) {
    ratio::transfers(
        name,
        1.0 / 0.85,
        || sink.post(),
        || {
            sink.runtime.block_on(async {
                let mut pipe = sink.node.data().write(1).await.unwrap();
                for rows in &sink.blocks {
                    pipe.write(rows).await.unwrap();
                }
                pipe.close().await.unwrap();
            });
        },
    );
}

fn write_columns(name: &str, sink: &Sink) {
    let columns: Vec<Columns<f32>> = sink
        .blocks
        .iter()
        .map(|rows| rows.columns().unwrap())
        .collect();
    ratio::transfers(
        name,
        1.0 / 0.65,
        || sink.post(),
        || {
            sink.runtime.block_on(async {
                let mut pipe = sink.node.data().write(1).await.unwrap();
                for columns in &columns {
                    pipe.write_columns(columns).await.unwrap();
                }
                pipe.close().await.unwrap();
            });
        },
    );
}

/// A node that takes what is written, and 1 GiB for it.
struct Sink<'a> {
    runtime: &'a Runtime,
    node: Node,
    client: reqwest::Client,
    path: String,
    blocks: Vec<Rows>,
}

impl<'a> Sink<'a> {
    fn new(runtime: &'a Runtime) -> Self {
        let url = node::Stream::of("float32_3", 0).serve().unwrap();
        let layout = "float32_3".parse().unwrap();
        let rows = |before| Rows::new(layout, node::rows("float32_3", before)).unwrap();
        Self {
            runtime,
            node: Node::new(&url, "key").unwrap(),
            client: reqwest::Client::new(),
            path: format!("{url}/data?id=1"),
            blocks: (0..GIB.div_ceil(node::ROWS * 20)).map(rows).collect(),
        }
    }

    /// The same bytes by hand.
    fn post(&self) {
        let bytes = self.blocks.iter().map(|rows| rows.as_bytes().clone());
        let blocks: Vec<Bytes> = bytes.collect();
        let blocks = futures_util::stream::iter(blocks).map(Ok::<_, std::io::Error>);
        let body = reqwest::Body::wrap_stream(blocks);
        self.runtime.block_on(async {
            let request = self.client.post(&self.path).body(body);
            let response = request.send().await.unwrap();
            assert_eq!(response.text().await.unwrap(), "ok");
        });
    }
}

/// The same read by the Python client, if `JOULE_PYTHON` tells a Python that has it.
fn python() {
    let Some(python) = std::env::var_os("JOULE_PYTHON") else {
        println!("JOULE_PYTHON tells no Python: not compared with the Python client");
        return;
    };
    let stream = node::Stream::of("float32_3", 256 << 20);
    let rows = stream.bytes() / 20;
    let url = stream.serve().unwrap();
    let node = Node::new(&url, "key").unwrap();
    let runtime = runtime();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/python/read.py");
    let bare = || {
        let output = Command::new(&python).args([script, &url]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        let (seconds, count) = text
            .trim()
            .split_once(' ')
            .unwrap_or_else(|| panic!("{error}"));
        assert_eq!(count, rows.to_string());
        Duration::from_secs_f64(seconds.parse().unwrap())
    };
    let ours = || {
        let start = Instant::now();
        let mut count = 0;
        runtime.block_on(async {
            let mut pipe = open(&node).await;
            while let Some(block) = pipe.next().await.unwrap() {
                count += black_box(block.rows()).len();
            }
        });
        assert_eq!(count, rows);
        start.elapsed()
    };
    ratio::in_turns("256 MiB read to the end, beside Python", 0.1, 5, bare, ours);
}

fn time(repetitions: u64, mut once: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..repetitions {
        once();
    }
    start.elapsed()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
