//! What modules write: rows that follow from the clock, so that nobody has to write them.

use bytes::Bytes;

use super::layout::Datatype;
use super::store::Run;
use super::time::{Micros, SECOND};
use crate::sandbox::ids::Ids;

/// A source of live rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Producer {
    kind: Kind,
    /// When its first row is.
    started: Micros,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Random float32_2, ten rows a second.
    Random { seed: u64 },
    /// Four rows of int16_3 every 0.4 s, and a break after every third time.
    Breaker,
}

/// Rows that the breaker writes at a time, and how often before a break.
const ROWS: i64 = 4;
const TIMES: i64 = 3;

impl Producer {
    pub(crate) fn random(seed: u64, started: Micros) -> Self {
        let kind = Kind::Random { seed };
        Self { kind, started }
    }

    pub(crate) fn breaker(started: Micros) -> Self {
        let kind = Kind::Breaker;
        Self { kind, started }
    }

    /// What it writes after one time and until another.
    pub(crate) fn between(&self, after: Micros, until: Micros) -> Vec<Run> {
        let period = self.period();
        let number = |time: Micros| (time - self.started).div_euclid(period) + 1;
        let mut runs = Vec::new();
        for block in number(after).max(0)..number(until) {
            runs.push(Run::Rows(self.block(block)));
            if self.breaks_after(block) {
                runs.push(Run::Break);
            }
        }
        runs
    }

    /// The last lines that it has printed, with their times.
    pub(crate) fn log(&self, until: Micros) -> Vec<(Micros, String)> {
        const LINES: i64 = 100;
        let mut lines = vec![(self.started, "---starting module---".to_owned())];
        let blocks = (until - self.started).div_euclid(self.period()) + 1;
        for block in (blocks - LINES * TIMES).max(0)..blocks {
            if self.breaks_after(block) {
                let rows = (block + 1) * ROWS;
                let time = self.started + block * self.period();
                lines.push((time, format!("interval ends after row {rows}")));
            }
        }
        let old = lines.len().saturating_sub(LINES as usize);
        lines.split_off(old)
    }

    fn breaks_after(&self, block: i64) -> bool {
        matches!(self.kind, Kind::Breaker) && (block + 1) % TIMES == 0
    }

    /// µs between blocks.
    fn period(&self) -> Micros {
        match self.kind {
            Kind::Random { .. } => SECOND / 10,
            Kind::Breaker => SECOND * 4 / 10,
        }
    }

    fn block(&self, block: i64) -> Bytes {
        let mut rows = Vec::new();
        let start = self.started + block * self.period();
        match self.kind {
            Kind::Random { seed } => {
                let mut numbers = Ids::new(seed.wrapping_add(block.cast_unsigned()));
                rows.extend(start.to_le_bytes());
                for _ in 0..2 {
                    let number = (numbers.next() >> 11) as f64 / (1_u64 << 53) as f64;
                    Datatype::Float32.write(number, &mut rows);
                }
            }
            Kind::Breaker => {
                for row in 0..ROWS {
                    rows.extend((start + 1000 * row).to_le_bytes());
                    let counter = (block * ROWS + row) % 1000;
                    for number in [counter + 1, -counter, 7] {
                        Datatype::Int16.write(number as f64, &mut rows);
                    }
                }
            }
        }
        rows.into()
    }
}
