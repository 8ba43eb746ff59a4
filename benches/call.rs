//! A typed call over loopback against bare reqwest and serde.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark fails by panicking"
)]

mod bare;

use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use headwaters::flink::Flink;

fn call(criterion: &mut Criterion) {
    bare::ratio::pin();
    let url = bare::stub::start(bare::OVERVIEW).unwrap();
    // With the defaults: retries, limits and deadline are on.
    let flink = Flink::new(&url).unwrap();
    let client = reqwest::Client::new();
    let path = format!("{url}/v1/overview");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    bare::ratio::compare(
        criterion,
        "call",
        1.12,
        |repetitions| {
            runtime.block_on(async {
                let start = Instant::now();
                for _ in 0..repetitions {
                    bare::overview(&client, &path).await.unwrap();
                }
                start.elapsed()
            })
        },
        |repetitions| {
            runtime.block_on(async {
                let start = Instant::now();
                for _ in 0..repetitions {
                    flink.overview().await.unwrap();
                }
                start.elapsed()
            })
        },
    );
}

criterion_group!(benches, call);
criterion_main!(benches);
