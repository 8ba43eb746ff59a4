//! What happens to the jobs of an instance.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use futures_core::Stream;
use futures_util::{future::try_join, stream};
use tokio::time::{Instant, sleep_until};

use super::{
    calls::Instance,
    types::{Health, Job, JobId, JobStatus, Pe, PeId},
};
use crate::{Result, call::InFlight, value::deadline::later};

/// What happens to the jobs of an instance, one event after the other.
///
/// Streams tells nobody of changes: jobs and PEs are listed every three seconds, and what differs is an event. A job that comes and goes
/// between two looks is not seen, and neither is a health that has changed back.
#[derive(Debug)]
#[must_use = "nothing is sent before the first `next`"]
pub struct Watch {
    instance: Instance,
    every: Duration,
    /// When to look again.
    due: Instant,
    begun: Option<Instant>,
    request: InFlight<(Vec<Job>, Vec<Pe>)>,
    /// As it was at the last look; nothing before the first.
    known: Option<Known>,
    events: VecDeque<JobEvent>,
    ended: bool,
}

/// Something has happened to a job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JobEvent {
    /// The job as it is now, or as it was last seen if it is gone.
    pub job: Job,
    /// What has happened.
    pub change: JobChange,
}

/// What has happened to a job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JobChange {
    /// It was there already when the watch began.
    Found,
    /// It has been submitted.
    Submitted,
    /// It has been cancelled: the instance does not have it any more.
    Cancelled,
    /// It has another status.
    Status {
        /// The status that it had.
        before: Option<JobStatus>,
    },
    /// It has another health.
    Health {
        /// The health that it had.
        before: Option<Health>,
    },
    /// One of its PEs has been started again.
    PeRestarted {
        /// The PE; its status reason may tell why.
        pe: Box<Pe>,
        /// How often it has been started again since the last look.
        times: i32,
    },
}

#[derive(Debug, Default)]
struct Known {
    jobs: BTreeMap<JobId, Job>,
    /// How often each PE has been launched.
    launches: BTreeMap<PeId, i32>,
}

impl Instance {
    /// Watches its jobs: which are submitted and cancelled, how their health changes, which of their PEs are started again.
    ///
    /// ```
    /// # use headwaters::streams::{JobChange, StreamsConnection};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = headwaters::sandbox::Streams::builder().demo(true).start().await?;
    /// # let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
    /// # let instance = sc.instances().list().await?.remove(0);
    /// let mut watch = sc.instance(&instance).watch();
    /// while let Some(event) = watch.next().await? {
    ///     println!("job {}: {:?}", event.job.id, event.change);
    /// #   break;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn watch(&self) -> Watch {
        Watch {
            instance: self.clone(),
            every: Duration::from_secs(3),
            due: Instant::now(),
            begun: None,
            request: InFlight::none(),
            known: None,
            events: VecDeque::new(),
            ended: false,
        }
    }
}

impl Watch {
    /// The time from the beginning of one look to the next; three seconds by default.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval;
        self
    }

    /// The next event, as soon as there is one; `None` when the instance is gone. The first events are the jobs that are there
    /// already.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses no event. Requests that are under way go on, and
    /// the next call waits for them.
    ///
    /// Requests run on the tokio runtime of the call that sent them. Use a watch within one runtime: elsewhere a call waits until that
    /// runtime runs again, and fails with a retryable error if it has been shut down.
    ///
    /// # Errors
    /// As any call. The watch goes on after an error: the next call looks again when it is due, and what has changed meanwhile is
    /// told then.
    pub async fn next(&mut self) -> Result<Option<JobEvent>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            if self.ended {
                return Ok(None);
            }
            sleep_until(self.due).await;
            let begun = *self.begun.get_or_insert_with(Instant::now);
            let instance = &self.instance;
            let look = || {
                let (jobs, pes) = (instance.jobs(), instance.pes());
                try_join(jobs.into_future(), pes.into_future())
            };
            let seen = self.request.outcome(look).await;
            self.begun = None;
            self.due = later(begun, self.every);
            match seen {
                Ok((jobs, pes)) => self.compare(jobs, &pes),
                Err(error) if error.is_not_found() => self.ended = true,
                Err(error) => return Err(error),
            }
        }
    }

    /// The same events as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<JobEvent>> + Send + Unpin + 'static {
        Box::pin(stream::try_unfold(self, async |mut watch| {
            let event = watch.next().await?;
            Ok(event.map(|event| (event, watch)))
        }))
    }

    /// Finds what has happened since the last look.
    fn compare(&mut self, jobs: Vec<Job>, pes: &[Pe]) {
        let before = self.known.take();
        let jobs = jobs.into_iter().map(|job| (job.id.clone(), job));
        let launches = pes.iter().filter_map(|pe| {
            // A PE that does not say so now has been launched as often as before.
            let known = || before.as_ref()?.launches.get(&pe.id).copied();
            Some((pe.id.clone(), pe.launch_count.or_else(known)?))
        });
        let now = Known {
            launches: launches.collect(),
            jobs: jobs.collect(),
        };
        match before {
            None => {
                let found = now.jobs.values();
                self.events
                    .extend(found.map(|job| JobChange::Found.of(job)));
            }
            Some(before) => self.events.extend(now.since(before, pes)),
        }
        self.known = Some(now);
    }
}

impl Known {
    fn since(&self, before: Self, pes: &[Pe]) -> Vec<JobEvent> {
        let mut events = Vec::new();
        let mut old = before.jobs;
        let mut stayed = Vec::new();
        for job in self.jobs.values() {
            match old.remove(&job.id) {
                Some(known) if known.submit_time == job.submit_time => stayed.push((known, job)),
                // An instance that has been made anew counts from 0 again.
                Some(other) => {
                    events.push(JobChange::Cancelled.of(&other));
                    events.push(JobChange::Submitted.of(job));
                }
                None => events.push(JobChange::Submitted.of(job)),
            }
        }
        let gone = old.values();
        events.extend(gone.map(|job| JobChange::Cancelled.of(job)));
        for (known, job) in &stayed {
            if known.status != job.status {
                let before = known.status.clone();
                events.push(JobChange::Status { before }.of(job));
            }
            if known.health != job.health {
                let before = known.health.clone();
                events.push(JobChange::Health { before }.of(job));
            }
        }
        for pe in pes {
            // The first launch is no restart.
            let launches = before.launches.get(&pe.id).map(|before| (*before).max(1));
            let times = pe.launch_count.zip(launches);
            let times = times.map_or(0, |(now, before)| now.saturating_sub(before));
            if times > 0
                && let Some((_, job)) = stayed.iter().find(|(_, job)| is_of(pe, job))
            {
                let pe = Box::new(pe.clone());
                events.push(JobChange::PeRestarted { pe, times }.of(job));
            }
        }
        events
    }
}

impl JobChange {
    fn of(self, job: &Job) -> JobEvent {
        JobEvent {
            job: job.clone(),
            change: self,
        }
    }
}

/// The URL of a job ends with its id.
fn is_of(pe: &Pe, job: &Job) -> bool {
    let url = pe.job.as_ref().map(|link| link.as_str());
    let id = url.and_then(|url| url.trim_end_matches('/').rsplit('/').next());
    id == Some(job.restid.as_str())
}
