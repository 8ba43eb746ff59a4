//! Flame graphs: when the threads of a vertex are sampled.

use std::collections::HashMap;

/// How long sampling takes, in ms, and for how long its outcome is told (`rest.flamegraph.refresh-interval`).
const SAMPLES_FOR: i64 = 300;
const REFRESHED_AFTER: i64 = 60_000;

/// The number of frames below the root, where nothing else is asked for.
const DEPTH: usize = 24;

/// The flame graphs of a cluster.
#[derive(Debug)]
pub(crate) struct FlameGraphs {
    /// The number of frames below the root.
    pub(crate) depth: usize,
    /// Whose have been asked for, and when the sampling began.
    sampled: HashMap<String, i64>,
}

impl Default for FlameGraphs {
    fn default() -> Self {
        Self {
            depth: DEPTH,
            sampled: HashMap::new(),
        }
    }
}

impl FlameGraphs {
    /// When the graph is ready for which somebody asks at `now`. Whoever asks first sets the sampling off.
    pub(crate) fn sample(&mut self, whose: String, now: i64) -> i64 {
        let asked = self.sampled.entry(whose).or_insert(now);
        if now - *asked > SAMPLES_FOR + REFRESHED_AFTER {
            *asked = now;
        }
        *asked + SAMPLES_FOR
    }

    /// Forgets all of them.
    pub(crate) fn forget(&mut self) {
        self.sampled.clear();
    }
}
