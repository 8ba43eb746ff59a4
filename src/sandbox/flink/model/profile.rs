//! Profiles of a JVM, by async-profiler: started for some seconds, then a page of HTML.

use super::date;

/// From the end of the sampling to that of the profile, in ms.
const WRITES_FOR: i64 = 100;

/// A profile of one of the two JVMs.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) whose: &'static str,
    pub(crate) mode: String,
    pub(crate) started: i64,
    /// The duration.
    pub(crate) seconds: i32,
}

impl Profile {
    pub(crate) fn ends(&self) -> i64 {
        self.started + i64::from(self.seconds) * 1000 + WRITES_FOR
    }

    /// The name of its file.
    pub(crate) fn file(&self) -> String {
        let stamp = date::of_file(self.ends());
        format!("{}_{}_{stamp}.html", self.whose, self.mode)
    }
}
