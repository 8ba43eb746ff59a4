//! Heartbeats, and whether the server lives.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep};

use crate::value::deadline::later;

/// The heartbeat of a connection.
pub(super) struct Pulse {
    period: Duration,
    alarm: Pin<Box<Sleep>>,
    heard: Instant,
    /// Periods that are over since something was heard: a program that was held up has not listened.
    quiet: u32,
    /// Since when the connection takes nothing.
    stuck: Option<Instant>,
}

/// What a period that is over asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// To say that we live, and to ask whether the server does.
    Due,
    /// Two periods were silent.
    Silent,
    /// For two periods the connection has taken nothing.
    Stuck,
}

impl Pulse {
    pub(super) fn new(period: Duration) -> Self {
        Self {
            period,
            alarm: Box::pin(sleep(period)),
            heard: Instant::now(),
            quiet: 0,
            stuck: None,
        }
    }

    /// Something came, or nobody listens.
    pub(super) fn heard(&mut self) {
        self.heard = Instant::now();
        self.quiet = 0;
    }

    /// Whether the connection takes what is written.
    pub(super) fn writes(&mut self, is_stuck: bool) {
        match is_stuck {
            true => {
                self.stuck.get_or_insert_with(Instant::now);
            }
            false => self.stuck = None,
        }
    }

    /// Whether something had to wait the last time.
    pub(super) fn is_stuck(&self) -> bool {
        self.stuck.is_some()
    }

    /// Ready when a period is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Beat> {
        ready!(self.alarm.as_mut().poll(context));
        let now = Instant::now();
        self.quiet = self.quiet.saturating_add(1);
        self.alarm.as_mut().reset(later(now, self.period));
        let long = self.period.saturating_mul(2);
        let is_long = |since: Instant| now.duration_since(since) >= long;
        Poll::Ready(match self.stuck {
            _ if self.quiet > 1 && is_long(self.heard) => Beat::Silent,
            Some(since) if is_long(since) => Beat::Stuck,
            _ => Beat::Due,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn beat(pulse: &mut Pulse) -> Beat {
        poll_fn(|context| pulse.poll(context)).await
    }

    #[tokio::test(start_paused = true)]
    async fn two_periods_without_a_sign_are_silence() {
        let mut pulse = Pulse::new(Duration::from_secs(10));
        assert_eq!(beat(&mut pulse).await, Beat::Due);
        pulse.heard();
        assert_eq!(beat(&mut pulse).await, Beat::Due);
        assert_eq!(beat(&mut pulse).await, Beat::Silent);
    }

    #[tokio::test(start_paused = true)]
    async fn a_program_that_was_held_up_listens_before_it_judges() {
        let mut pulse = Pulse::new(Duration::from_secs(10));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(beat(&mut pulse).await, Beat::Due);
        assert_eq!(beat(&mut pulse).await, Beat::Silent);
    }
}
