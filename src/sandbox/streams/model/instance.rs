//! The instance: where jobs run.

use std::collections::{BTreeMap, BTreeSet};

use super::application::Application;
use super::application_configuration::ApplicationConfiguration;
use super::job::Job;
use super::layout::Layout;
use super::owner::Owner;
use super::parallel_region;
use super::pe::Pe;
use super::submission::Submission;
use super::time::Millis;
use super::view::View;

/// The group of jobs that are in no other.
pub(crate) const DEFAULT_GROUP: &str = "default";

/// Where jobs run.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) created: Millis,
    /// Since when it runs; none where it is stopped.
    pub(crate) started: Option<Millis>,
    /// What it says of itself, if that is not what follows from its jobs.
    pub(crate) health: Option<&'static str>,
    pub(crate) jobs: BTreeMap<u64, Job>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) configurations: BTreeMap<String, ApplicationConfiguration>,
    /// What has been uploaded, and waits to be run: the name of its application by its id.
    pub(crate) bundles: BTreeMap<String, String>,
    /// Values that stand instead of what would be measured.
    pub(crate) set_metrics: BTreeMap<(Owner, String), i64>,
    /// The hosts on which jobs may run, by their places.
    pub(crate) hosts: Vec<usize>,
    /// How often there have come to be other jobs or operators.
    pub(crate) revision: u64,
    next_job: u64,
    next_pe: u64,
    next_view: u64,
}

impl Instance {
    pub(crate) fn new(id: &str, owner: &str, hosts: Vec<usize>, now: Millis) -> Self {
        Self {
            id: id.to_owned(),
            owner: owner.to_owned(),
            created: now,
            started: Some(now),
            health: None,
            jobs: BTreeMap::new(),
            groups: BTreeSet::from([DEFAULT_GROUP.to_owned()]),
            configurations: BTreeMap::new(),
            bundles: BTreeMap::new(),
            set_metrics: BTreeMap::new(),
            hosts,
            revision: 0,
            next_job: 0,
            next_pe: 0,
            next_view: 0,
        }
    }

    /// Runs an application, and tells the number of the job.
    pub(crate) fn run(
        &mut self,
        mut application: Application,
        submission: Submission,
        now: Millis,
    ) -> u64 {
        let id = self.next_job;
        self.next_job += 1;
        self.revision += 1;
        if let Some(count) = submission.deployment.pes() {
            application.fuse(count);
        }
        let mut pes = Vec::new();
        for place in 0..application.pes() {
            let hosts = self.hosts.len().max(1);
            let host = self.hosts.get(place % hosts).copied().unwrap_or_default();
            pes.push(Pe::launched(self.next_pe, host, now));
            self.next_pe += 1;
        }
        if let Some(level) = submission.tracing {
            pes.iter_mut().for_each(|pe| pe.tracing = level);
        }
        for view in &mut application.views {
            view.id = self.next_view;
            self.next_view += 1;
            if !view.on_first_access {
                view.started = Some(now);
            }
        }
        let group = submission.group.unwrap_or_else(|| DEFAULT_GROUP.to_owned());
        let job = Job {
            id,
            name: submission
                .name
                .unwrap_or_else(|| format!("{}_{id}", application.name)),
            layout: Layout::of(&application),
            application,
            group,
            data_directory: submission.data_directory,
            parameters: submission.parameters,
            deployment: submission.deployment,
            started_by: self.owner.clone(),
            submitted: now,
            pes,
            health: None,
            generation: 0,
        };
        self.jobs.insert(id, job);
        id
    }

    /// Ends a job, unless there is none.
    pub(crate) fn cancel(&mut self, id: u64) -> Option<Job> {
        let job = self.jobs.remove(&id)?;
        self.revision += 1;
        self.set_metrics.retain(|(owner, _), _| !owner.is_of(&job));
        Some(job)
    }

    /// Gives a parallel region of a job another width, if there is one. What was set of the job's metrics is forgotten: its operators
    /// have other places then.
    pub(crate) fn set_width(&mut self, job: u64, region: &str, width: usize) {
        self.revision += 1;
        if let Some(job) = self.jobs.get_mut(&job) {
            self.set_metrics.retain(|(owner, _), _| !owner.is_of(job));
            parallel_region::set_width(job, region, width);
        }
    }

    pub(crate) fn start(&mut self, now: Millis) {
        self.started.get_or_insert(now);
    }

    /// Ends every job, and then itself.
    pub(crate) fn stop(&mut self) {
        self.started = None;
        self.jobs.clear();
        self.revision += 1;
        self.set_metrics.clear();
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.started {
            Some(_) => "running",
            None => "stopped",
        }
    }

    pub(crate) fn health(&self, now: Millis) -> &'static str {
        let healthy = self.jobs.values().map(|job| job.health(now));
        let healthy = healthy.filter(|health| *health == "healthy").count();
        let follows = match healthy {
            _ if self.started.is_none() => "unknown",
            all if all == self.jobs.len() => "healthy",
            0 => "unhealthy",
            _ => "partiallyHealthy",
        };
        self.health.unwrap_or(follows)
    }

    /// A PE with its job, and its place there.
    pub(crate) fn pe(&self, id: u64) -> Option<(&Job, usize, &Pe)> {
        self.jobs.values().find_map(|job| {
            let place = job.pes.iter().position(|pe| pe.id == id)?;
            Some((job, place, job.pes.get(place)?))
        })
    }

    pub(crate) fn pe_mut(&mut self, id: u64) -> Option<&mut Pe> {
        let mut pes = self.jobs.values_mut().flat_map(|job| &mut job.pes);
        pes.find(|pe| pe.id == id)
    }

    /// Every view, with its job.
    pub(crate) fn views(&self) -> impl Iterator<Item = (&Job, &View)> {
        let jobs = self.jobs.values();
        jobs.flat_map(|job| job.application.views.iter().map(move |view| (job, view)))
    }

    pub(crate) fn view(&self, id: u64) -> Option<(&Job, &View)> {
        self.views().find(|(_, view)| view.id == id)
    }

    pub(crate) fn view_mut(&mut self, is_it: impl Fn(&View) -> bool) -> Option<&mut View> {
        let jobs = self.jobs.values_mut();
        jobs.flat_map(|job| &mut job.application.views)
            .find(|view| is_it(view))
    }
}
