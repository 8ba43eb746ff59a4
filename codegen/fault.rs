//! What is wrong in a spec, and where.

use std::fmt;

/// One fault: the place in the document in words a maintainer uses, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `GET /jobs/{jobid}`, `schema JobDetails`, `tag vertex`; empty for the whole document.
    pub place: String,
    /// One sentence without a full stop.
    pub reason: String,
    /// The same in the words of the operation that was copied, which are those of the text.
    pub written: Option<Box<Fault>>,
}

impl Fault {
    pub fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            reason: reason.into(),
            written: None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.place, self.reason)
        }
    }
}
