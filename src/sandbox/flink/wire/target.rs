//! The target of a request, taken apart the way Flink does it.

use super::percent::{Plus, decode};

/// The prefix that a client may leave out.
pub(crate) const VERSION: &str = "/v1";

/// A request target, taken apart the way Flink does it.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) raw: &'a str,
    /// Decoded once: `%2F` separates.
    pub(crate) path: String,
    /// Decoded a second time each, and now a plus is a space.
    segments: Vec<String>,
    pub(crate) query: &'a str,
}

impl<'a> Target<'a> {
    pub(crate) fn parse(raw: &'a str) -> Result<Self, String> {
        let (path, query) = raw.split_once('?').unwrap_or((raw, ""));
        let path = decode(path, Plus::Itself)?;
        let segments: Result<Vec<String>, String> = path
            .trim_matches('/')
            .split('/')
            .map(|segment| decode(segment, Plus::Space))
            .collect();
        Ok(Self {
            raw,
            segments: segments?,
            path,
            query,
        })
    }

    /// The parameters of the path, if this is the pattern of its route: `/jobs/:jobid`.
    pub(crate) fn parameters(&self, pattern: &'static str) -> Option<Vec<(&'static str, String)>> {
        let segments = match self.segments.split_first() {
            Some((first, rest)) if first == VERSION.trim_start_matches('/') => rest,
            _ => &self.segments,
        };
        let pattern = pattern.trim_start_matches('/');
        if pattern.split('/').count() != segments.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (part, segment) in pattern.split('/').zip(segments) {
            match part.strip_prefix(':') {
                Some(name) => parameters.push((name, segment.clone())),
                None if part == segment => {}
                None => return None,
            }
        }
        Some(parameters)
    }
}
