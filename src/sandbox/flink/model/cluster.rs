//! The cluster: all state.

use std::collections::{HashMap, HashSet};

use super::checkpoint::{self, Checkpoint};
use super::checkpoint_coordinator as coordinator;
use super::flame_graph::FlameGraphs;
use super::jar::Jar;
use super::job::{Bounds, Job};
use super::operation::{Ends, Key, Operation, Outcome};
use super::profile::Profile;
use super::status::Status;
use super::{scheduler, taskmanager};
use crate::sandbox::ids::Ids;

/// How many profiles of a JVM are kept (`rest.profiling.history-size`).
const PROFILES_KEPT: usize = 10;

/// How long the deletion of a data set takes, in ms.
const DELETED_IN: i64 = 100;

/// Everything that requests read and change.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Where clients reach it: `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    /// When it was started, ms since the epoch.
    pub(crate) started: i64,
    pub(crate) upload_dir: String,
    pub(crate) ids: Ids,
    /// In the order of arrival.
    pub(crate) jars: Vec<Jar>,
    /// In the order of submission.
    pub(crate) jobs: Vec<Job>,
    operations: Vec<Operation>,
    /// Savepoints by path and data sets by id that have been deleted, and when.
    discarded: HashMap<String, i64>,
    /// In the order of their start.
    pub(crate) profiles: Vec<Profile>,
    /// Whose metrics have been asked for, and so have been fetched.
    fetched: HashSet<String>,
    pub(crate) flame_graphs: FlameGraphs,
    /// Whether the adaptive scheduler runs jobs, rather than the default one.
    pub(crate) adaptive: bool,
    /// Whether it has been told to shut down.
    pub(crate) is_over: bool,
}

impl Cluster {
    pub(crate) fn new(url: &str, seed: u64, now: i64) -> Self {
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
            flame_graphs: FlameGraphs::default(),
            adaptive: false,
            is_over: false,
        }
    }

    /// Comes back as from high availability storage: with its jars, jobs and savepoints, without what was only
    /// in memory.
    pub(crate) fn recover(&mut self) {
        self.operations.clear();
        self.profiles.clear();
        self.fetched.clear();
        self.flame_graphs.forget();
        self.is_over = false;
    }

    /// Takes a jar in, and tells its id.
    pub(crate) fn add_jar(&mut self, name: &str, now: i64) -> String {
        let id = format!("{}_{name}", self.ids.uuid());
        self.jars.push(Jar {
            id: id.clone(),
            name: name.to_owned(),
            uploaded: now,
        });
        id
    }

    /// Takes a new job in, as wide as the free slots allow.
    pub(crate) fn submit(&mut self, mut job: Job, now: i64) {
        if self.adaptive {
            let free = taskmanager::SLOTS - self.slots_taken(now);
            scheduler::rescale(&mut job, free, now);
        }
        self.jobs.push(job);
    }

    /// Sets the bounds of some vertices of a job, by their ids.
    pub(crate) fn set_bounds(&mut self, job: &str, wanted: &[(String, Bounds)], now: i64) {
        let free = taskmanager::SLOTS - self.slots_taken(now);
        let Some(job) = self.job_mut(job) else {
            return;
        };
        for (vertex, bounds) in job.vertices().iter().zip(&mut job.bounds) {
            if let Some((_, wanted)) = wanted.iter().find(|(id, _)| id == vertex.id) {
                *bounds = *wanted;
            }
        }
        scheduler::rescale(job, free + job.slots(), now);
    }

    /// Starts an operation.
    pub(crate) fn start(&mut self, key: Key, ends: Ends) {
        self.operations.push(Operation { key, ends });
    }

    /// The operation under this key; `None` also where it has ended too long ago.
    pub(crate) fn operation(&self, key: &Key, now: i64) -> Option<&Operation> {
        let mut operations = self.operations.iter();
        operations.find(|operation| {
            operation.key == *key && operation.is_kept(self.job_of(operation), now)
        })
    }

    /// How an operation has ended; `None` while it goes on.
    pub(crate) fn outcome(&self, operation: &Operation, now: i64) -> Option<Outcome> {
        operation.outcome(self.job_of(operation), now)
    }

    fn job_of(&self, operation: &Operation) -> Option<&Job> {
        self.job(operation.key.job.as_deref()?)
    }

    /// The checkpoint that lies at this path, if it is whole and nobody has discarded it.
    pub(crate) fn stored(&self, path: &str, now: i64) -> Option<Checkpoint> {
        let wanted = checkpoint::normal(path.trim_end_matches("/_metadata"));
        let mut checkpoints = self.jobs.iter().flat_map(|job| {
            let checkpoints = coordinator::triggered(job, now);
            let kept = coordinator::kept(job, &checkpoints, now);
            checkpoints.into_iter().filter(move |checkpoint| {
                checkpoint.has_completed(now)
                    && (checkpoint.is_savepoint() || kept == Some(checkpoint.id))
            })
        });
        checkpoints
            .find(|checkpoint| checkpoint.path == wanted)
            .filter(|checkpoint| !self.is_discarded(&checkpoint.path, now))
    }

    /// The newest profiles of one JVM, newest first.
    pub(crate) fn profiles_of(&self, whose: &str) -> impl Iterator<Item = &Profile> {
        let profiles = self.profiles.iter().rev();
        profiles
            .filter(move |profile| profile.whose == whose)
            .take(PROFILES_KEPT)
    }

    /// Disposes of the savepoint at this path.
    pub(crate) fn dispose(&mut self, path: String, now: i64) {
        self.discarded.insert(path, now);
    }

    /// The ids of the data sets that finished jobs have left and nobody has deleted.
    pub(crate) fn data_sets(&self, now: i64) -> impl Iterator<Item = &str> {
        let finished = self
            .jobs
            .iter()
            .filter(move |job| job.status(now) == Status::Finished);
        finished
            .filter_map(|job| job.dataset.as_deref())
            .filter(move |id| !self.is_discarded(id, now))
    }

    /// Deletes a data set, and tells when that is done. An unknown one is gone already.
    pub(crate) fn delete_data_set(&mut self, id: String, now: i64) -> i64 {
        let done = match self.data_sets(now).any(|other| other == id) {
            true => now + DELETED_IN,
            false => now,
        };
        self.discarded.insert(id, done);
        done
    }

    /// Whether these metrics are asked for for the first time. Flink answers from its last fetch and sets off the next:
    /// whoever asks first gets nothing.
    pub(crate) fn first_asked(&mut self, whose: String) -> bool {
        self.fetched.insert(whose)
    }

    fn is_discarded(&self, what: &str, now: i64) -> bool {
        self.discarded.get(what).is_some_and(|at| *at <= now)
    }

    pub(crate) fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    pub(crate) fn job_mut(&mut self, id: &str) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.id == id)
    }

    /// Slots that jobs occupy: as many as the widest of their vertices has subtasks.
    pub(crate) fn slots_taken(&self, now: i64) -> i32 {
        let running = self
            .jobs
            .iter()
            .filter(|job| !job.is_over(now) && job.has_graph(now));
        running.map(Job::slots).sum::<i32>().min(taskmanager::SLOTS)
    }
}
