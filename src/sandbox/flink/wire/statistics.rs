//! Statistics of a few numbers, as Flink writes them of checkpoints.

use serde_json::{Value, json};

/// The numbers.
#[derive(Debug)]
pub(crate) struct Samples(Vec<i64>);

impl FromIterator<i64> for Samples {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        let mut numbers = Vec::from_iter(numbers);
        numbers.sort_unstable();
        Self(numbers)
    }
}

impl Samples {
    /// `StatsSummary`.
    pub(crate) fn to_json(&self) -> Value {
        self.with(|percent| self.percentile(percent).map_or(json!("NaN"), Value::from))
    }

    /// The same of the subtasks of one checkpoint, whose percentiles Flink never computes.
    pub(crate) fn without_percentiles(&self) -> Value {
        self.with(|_| json!("NaN"))
    }

    fn with(&self, percentile: impl Fn(f64) -> Value) -> Value {
        let count = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        json!({
            "min": self.0.first().unwrap_or(&0),
            "max": self.0.last().unwrap_or(&0),
            "avg": self.0.iter().sum::<i64>().checked_div(count).unwrap_or(0),
            "p50": percentile(50.0),
            "p90": percentile(90.0),
            "p95": percentile(95.0),
            "p99": percentile(99.0),
            "p999": percentile(99.9),
        })
    }

    /// Between two numbers, as commons-math estimates it; `None` where there is no number.
    fn percentile(&self, percent: f64) -> Option<f64> {
        let position = percent * (self.0.len() as f64 + 1.0) / 100.0;
        let at = |rank: f64| {
            let last = self.0.len().checked_sub(1)?;
            let index = (rank.max(1.0) as usize - 1).min(last);
            self.0.get(index).map(|number| *number as f64)
        };
        let (lower, upper) = (at(position.floor())?, at(position.floor() + 1.0)?);
        Some(match position {
            below if below < 1.0 => lower,
            _ => lower + position.fract() * (upper - lower),
        })
    }
}

/// Of what Flink no longer measures: zeros, even where there is nothing to take percentiles of.
pub(crate) fn zero() -> Value {
    json!({"min": 0, "max": 0, "avg": 0, "p50": 0.0, "p90": 0.0, "p95": 0.0, "p99": 0.0, "p999": 0.0})
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes of four checkpoints of a real job, and what Flink 1.20.5 made of them.
    #[test]
    fn percentiles_are_flinks() {
        let samples = Samples::from_iter([5460, 2820, 5545, 2820]);
        let expected = json!({
            "min": 2820, "max": 5545, "avg": 4161,
            "p50": 4140.0, "p90": 5545.0, "p95": 5545.0, "p99": 5545.0, "p999": 5545.0,
        });
        assert_eq!(samples.to_json(), expected);
    }

    #[test]
    fn nothing_has_no_percentiles() {
        let expected = json!({
            "min": 0, "max": 0, "avg": 0,
            "p50": "NaN", "p90": "NaN", "p95": "NaN", "p99": "NaN", "p999": "NaN",
        });
        assert_eq!(Samples::from_iter([]).to_json(), expected);
    }
}
