//! Two ways to do one thing, compared within one process on one core.

use std::time::Duration;

use criterion::Criterion;

/// Rounds of the comparison; in each, both ways take a turn.
const ROUNDS: usize = 4_000;
/// How long a turn lasts, about: shorter than what a scheduler gives to one process at a time.
const TURN: Duration = Duration::from_micros(500);

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

    let once = bare(100) / 100;
    let repetitions = (TURN.as_nanos() / once.as_nanos().max(1)).max(1) as u64;
    let (mut bare_turns, mut our_turns) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // What slows the machine down for a while slows both, and neither is always the first.
        if round % 2 == 0 {
            bare_turns.push(bare(repetitions));
            our_turns.push(ours(repetitions));
        } else {
            our_turns.push(ours(repetitions));
            bare_turns.push(bare(repetitions));
        }
    }
    let micros = |turns| median(turns).as_secs_f64() * 1e6 / repetitions as f64;
    let (bare, ours) = (micros(bare_turns), micros(our_turns));
    let ratio = ours / bare;
    println!("{name}: {ours:.2} µs, bare {bare:.2} µs: ratio {ratio:.3} (target {target})");
}

fn median(mut turns: Vec<Duration>) -> Duration {
    turns.sort();
    turns[turns.len() / 2]
}
