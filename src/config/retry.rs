//! When to try again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

/// How often and after which waits a call is tried again.
///
/// What is tried again: connections that were not made, always; 408, 429, 502, 503, 504, timeouts and
/// broken connections, for operations that may be repeated (see [`Idempotence`](crate::Idempotence)). A streamed
/// body is sent once. `Retry-After` is respected, as the longest wait where it cannot be read; when it ends after the call's
/// deadline, the call fails at once. The wait is drawn evenly between zero and a bound that doubles (full jitter).
///
/// Beside this each client has a budget: twenty retries, and one more for every ten calls that succeed. Going on to another server
/// takes from it too where a server has answered, and not where no connection was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    first: Duration,
    longest: Duration,
}

impl Default for Retry {
    /// Four attempts, waits of up to 100 ms, 200 ms, 400 ms.
    fn default() -> Self {
        Self {
            attempts: 4,
            first: Duration::from_millis(100),
            longest: Duration::from_secs(10),
        }
    }
}

impl Retry {
    /// One attempt only.
    pub fn none() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// So many attempts in all; 0 counts as 1.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The bound of the first wait; it doubles from there up to `longest`.
    pub fn with_waits(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first;
        self.longest = longest;
        self
    }

    /// The waits of one call.
    pub(crate) fn waits(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        ExponentialBuilder::default()
            .with_min_delay(self.first)
            .with_max_delay(self.longest)
            .with_max_times(self.attempts.saturating_sub(1) as usize)
            .build()
            .map(full_jitter)
    }

    pub(crate) fn longest_wait(&self) -> Duration {
        self.longest
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.attempts > 1
    }
}

fn full_jitter(bound: Duration) -> Duration {
    bound.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_drawn_evenly_below_a_doubling_bound() {
        let retry = Retry::default()
            .with_attempts(4)
            .with_waits(Duration::from_millis(100), Duration::from_millis(250));
        let bounds = [100.0, 200.0, 250.0];
        let mut sums = [0.0; 3];
        for _ in 0..4_000 {
            let waits: Vec<f64> = retry
                .waits()
                .map(|wait| wait.as_secs_f64() * 1000.0)
                .collect();
            assert_eq!(waits.len(), 3);
            for ((wait, bound), sum) in waits.iter().zip(bounds).zip(&mut sums) {
                assert!((0.0..=bound).contains(wait), "{wait} of {bound}");
                *sum += wait;
            }
        }
        for (sum, bound) in sums.iter().zip(bounds) {
            let mean = sum / 4_000.0;
            assert!(
                (mean / bound - 0.5).abs() < 0.05,
                "the mean {mean} is not half of {bound}"
            );
        }
    }

    #[test]
    fn one_attempt_has_no_waits() {
        assert_eq!(Retry::none().waits().count(), 0);
    }
}
