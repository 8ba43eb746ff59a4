//! Versions of a server, as far as specs tell them apart.

use std::fmt;

/// Major and minor: `1.20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u32, u32);

impl Version {
    /// The first version in a text such as `1.20.5` or `v1/1.20-SNAPSHOT`.
    pub(super) fn find(text: &str) -> Option<Self> {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .find_map(|word| {
                let mut parts = word.split('.');
                let version = Self(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                Some(version)
            })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// The versions that have a thing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub(super) since: Option<Version>,
    pub(super) until: Option<Version>,
}

impl Span {
    /// Whether the version has it; yes where one of them is not known.
    pub(super) fn has(self, version: Option<Version>) -> bool {
        let Some(version) = version else { return true };
        self.since.is_none_or(|since| since <= version)
            && self.until.is_none_or(|until| version <= until)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.since, self.until) {
            (Some(since), Some(until)) => write!(f, "{since} to {until} only"),
            (Some(since), None) => write!(f, "{since} and later"),
            (None, Some(until)) => write!(f, "{until} and earlier"),
            (None, None) => f.write_str("all versions"),
        }
    }
}
