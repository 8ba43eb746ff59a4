//! Filters of flowthings.io: built and printed, beside the Python client with `FLOWTHINGS_PYTHON`, and evaluated, beside comparisons
//! by hand.
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
    time::{Duration, Instant, UNIX_EPOCH},
};

use headwaters::flowthings::{Filter, mem};
use serde_json::{Value, json};

/// What Python takes for one filter, without a Python to ask: µs on the machine of the README's figures.
const PYTHON: f64 = 6.0;

fn main() {
    bare::ratio::pin();
    built();
    evaluated();
}

/// Three comparisons, joined by AND and OR.
fn built() {
    let repetitions = 200_000_u32;
    let mut rounds: Vec<f64> = (0..9)
        .map(|_| time(repetitions, text).as_secs_f64())
        .collect();
    rounds.sort_by(f64::total_cmp);
    let ours = rounds[4] * 1e6 / f64::from(repetitions);
    let (python, whence) = match std::env::var_os("FLOWTHINGS_PYTHON") {
        Some(python) => {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/python/filter.py");
            let output = Command::new(python).args(["-B", script]).output().unwrap();
            let printed = String::from_utf8(output.stdout).unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            let (micros, made) = printed.split_once(' ').unwrap_or_else(|| panic!("{error}"));
            assert_eq!(made.trim_end(), text());
            (micros.parse().unwrap(), "measured")
        }
        None => (PYTHON, "not measured: FLOWTHINGS_PYTHON tells no Python"),
    };
    let times = python / ours;
    println!(
        "filter, built and printed: {ours:.3} µs, Python {python:.2} µs ({whence}): {times:.1} times as fast (target 20)"
    );
}

fn text() -> String {
    let filter = mem("elems.temperature").gt(12) & mem("displayName").eq("foo")
        | mem("elems.state").ne("off");
    filter.to_string()
}

/// Five clauses on a drop, all of which are true.
fn evaluated() {
    let drop = json!({
        "id": "d0123456789abcdef01234567",
        "flowId": "f0123456789abcdef01234567",
        "path": "/acc/meter",
        "creationDate": 1_446_550_000_000_u64,
        "version": 1,
        "elems": {"temperature": 21.5, "state": "on", "count": 17, "flag": true, "unit": "C", "serial": "a-17"}
    });
    let filter = Filter::parse(
        "elems.temperature > 12 && elems.state == 'on' && elems.count <= 20 && elems.flag == true && path != '/acc/other'",
    )
    .unwrap();
    assert!(filter.matches(&drop).unwrap() && by_hand(&drop));
    let now = UNIX_EPOCH;
    bare::ratio::turns(
        "filter, five clauses evaluated",
        3.0,
        |repetitions| time(repetitions, || by_hand(black_box(&drop))),
        |repetitions| {
            time(repetitions, || {
                filter.matches_at(black_box(&drop), now).unwrap()
            })
        },
    );
    bare::ratio::turns(
        "filter, five clauses evaluated, the time asked for",
        3.0,
        |repetitions| time(repetitions, || by_hand(black_box(&drop))),
        |repetitions| time(repetitions, || filter.matches(black_box(&drop)).unwrap()),
    );
}

fn by_hand(drop: &Value) -> bool {
    let elems = &drop["elems"];
    elems["temperature"]
        .as_f64()
        .is_some_and(|temperature| temperature > 12.0)
        && elems["state"].as_str().is_some_and(|state| state == "on")
        && elems["count"].as_i64().is_some_and(|count| count <= 20)
        && elems["flag"].as_bool().is_some_and(|flag| flag)
        && drop["path"]
            .as_str()
            .is_some_and(|path| path != "/acc/other")
}

fn time<T>(repetitions: impl Into<u64>, way: impl Fn() -> T) -> Duration {
    let repetitions = repetitions.into();
    let start = Instant::now();
    for _ in 0..repetitions {
        black_box(way());
    }
    start.elapsed()
}
