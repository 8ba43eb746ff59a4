//! Views of IBM Streams against plain serde by hand; with `STREAMS_PYTHON`, operators and links against the Python client.
//!
//! Arguments choose sections: `python`, `views`.
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

use bare::{
    ratio,
    view::{self, Answer, Order, Shown, Trade},
};
use bytes::Bytes;
use headwaters::{
    Batch,
    sandbox::Streams,
    streams::{StreamsConnection, ViewPolls, types::Operator},
};
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Runtime};

/// Operators of an instance, and those of them whose ports are asked for.
const OPERATORS: usize = 10_000;
const LINKS: usize = 1_000;
/// Requests for links on their way at once.
const AT_ONCE: usize = 16;
/// Turns of each side.
const ROUNDS: usize = 9;

/// Items of an answer.
const ITEMS: usize = 1_000;
/// Answers without an item in common: more than a window remembers.
const ANSWERS: usize = 8;

fn main() {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    // The first has every core, as Python has.
    let sections: [(&str, fn()); 2] = [("python", python), ("views", views)];
    for (name, section) in sections {
        if chosen.is_empty() || chosen.iter().any(|choice| choice == name) {
            section();
        }
    }
}

/// Polls of a view, beside decoding the whole of each answer.
fn views() {
    ratio::pin();
    polls::<Trade>("3 attributes", view::trade, whole::<Trade>);
    polls::<Order>("12 attributes", view::order, whole::<Order>);
    polls::<Order>(
        "12 attributes, shown by Python",
        |number| view::shown(&view::order(number)),
        |body| {
            let answer: Answer<Shown> = serde_json::from_slice(body).unwrap();
            let shown = answer.view_items.iter();
            let orders: Vec<Order> = shown
                .map(|item| serde_json::from_str(&item.data.json_string).unwrap())
                .collect();
            black_box(orders);
        },
    );
}

fn whole<T: DeserializeOwned>(body: &[u8]) {
    black_box(serde_json::from_slice::<Answer<T>>(body).unwrap());
}

fn polls<T: DeserializeOwned + Send + 'static>(
    name: &str,
    attributes: impl Fn(usize) -> String,
    whole: impl Fn(&[u8]),
) {
    let answer = |from: usize| view::answer(from..from + ITEMS, &attributes);
    let apart: Vec<Bytes> = (0..ANSWERS).map(|index| answer(index * ITEMS)).collect();
    let again = vec![answer(0)];
    let shifted: Vec<Bytes> = (0..10 * ANSWERS)
        .map(|index| answer(index * ITEMS / 10))
        .collect();
    println!("{name}: {} bytes in {ITEMS} items", again[0].len());
    for (kind, answers, new, target) in [
        ("all new", &apart, ITEMS, 1.1),
        ("a tenth new", &shifted, ITEMS / 10, 1.1),
        ("none new", &again, 0, 1.1),
    ] {
        let mut bodies = answers.iter().cycle();
        let bare = |repetitions| {
            time(repetitions, || {
                whole(black_box(bodies.next().unwrap()));
            })
        };
        let mut polls = ViewPolls::<T>::default();
        let mut asked = answers.iter().cycle();
        polls.read(asked.next().unwrap(), drop).unwrap();
        let ours = |repetitions| {
            time(repetitions, || {
                let mut count = 0;
                let take = |tuple: T| {
                    black_box(tuple);
                    count += 1;
                };
                polls.read(black_box(asked.next().unwrap()), take).unwrap();
                assert!(count >= new, "{count} new");
            })
        };
        ratio::turns(&format!("{name}, {kind}"), target, bare, ours);
    }
}

/// Operators and the output ports of some of them, beside the Python client if `STREAMS_PYTHON` names a Python that has it.
fn python() {
    let Some(python) = std::env::var_os("STREAMS_PYTHON") else {
        println!("STREAMS_PYTHON names no Python: not compared with the Python client");
        return;
    };
    let runtime = runtime();
    let builder = Streams::builder().operators(OPERATORS).journal_limit(0);
    let streams = runtime.block_on(builder.start()).unwrap();
    let access = [streams.url(), streams.user(), streams.password()];
    let sc = StreamsConnection::new(access[0], access[1], access[2]).unwrap();
    let instances = runtime.block_on(async { sc.instances().list().await.unwrap() });
    let instance = &instances[0];
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/python/operators.py");
    let list = || runtime.block_on(async { sc.instance(instance).operators().await.unwrap() });
    let operators = list();
    assert_eq!(operators.len(), OPERATORS);
    let theirs = |part: &&str| {
        let mut command = Command::new(&python);
        let command = command.arg(script).args(access).arg(part);
        let output = command.arg(LINKS.to_string()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (seconds, count) = text.trim().split_once(' ').unwrap_or_else(|| {
            panic!("{}", String::from_utf8_lossy(&output.stderr));
        });
        let expected = if *part == "list" { OPERATORS } else { LINKS };
        assert_eq!(count, expected.to_string());
        Duration::from_secs_f64(seconds.parse().unwrap())
    };
    let ours = |part: &&str| {
        let start = Instant::now();
        match *part {
            "list" => assert_eq!(black_box(list()).len(), OPERATORS),
            _ => runtime.block_on(follow(&sc, &operators[..LINKS])),
        }
        start.elapsed()
    };
    for (name, parts) in [
        ("10,000 operators listed", &["list"][..]),
        ("1,000 links followed", &["follow"]),
        ("both, one after the other", &["list", "follow"]),
    ] {
        let theirs = || parts.iter().map(theirs).sum();
        let ours = || parts.iter().map(ours).sum();
        ratio::in_turns(&format!("{name}, beside Python"), 0.1, ROUNDS, theirs, ours);
    }
}

/// Asks for the output ports of all these operators.
async fn follow(sc: &StreamsConnection, operators: &[Operator]) {
    let links = operators
        .iter()
        .map(|operator| operator.output_ports.as_ref().unwrap());
    let ports: Batch<_> = links.map(|link| sc.follow(link)).collect();
    let ports = ports.with_concurrency(AT_ONCE).await.unwrap();
    assert!(ports.iter().all(|ports| ports.len() == 1));
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
