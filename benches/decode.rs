//! Decoding the overview of 500 jobs against plain serde on structs by hand.
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
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use headwaters::flink::types::MultipleJobsDetails;
use serde::de::DeserializeOwned;

fn decode(criterion: &mut Criterion) {
    bare::ratio::pin();
    let json = bare::jobs(500);
    println!("decode: {} bytes", json.len());
    bare::ratio::compare(
        criterion,
        "decode",
        1.15,
        |repetitions| time::<bare::Jobs>(&json, repetitions),
        |repetitions| time::<MultipleJobsDetails>(&json, repetitions),
    );
}

fn time<T: DeserializeOwned>(json: &str, repetitions: u64) -> Duration {
    let start = Instant::now();
    for _ in 0..repetitions {
        black_box(serde_json::from_slice::<T>(black_box(json.as_bytes())).unwrap());
    }
    start.elapsed()
}

criterion_group!(benches, decode);
criterion_main!(benches);
