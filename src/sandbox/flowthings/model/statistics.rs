//! How often things happened, hour by hour.

use std::collections::{BTreeMap, HashMap};

use crate::sandbox::clock::calendar;

const HOUR_MS: i64 = 3_600_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Statistic {
    FlowDropAdded,
    FlowTracked,
    TrackHit,
    TrackPass,
    ApiCallByIdentity,
    DropCreatedBy,
}

impl Statistic {
    const ALL: [Self; 6] = [
        Self::FlowDropAdded,
        Self::FlowTracked,
        Self::TrackHit,
        Self::TrackPass,
        Self::ApiCallByIdentity,
        Self::DropCreatedBy,
    ];

    /// The one with this name in a path.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "flowDropAdded" => Self::FlowDropAdded,
            "flowTracked" => Self::FlowTracked,
            "trackHit" => Self::TrackHit,
            "trackPass" => Self::TrackPass,
            "apiCallByIdentity" => Self::ApiCallByIdentity,
            "dropCreatedBy" => Self::DropCreatedBy,
            _ => return None,
        })
    }
}

/// The time that a count stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Year,
    Month,
    Day,
    Hour,
}

/// Years, or one year, month or day.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Span {
    Years(i64, i64),
    Year(i64),
    Month(i64, i64),
    Day(i64, i64, i64),
}

impl Span {
    /// What counts stand for unless it is said: the part of the date that comes next.
    pub(crate) fn next_level(self) -> Level {
        match self {
            Self::Years(..) => Level::Year,
            Self::Year(..) => Level::Month,
            Self::Month(..) => Level::Day,
            Self::Day(..) => Level::Hour,
        }
    }

    /// Whether a day is in it.
    fn has(self, [year, month, day]: [i64; 3]) -> bool {
        match self {
            Self::Years(first, last) => (first..=last).contains(&year),
            Self::Year(of) => of == year,
            Self::Month(of, in_) => (of, in_) == (year, month),
            Self::Day(of, in_, on) => (of, in_, on) == (year, month, day),
        }
    }

    /// The times in it, one for each count.
    fn slots(self, level: Level) -> Vec<Slot> {
        let (years, month, day) = match self {
            Self::Years(first, last) => (first..=last, None, None),
            Self::Year(year) => (year..=year, None, None),
            Self::Month(year, month) => (year..=year, Some(month), None),
            Self::Day(year, month, day) => (year..=year, Some(month), Some(day)),
        };
        let mut slots = Vec::new();
        for year in years {
            for month in month.map_or(1..=12, |month| month..=month) {
                for day in day.map_or(1..=days(year, month), |day| day..=day) {
                    for hour in 0..24 {
                        let slot = level.slot([year, month, day, hour]);
                        if slots.last() != Some(&slot) {
                            slots.push(slot);
                        }
                    }
                }
            }
        }
        slots
    }
}

/// Year, month, day and hour; 0 for what a level does not tell apart.
type Slot = [i64; 4];

impl Level {
    fn slot(self, [year, month, day, hour]: Slot) -> Slot {
        match self {
            Self::Year => [year, 0, 0, 0],
            Self::Month => [year, month, 0, 0],
            Self::Day => [year, month, day, 0],
            Self::Hour => [year, month, day, hour],
        }
    }
}

/// How many days a month has.
pub(crate) fn days(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// How often things happened, by what and to whom.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    /// By the hour since the Unix epoch.
    counts: HashMap<(Statistic, String), BTreeMap<i64, u64>>,
}

impl Statistics {
    /// Counts one that happened at a time in ms.
    pub(crate) fn count(&mut self, statistic: Statistic, id: &str, now: i64) {
        let counts = self.counts.entry((statistic, id.to_owned())).or_default();
        *counts.entry(now.div_euclid(HOUR_MS)).or_default() += 1;
    }

    /// Forgets what is counted of an object.
    pub(crate) fn forget(&mut self, id: &str) {
        for statistic in Statistic::ALL {
            self.counts.remove(&(statistic, id.to_owned()));
        }
    }

    /// The counts of a span, in the order of time.
    pub(crate) fn of(&self, statistic: Statistic, id: &str, span: Span, level: Level) -> Vec<u64> {
        let mut sums: BTreeMap<Slot, u64> = BTreeMap::new();
        let counts = self.counts.get(&(statistic, id.to_owned()));
        for (hour, count) in counts.into_iter().flatten() {
            let [year, month, day, hour, ..] = calendar(hour * HOUR_MS);
            if !span.has([year, month, day]) {
                continue;
            }
            *sums
                .entry(level.slot([year, month, day, hour]))
                .or_default() += count;
        }
        let slots = span.slots(level).into_iter();
        slots
            .map(|slot| sums.get(&slot).copied().unwrap_or_default())
            .collect()
    }
}
