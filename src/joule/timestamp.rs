//! Points in time, as Joule counts them.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::{Span, Zoned, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Microseconds since the Unix epoch, UTC; before it they are negative.
///
/// Parsing takes what people write: microseconds as an integer, `now`, `1 minute ago`, `2026-09-21T14:13:20.5+02:00`, and dates and
/// times without a zone, which are in the local one.
///
/// ```
/// use headwaters::joule::Timestamp;
///
/// let time: Timestamp = "2026-09-21T14:13:20.000001Z".parse()?;
/// assert_eq!(time.micros(), 1_790_000_000_000_001);
/// assert_eq!(time.to_string(), "2026-09-21T14:13:20.000001Z");
/// assert!("1 minute ago".parse::<Timestamp>()? < Timestamp::now());
/// # Ok::<(), headwaters::joule::TimestampError>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest time that a node can store: the beginning of the year 1.
    pub const MIN: Self = Self(-62_135_596_800_000_000);

    /// The latest time that a node can store: it rounds later ones up, beyond the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999_983);

    /// The wall clock's time.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_microsecond())
    }

    /// So many microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// So many seconds since the epoch, rounded to a microsecond; `None` beyond the range and for no number.
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let micros = (seconds * 1e6).round();
        // The largest i64 is no f64; the next power of two is.
        (micros >= i64::MIN as f64 && micros < i64::MAX as f64).then_some(Self(micros as i64))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whether a node can store it: from [`MIN`](Self::MIN) to [`MAX`](Self::MAX).
    pub const fn is_storable(self) -> bool {
        Self::MIN.0 <= self.0 && self.0 <= Self::MAX.0
    }

    /// Seconds since the epoch; exact to a microsecond for some 140 years around it.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The time so much later; `None` beyond the range.
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let micros = i64::try_from(duration.as_micros()).ok()?;
        self.0.checked_add(micros).map(Self)
    }

    /// The time so much earlier; `None` beyond the range.
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        let micros = i64::try_from(duration.as_micros()).ok()?;
        self.0.checked_sub(micros).map(Self)
    }
}

impl From<i64> for Timestamp {
    fn from(micros: i64) -> Self {
        Self(micros)
    }
}

impl From<Timestamp> for i64 {
    fn from(time: Timestamp) -> Self {
        time.0
    }
}

impl From<jiff::Timestamp> for Timestamp {
    /// What is below a microsecond is cut towards zero.
    fn from(time: jiff::Timestamp) -> Self {
        Self(time.as_microsecond())
    }
}

impl TryFrom<Timestamp> for jiff::Timestamp {
    type Error = TimestampError;

    /// # Errors
    /// Beyond the years -9999 to 9999.
    fn try_from(time: Timestamp) -> Result<Self, TimestampError> {
        Self::from_microsecond(time.0).map_err(|error| TimestampError(error.to_string()))
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampError;

    /// What is below a microsecond is cut towards the past.
    ///
    /// # Errors
    /// Beyond 292,000 years from the epoch.
    fn try_from(time: SystemTime) -> Result<Self, TimestampError> {
        let out_of_range = || TimestampError(format!("{time:?} is out of range"));
        let micros = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).ok(),
            Err(error) => i64::try_from(error.duration().as_nanos().div_ceil(1_000))
                .ok()
                .map(|micros| -micros),
        };
        micros.map(Self).ok_or_else(out_of_range)
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = TimestampError;

    /// # Errors
    /// Where the platform's clock cannot say it.
    fn try_from(time: Timestamp) -> Result<Self, TimestampError> {
        let distance = Duration::from_micros(time.0.unsigned_abs());
        let system = if time.0 < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        system.ok_or_else(|| TimestampError(format!("{} µs is out of range", time.0)))
    }
}

impl fmt::Display for Timestamp {
    /// In UTC, to the microsecond where there are any; microseconds where the calendar ends.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::try_from(*self) {
            Ok(time) => time.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let text = text.trim();
        if let Ok(micros) = text.replace('_', "").parse() {
            return Ok(Self(micros));
        }
        if text.eq_ignore_ascii_case("now") {
            return Ok(Self::now());
        }
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Ok(time.into());
        }
        if let Ok(time) = text.parse::<Zoned>() {
            return Ok(time.timestamp().into());
        }
        if let Ok(span) = text.trim_start_matches("in ").parse::<Span>() {
            return Zoned::now()
                .checked_add(span)
                .map(|time| time.timestamp().into())
                .map_err(|error| unreadable(text, error));
        }
        let local = text
            .parse::<civil::DateTime>()
            .and_then(|time| TimeZone::system().to_timestamp(time));
        local
            .map(Self::from)
            .map_err(|error| unreadable(text, error))
    }
}

fn unreadable(text: &str, error: jiff::Error) -> TimestampError {
    TimestampError(format!("{text:?} is not a time: {error}"))
}

/// A text or a number that is no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError(String);

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TimestampError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_write_time_in_many_ways() {
        let second = 1_790_000_000_000_000;
        for (text, micros) in [
            ("1790000000000000", second),
            (" -5 ", -5),
            ("1_000", 1_000),
            ("2026-09-21T14:13:20Z", second),
            ("2026-09-21T16:13:20.123456+02:00", second + 123_456),
            ("2026-09-21 14:13:20Z", second),
        ] {
            assert_eq!(
                text.parse::<Timestamp>().map(Timestamp::micros),
                Ok(micros),
                "{text}"
            );
        }
        for text in ["", "yesterday-ish", "2026-13-01", "1.5.2"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn ago_is_before_now() {
        let now = Timestamp::now().micros();
        let minute = "1 minute ago".parse::<Timestamp>().unwrap().micros();
        assert!(
            (now - minute - 60_000_000).abs() < 5_000_000,
            "{}",
            now - minute
        );
        assert!("2 hours ago".parse::<Timestamp>().unwrap().micros() < minute);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_representations(micros in -60_000_000_000_000_000..250_000_000_000_000_000_i64) {
            let time = Timestamp::from_micros(micros);
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
            prop_assert_eq!(Timestamp::from(jiff::Timestamp::try_from(time).unwrap()), time);
            prop_assert_eq!(Timestamp::try_from(SystemTime::try_from(time).unwrap()).unwrap(), time);
        }
    }

    #[test]
    fn the_ends_of_the_range_are_no_panic() {
        for micros in [i64::MIN, i64::MAX, 0] {
            let time = Timestamp::from_micros(micros);
            assert!(!time.to_string().is_empty());
            let _ = SystemTime::try_from(time);
            assert!(time.checked_add(Duration::MAX).is_none());
        }
        assert_eq!(Timestamp::from_seconds(f64::NAN), None);
        assert_eq!(Timestamp::from_seconds(1e300), None);
        assert_eq!(Timestamp::from_seconds(1.5), Some(Timestamp(1_500_000)));
    }
}
