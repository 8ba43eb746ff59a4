//! A range of times.

use super::time::{Micros, OutOfYears, check_year};

/// A range of times; where a bound is absent there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) start: Option<Micros>,
    pub(crate) end: Option<Micros>,
}

impl Bounds {
    /// The same, whose bounds must be in years that Python has.
    pub(crate) fn in_years(self) -> Result<Self, OutOfYears> {
        for bound in [self.start, self.end].into_iter().flatten() {
            check_year(bound)?;
        }
        Ok(self)
    }
}
