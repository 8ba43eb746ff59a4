//! PEs: the processes in which operators run.

use super::time::{Millis, SECOND};

/// How long a PE takes to start.
const STARTUP: Millis = SECOND;

/// A process of a job.
#[derive(Clone, Debug)]
pub(crate) struct Pe {
    pub(crate) id: u64,
    pub(crate) launch_count: i64,
    /// When it was launched last.
    pub(crate) launched: Millis,
    /// Why it was launched last.
    pub(crate) reason: &'static str,
    pub(crate) process: u64,
    /// Where it runs, by its place.
    pub(crate) host: usize,
    /// What it says of itself, if that is not what follows from its state.
    pub(crate) health: Option<&'static str>,
    pub(crate) tracing: &'static str,
    /// Whether it is kept from running.
    pub(crate) is_stopped: bool,
}

impl Pe {
    pub(crate) fn launched(id: u64, host: usize, now: Millis) -> Self {
        Self {
            id,
            launch_count: 1,
            launched: now,
            reason: "none",
            process: 1800 + id * 14,
            host,
            health: None,
            tracing: "error",
            is_stopped: false,
        }
    }

    /// Launches it once more: its metrics begin again.
    pub(crate) fn restart(&mut self, reason: &'static str, now: Millis) {
        self.launch_count += 1;
        self.launched = now;
        self.reason = reason;
        self.process += 1000;
        self.is_stopped = false;
    }

    pub(crate) fn status(&self, now: Millis) -> &'static str {
        match (self.is_stopped, now < self.launched + STARTUP) {
            (true, _) => "stopped",
            (false, false) => "running",
            (false, true) if self.launch_count > 1 => "restarting",
            (false, true) => "starting",
        }
    }

    pub(crate) fn health(&self, now: Millis) -> &'static str {
        let follows = match self.status(now) {
            "running" => "healthy",
            _ => "unhealthy",
        };
        self.health.unwrap_or(follows)
    }
}
