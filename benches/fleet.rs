//! What a further client costs: each with a configuration of its own, and all with one.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark fails by panicking"
)]

mod bare;

use std::time::{Duration, Instant};

use headwaters::{Config, flink::Flink};

/// Clients of a fleet.
const FLEET: usize = 1_000;
/// Of those with configurations of their own, which take long.
const FEW: usize = 50;
/// What a further client of one configuration may cost.
const TARGET: (Duration, u64) = (Duration::from_micros(20), 4 << 10);

struct Cost {
    micros: f64,
    bytes: f64,
    allocations: f64,
}

fn main() {
    bare::ratio::pin();
    let own = cost(FEW, || client(Config::new()));
    let config = Config::new();
    let shared = cost(FLEET, || client(config.clone()));
    for (name, cost) in [
        ("configurations of their own", &own),
        ("one configuration", &shared),
    ] {
        println!(
            "fleet, {name}: {:.2} µs, {:.0} bytes kept in {:.0} allocations a client",
            cost.micros, cost.bytes, cost.allocations
        );
    }
    println!(
        "fleet: ratio {:.5} in time, {:.5} in bytes (targets: {} µs, {} bytes)",
        shared.micros / own.micros,
        shared.bytes / own.bytes,
        TARGET.0.as_micros(),
        TARGET.1,
    );
}

fn client(config: Config) -> Flink {
    Flink::with_config("http://cluster.example.com:8081", config).unwrap()
}

/// Of one of so many clients; the first one, which all may share, is made before.
fn cost(count: usize, make: impl Fn() -> Flink) -> Cost {
    let first = make();
    let mut fleet = Vec::with_capacity(count);
    let start = Instant::now();
    fleet.extend((0..count).map(|_| make()));
    let time = start.elapsed();
    fleet.clear();
    let memory = allocation_counter::measure(|| fleet.extend((0..count).map(|_| make())));
    drop((first, fleet));
    let each = |all: f64| all / count as f64;
    Cost {
        micros: each(time.as_secs_f64() * 1e6),
        bytes: each(memory.bytes_current as f64),
        allocations: each(memory.count_total as f64),
    }
}
