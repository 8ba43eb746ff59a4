//! Two ways to do one thing, compared within one process.

use std::time::{Duration, Instant};

use criterion::Criterion;

/// Rounds of the comparison; in each, both ways take a turn.
const ROUNDS: usize = 4_000;
/// How long a turn lasts, about: shorter than what a scheduler gives to one process at a time.
const TURN: Duration = Duration::from_micros(500);
/// What takes longer than a turn gets fewer rounds.
const ALL: Duration = Duration::from_secs(4);
/// Rounds of what takes so long that nothing has to be repeated.
const TRANSFERS: usize = 9;

/// Keeps this thread, and those that it starts, on one core, where they take turns in the same way every time.
pub fn pin() {
    let first = core_affinity::get_core_ids().and_then(|cores| cores.into_iter().next());
    if !first.is_some_and(core_affinity::set_for_current) {
        eprintln!("not pinned to one core: the figures will scatter");
    }
}

/// Measures both with criterion, then prints the ratio of their medians.
///
/// Each is given a number of repetitions and tells how long they took.
pub fn compare(
    criterion: &mut Criterion,
    name: &str,
    target: f64,
    mut bare: impl FnMut(u64) -> Duration,
    mut ours: impl FnMut(u64) -> Duration,
) {
    let mut group = criterion.benchmark_group(name);
    group.bench_function("bare", |bencher| bencher.iter_custom(&mut bare));
    group.bench_function("headwaters", |bencher| bencher.iter_custom(&mut ours));
    group.finish();
    turns(name, target, bare, ours);
}

/// Prints the ratio of the medians of many short turns.
pub fn turns(
    name: &str,
    target: f64,
    mut bare: impl FnMut(u64) -> Duration,
    mut ours: impl FnMut(u64) -> Duration,
) {
    // The first of them fill the caches and the pools.
    ours(3);
    let once = (bare(20) / 20).max(Duration::from_nanos(1));
    let repetitions = (TURN.as_nanos() / once.as_nanos()).max(1) as u64;
    let both = bare(repetitions) + ours(repetitions);
    let rounds = (ALL.as_nanos() / both.as_nanos().max(1)) as usize;
    let (bare, ours) = medians(
        rounds.clamp(20, ROUNDS),
        || bare(repetitions),
        || ours(repetitions),
    );
    let micros = |turn: Duration| turn.as_secs_f64() * 1e6 / repetitions as f64;
    let (bare, ours) = (micros(bare), micros(ours));
    let ratio = ours / bare;
    println!("{name}: {ours:.2} µs, bare {bare:.2} µs: ratio {ratio:.3} (target {target:.2})");
}

/// Prints the ratio of the medians of a few long turns.
pub fn transfers(name: &str, target: f64, mut bare: impl FnMut(), mut ours: impl FnMut()) {
    let time = |way: &mut dyn FnMut()| {
        let start = Instant::now();
        way();
        start.elapsed()
    };
    time(&mut bare);
    time(&mut ours);
    in_turns(
        name,
        target,
        TRANSFERS,
        || time(&mut bare),
        || time(&mut ours),
    );
}

/// Prints the ratio of the medians of so many turns, each of which tells how long it took.
pub fn in_turns(
    name: &str,
    target: f64,
    rounds: usize,
    bare: impl FnMut() -> Duration,
    ours: impl FnMut() -> Duration,
) {
    let (bare, ours) = medians(rounds, bare, ours);
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!("{name}: {ours:.3?}, bare {bare:.3?}: ratio {ratio:.3} (target {target:.2})");
}

fn medians(
    rounds: usize,
    mut bare: impl FnMut() -> Duration,
    mut ours: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    let (mut bare_turns, mut our_turns) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // What slows the machine down for a while slows both, and neither is always the first.
        if round % 2 == 0 {
            bare_turns.push(bare());
            our_turns.push(ours());
        } else {
            our_turns.push(ours());
            bare_turns.push(bare());
        }
    }
    (median(bare_turns), median(our_turns))
}

fn median(mut turns: Vec<Duration>) -> Duration {
    turns.sort();
    turns[turns.len() / 2]
}
