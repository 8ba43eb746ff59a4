//! The cluster: all state, and what `/overview` and `/config` say of it.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::error::Failure;
use super::flamegraph;
use super::jar::Jar;
use super::job::Job;
use super::operation::Operation;
use super::profile::Profile;
use super::reply::Answer;
use super::request::Request;
use super::status::Status;
use super::taskmanager;
use crate::sandbox::ids::Ids;

const FLINK_VERSION: &str = "1.20.5";
const FLINK_COMMIT: &str = "0980485";

/// Everything that requests read and change.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Where clients reach it: `http://127.0.0.1:<port>`.
    pub(super) url: String,
    /// When it was started, ms since the epoch.
    pub(super) started: i64,
    pub(super) upload_dir: String,
    pub(super) ids: Ids,
    /// In the order of arrival.
    pub(super) jars: Vec<Jar>,
    /// In the order of submission.
    pub(super) jobs: Vec<Job>,
    pub(super) operations: Vec<Operation>,
    /// Savepoints by path and data sets by id that have been deleted, and when.
    pub(super) discarded: HashMap<String, i64>,
    /// In the order of their start.
    pub(super) profiles: Vec<Profile>,
    /// Whose metrics have been asked for, and so have been fetched.
    pub(super) fetched: HashSet<String>,
    /// Whose flame graphs have been asked for, and when the sampling began.
    pub(super) sampled: HashMap<String, i64>,
    pub(super) flame_graph_depth: usize,
    /// Whether the adaptive scheduler runs jobs, rather than the default one.
    pub(super) adaptive: bool,
    /// Whether it has been told to shut down.
    pub(super) is_over: bool,
}

impl Cluster {
    pub(super) fn new(url: &str, seed: u64, now: i64) -> Self {
        let mut ids = Ids::new(seed);
        let upload_dir = format!("/tmp/flink-web-{}/flink-web-upload", ids.uuid());
        let url = url.to_owned();
        Self {
            url,
            started: now,
            upload_dir,
            ids,
            jars: Vec::new(),
            jobs: Vec::new(),
            operations: Vec::new(),
            discarded: HashMap::new(),
            profiles: Vec::new(),
            fetched: HashSet::new(),
            sampled: HashMap::new(),
            flame_graph_depth: flamegraph::DEPTH,
            adaptive: false,
            is_over: false,
        }
    }

    /// Comes back as from high availability storage: with its jars, jobs and savepoints, without what was only
    /// in memory.
    pub(super) fn recover(&mut self) {
        self.operations.clear();
        self.profiles.clear();
        self.fetched.clear();
        self.sampled.clear();
        self.is_over = false;
    }

    /// Takes a new job in, as wide as the free slots allow.
    pub(super) fn submit(&mut self, mut job: Job, now: i64) {
        if self.adaptive {
            job.rescale(taskmanager::SLOTS - self.slots_taken(now), now);
        }
        self.jobs.push(job);
    }

    pub(super) fn is_discarded(&self, what: &str, now: i64) -> bool {
        self.discarded.get(what).is_some_and(|at| *at <= now)
    }

    pub(super) fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    pub(super) fn job_mut(&mut self, id: &str) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.id == id)
    }

    /// The job that the path names, for routes made from the execution graph.
    pub(super) fn job_of(&self, request: &Request) -> Result<&Job, Failure> {
        let id = request.id("jobid")?;
        self.job(&id).ok_or_else(|| Failure::no_job(&id))
    }

    /// Slots that jobs occupy: as many as the widest of their vertices has subtasks.
    pub(super) fn slots_taken(&self, now: i64) -> i32 {
        let running = self
            .jobs
            .iter()
            .filter(|job| !job.is_over(now) && job.has_graph(now));
        running.map(Job::slots).sum::<i32>().min(taskmanager::SLOTS)
    }
}

/// GET /overview
pub(super) fn overview(cluster: &mut Cluster, request: &Request) -> Answer {
    let now = request.now;
    let count = |wanted: fn(Status) -> bool| {
        cluster
            .jobs
            .iter()
            .filter(|job| wanted(job.status(now)))
            .count()
    };
    Ok(json!({
        "taskmanagers": 1,
        "slots-total": taskmanager::SLOTS,
        "slots-available": taskmanager::SLOTS - cluster.slots_taken(now),
        "jobs-running": count(|status| !status.is_terminal()),
        "jobs-finished": count(|status| status == Status::Finished),
        "jobs-cancelled": count(|status| status == Status::Canceled),
        "jobs-failed": count(|status| status == Status::Failed),
        "flink-version": FLINK_VERSION,
        "flink-commit": FLINK_COMMIT,
    })
    .into())
}

/// DELETE /cluster: the answer first, then the port is closed
pub(super) fn shut_down(cluster: &mut Cluster, _: &Request) -> Answer {
    cluster.is_over = true;
    Ok(json!({}).into())
}

/// GET /config, the settings of the web UI
pub(super) fn config(cluster: &mut Cluster, _: &Request) -> Answer {
    Ok(json!({
        "refresh-interval": 3000,
        "timezone-name": "Coordinated Universal Time",
        "timezone-offset": 0,
        "flink-version": FLINK_VERSION,
        "flink-revision": format!("{FLINK_COMMIT} @ 2026-06-08T09:21:06+02:00"),
        "features": {"web-submit": true, "web-cancel": true, "web-rescale": cluster.adaptive, "web-history": false},
    })
    .into())
}
