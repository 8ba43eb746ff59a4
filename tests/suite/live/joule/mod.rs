//! The client on a real Joule node, which `tests/live/run` starts.
//!
//! Every test works in a folder of its own and deletes it at the end. The variables that `tests/live/joule/node.sh` prints say
//! where the node is.

mod archive;
mod dying;
mod event;
mod exchange;
mod lumen;
mod node;
mod pipe;
mod tls;

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

use headwaters::joule::{
    Element, Node,
    types::{DataStream, DataType, EventStream, NewDataStream, NewEventStream},
};

/// A round time in September 2026.
const T0: i64 = 1_790_000_000_000_000;

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is set by tests/live/joule/node.sh"))
}

fn node() -> Node {
    Node::new(variable("JOULE_URL"), variable("JOULE_KEY")).unwrap()
}

/// What a script in `tests/live/joule` prints.
fn python(script: &str, arguments: &[&str]) -> serde_json::Value {
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/joule");
    let output = std::process::Command::new(variable("JOULE_PYTHON"))
        .arg(format!("{scripts}/{script}"))
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder of one test.
struct Place {
    node: Node,
    path: String,
}

impl Place {
    fn new(name: &str) -> Self {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self {
            node: node(),
            path: format!("/test/{name}-{}", nanos.as_nanos()),
        }
    }

    async fn stream(&self, name: &str, datatype: DataType, width: usize) -> DataStream {
        let elements: Vec<String> = (0..width).map(|index| format!("e{index}")).collect();
        self.node
            .data_streams()
            .create(&*self.path, NewDataStream::new(name, datatype, elements))
            .await
            .unwrap()
    }

    async fn events(&self, name: &str) -> EventStream {
        self.node
            .event_streams()
            .create(&*self.path, NewEventStream::new(name))
            .await
            .unwrap()
    }

    async fn end(self) {
        self.node
            .folders()
            .delete(&*self.path)
            .recursive(true)
            .await
            .unwrap();
    }
}

/// Rows in intervals.
type Intervals<T> = Vec<Vec<(i64, Vec<T>)>>;

async fn write<T: Element>(node: &Node, stream: &DataStream, intervals: &Intervals<T>) {
    let mut pipe = node.data().write(stream).await.unwrap();
    for interval in intervals {
        for (time, elements) in interval {
            pipe.write_row(*time, elements).await.unwrap();
        }
        pipe.close_interval().await.unwrap();
    }
    let rows: usize = intervals.iter().map(Vec::len).sum();
    assert_eq!(pipe.close().await.unwrap(), rows as u64);
}

async fn read<T: Element>(node: &Node, stream: &DataStream) -> Intervals<T> {
    let mut pipe = node.data().read(stream).await.unwrap();
    let mut intervals = vec![Vec::new()];
    while let Some(block) = pipe.next().await.unwrap() {
        let rows = block.rows().iter::<T>().unwrap();
        let rows = rows.map(|row| (row.timestamp(), row.elements().collect()));
        intervals.last_mut().unwrap().extend(rows);
        if block.ends_interval() {
            intervals.push(Vec::new());
        }
    }
    intervals
}
