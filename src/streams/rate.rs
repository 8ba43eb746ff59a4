//! Rates of metrics, such as tuples per second.
//!
//! Streams has counts but no rates: a rate is what a counter gained between two samples, by the time between them. The time is the
//! server's (`lastTimeRetrieved`), which moves every 3 seconds or so: asking more often gives no more rates.

use std::{borrow::Borrow, collections::BTreeMap};

/// A metric as it was at one time.
///
/// ```
/// use headwaters::streams::MetricSample;
///
/// let before = MetricSample::new("counter", 1_000, 1_700_000_000_000);
/// let after = MetricSample::new("counter", 1_600, 1_700_000_003_000);
/// assert_eq!(after.rate_since(&before), Some(200.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricSample {
    is_counter: bool,
    value: i64,
    last_time_retrieved_ms: i64,
    launch_count: Option<i64>,
}

impl MetricSample {
    /// A sample from the members of a metric: `metricKind`, `value` and `lastTimeRetrieved`, which is in milliseconds since the Unix
    /// epoch. Only the kind `counter` has rates.
    pub fn new(kind: impl AsRef<str>, value: i64, last_time_retrieved_ms: i64) -> Self {
        Self {
            is_counter: kind.as_ref() == "counter",
            value,
            last_time_retrieved_ms,
            launch_count: None,
        }
    }

    /// Adds the `launchCount` of the PE that counts. Without it, a PE that was started again and has by now counted further than before
    /// goes unnoticed.
    #[must_use]
    pub fn launch_count(mut self, launch_count: i64) -> Self {
        self.launch_count = Some(launch_count);
        self
    }

    /// What the counter gained per second since the earlier sample: never negative, never infinite, and 0 only where time went on and
    /// the count did not.
    ///
    /// `None` where there is no rate: the metric is not a counter; the server has not retrieved it since, or not at all (its time is 0);
    /// its clock went back; the count went down or the launch count changed, since the PE was started again.
    pub fn rate_since(&self, earlier: &Self) -> Option<f64> {
        let elapsed_ms =
            i128::from(self.last_time_retrieved_ms) - i128::from(earlier.last_time_retrieved_ms);
        let gained = i128::from(self.value) - i128::from(earlier.value);
        let both_count = self.is_counter && earlier.is_counter && earlier.is_retrieved();
        let is_same_run = gained >= 0 && !self.is_relaunched_since(earlier);
        (both_count && is_same_run && elapsed_ms > 0)
            .then(|| gained as f64 * 1e3 / elapsed_ms as f64)
    }

    fn is_retrieved(&self) -> bool {
        self.last_time_retrieved_ms > 0
    }

    fn is_relaunched_since(&self, earlier: &Self) -> bool {
        let launches = self.launch_count.zip(earlier.launch_count);
        launches.is_some_and(|(now, before)| now != before)
    }
}

/// Keeps the last samples of many metrics and gives their rates.
///
/// ```
/// use headwaters::streams::{MetricSample, Rates};
///
/// let mut rates = Rates::new();
/// let key = ("Trades", "nTuplesProcessed");
/// let sample = |value, time| MetricSample::new("counter", value, time);
/// assert_eq!(rates.add(key, sample(0, 1_000)), None);
/// assert_eq!(rates.add(key, sample(60, 4_000)), Some(20.0));
/// assert_eq!(rates.add(key, sample(60, 4_000)), None);
/// assert_eq!(rates.latest(&key), Some(20.0));
/// ```
#[derive(Clone, Debug)]
pub struct Rates<K> {
    known: BTreeMap<K, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    base: MetricSample,
    latest: Option<f64>,
}

impl<K: Ord> Rates<K> {
    /// No samples yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sample of the metric that the key stands for, and gives its rate in units per second since the sample before.
    ///
    /// `None` for the first sample, and where [`rate_since`](MetricSample::rate_since) gives none. Rates begin anew from a sample that
    /// comes after a restart or a clock that went back. A sample whose time has not moved changes nothing: the next rate is since the
    /// first of that time.
    pub fn add(&mut self, key: K, sample: MetricSample) -> Option<f64> {
        if !sample.is_counter || !sample.is_retrieved() {
            return None;
        }
        let first = || Known {
            base: sample,
            latest: None,
        };
        let known = self.known.entry(key).or_insert_with(first);
        let rate = sample.rate_since(&known.base);
        let has_moved = sample.last_time_retrieved_ms != known.base.last_time_retrieved_ms;
        if has_moved || sample.value < known.base.value || sample.is_relaunched_since(&known.base) {
            *known = Known {
                base: sample,
                latest: rate,
            };
        }
        rate
    }

    /// The rate of the metric's last step, in units per second: that of the last sample whose time had moved. `None` before the second
    /// sample, and after a restart that [`rate_since`](MetricSample::rate_since) notices until there are two again.
    pub fn latest<Q: Ord + ?Sized>(&self, key: &Q) -> Option<f64>
    where
        K: Borrow<Q>,
    {
        self.known.get(key)?.latest
    }

    /// The latest rates of all metrics that have one, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, f64)> {
        let known = self.known.iter();
        known.filter_map(|(key, known)| Some((key, known.latest?)))
    }

    /// Forgets the metrics whose key is not to be kept, such as those of a job that was cancelled.
    pub fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) {
        self.known.retain(|key, _| keep(key));
    }
}

impl<K> Default for Rates<K> {
    fn default() -> Self {
        Self {
            known: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const T: i64 = 1_700_000_000_000;

    fn counter(value: i64, time: i64) -> MetricSample {
        MetricSample::new("counter", value, time)
    }

    fn added<const N: usize>(samples: [MetricSample; N]) -> [Option<f64>; N] {
        let mut rates = Rates::new();
        samples.map(|sample| rates.add("m", sample))
    }

    #[test]
    fn there_is_no_rate_until_the_servers_time_moves() {
        let samples = [
            counter(10, T),
            counter(10, T),
            counter(15, T),
            counter(40, T + 3_000),
        ];
        assert_eq!(added(samples), [None, None, None, Some(10.0)]);
    }

    #[test]
    fn a_count_that_stays_is_a_rate_of_0() {
        assert_eq!(
            added([counter(10, T), counter(10, T + 1)]),
            [None, Some(0.0)]
        );
    }

    #[test]
    fn a_count_that_goes_down_gives_no_rate_and_is_a_new_base() {
        let samples = [
            counter(10, T),
            counter(20, T + 1_000),
            counter(4, T + 2_000),
            counter(6, T + 3_000),
        ];
        assert_eq!(added(samples), [None, Some(10.0), None, Some(2.0)]);
        // Also where the time has not moved yet.
        let samples = [counter(10, T), counter(4, T), counter(11, T + 1_000)];
        assert_eq!(added(samples), [None, None, Some(7.0)]);
    }

    #[test]
    fn a_relaunched_pe_gives_no_rate_though_it_has_counted_further() {
        let sample = |value, time, launch_count| counter(value, time).launch_count(launch_count);
        let samples = [
            sample(10, T, 1),
            sample(900, T + 1_000, 2),
            sample(905, T + 2_000, 2),
        ];
        assert_eq!(added(samples), [None, None, Some(5.0)]);
        let samples = [sample(10, T, 1), sample(10, T, 2), sample(15, T + 1_000, 2)];
        assert_eq!(added(samples), [None, None, Some(5.0)]);
        let samples = [counter(10, T), sample(20, T + 1_000, 2)];
        assert_eq!(added(samples), [None, Some(10.0)]);
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_rate_and_is_a_new_base() {
        let samples = [
            counter(10, T),
            counter(20, T - 9_000),
            counter(30, T - 8_000),
        ];
        assert_eq!(added(samples), [None, None, Some(10.0)]);
    }

    #[test]
    fn what_was_never_retrieved_is_no_sample() {
        let samples = [
            counter(0, 0),
            counter(900, T),
            counter(0, 0),
            counter(910, T + 1_000),
        ];
        assert_eq!(added(samples), [None, None, None, Some(10.0)]);
        assert_eq!(counter(900, T).rate_since(&counter(0, 0)), None);
    }

    #[test]
    fn only_counters_have_rates() {
        for kind in ["gauge", "time", "unknown", "Counter", ""] {
            let sample = |value, time| MetricSample::new(kind, value, time);
            assert_eq!(
                added([sample(1, T), sample(2, T + 1_000)]),
                [None, None],
                "{kind}"
            );
            assert_eq!(sample(2, T + 1_000).rate_since(&counter(1, T)), None);
            assert_eq!(counter(2, T + 1_000).rate_since(&sample(1, T)), None);
        }
    }

    #[test]
    fn each_metric_has_its_own_rate_until_it_is_forgotten() {
        let mut rates = Rates::new();
        for (name, value) in [("a", 1), ("b", 2), ("c", 3)] {
            rates.add(name.to_owned(), counter(0, T));
            rates.add(name.to_owned(), counter(value, T + 1_000));
        }
        rates.add("d".to_owned(), counter(0, T));
        rates.add("b".to_owned(), counter(0, T + 2_000));
        let latest: Vec<_> = rates
            .iter()
            .map(|(name, rate)| (name.as_str(), rate))
            .collect();
        assert_eq!(latest, [("a", 1.0), ("c", 3.0)]);
        assert_eq!(
            (rates.latest("c"), rates.latest("b"), rates.latest("x")),
            (Some(3.0), None, None)
        );
        rates.retain(|name| name == "a");
        assert_eq!(rates.latest("c"), None);
        assert_eq!(rates.add("c".to_owned(), counter(9, T + 3_000)), None);
    }

    proptest! {
        #[test]
        fn a_rate_is_finite_and_not_negative_whatever_comes(
            samples in prop::collection::vec((any::<i64>(), any::<i64>(), prop::option::of(0..3i64)), 0..20)
        ) {
            let mut rates = Rates::new();
            for (value, time, launch_count) in samples {
                let sample = MetricSample { launch_count, ..counter(value, time) };
                let rate = rates.add((), sample);
                prop_assert!(rate.is_none_or(|rate| rate.is_finite() && rate >= 0.0), "{rate:?}");
            }
        }

        /// However often it is asked, what the rates add up to is what was counted.
        #[test]
        fn rates_add_up_to_the_count(steps in prop::collection::vec((0..1_000i64, 0..3i64), 1..50)) {
            let (mut rates, mut value, mut time) = (Rates::new(), 0, T);
            rates.add((), counter(value, time));
            let mut sum = 0.0;
            for (gained, ticks) in steps {
                let before = time;
                if ticks > 0 {
                    value += gained;
                    time += ticks * 3_000;
                }
                let rate = rates.add((), counter(value, time));
                prop_assert_eq!(rate.is_some(), ticks > 0);
                sum += rate.unwrap_or_default() * (time - before) as f64 / 1e3;
            }
            prop_assert!((sum - value as f64).abs() < 1e-6, "{} {}", sum, value);
        }
    }
}
