//! The one TaskManager.

use super::task::State;
use super::timeline::Timeline;

/// A resource id is no hex: any string.
pub(crate) const ID: &str = "localhost:34163-cc81b6";
const HOST: &str = "localhost";
/// Its data port, by which tasks are placed.
pub(crate) const ENDPOINT: &str = "localhost:34399";
pub(crate) const SLOTS: i32 = 8;

/// Network memory comes in segments.
pub(crate) const SEGMENTS: i64 = 4096;
pub(crate) const SEGMENT_SIZE: i64 = 32 * 1024;

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) host: &'static str,
    pub(crate) endpoint: &'static str,
    /// Of the TaskManager.
    pub(crate) id: &'static str,
}

impl Place {
    /// Nowhere before it is deployed.
    pub(crate) fn of(life: &Timeline<State>, now: i64) -> Self {
        match life.entered(State::Deploying, now) {
            Some(_) => Self {
                host: HOST,
                endpoint: ENDPOINT,
                id: ID,
            },
            None => Self {
                host: "(unassigned)",
                endpoint: "(unassigned)",
                id: "(unassigned)",
            },
        }
    }
}

/// Each slot that is taken has a dozen segments.
pub(crate) fn segments_used(slots_taken: i32) -> i64 {
    12 * i64::from(slots_taken)
}
